#include "record.hpp"

#include <bit>

#include "bytes.hpp"
#include "crc32c.hpp"
#include "wire.hpp"

namespace sightline {

Found find_record(const uint8_t* data, size_t size) {
    if (size < header_bytes) return {Found::Kind::truncated, 0, 0, 0};
    const uint64_t length = load_little_endian<uint64_t>(data);
    uint32_t want = load_little_endian<uint32_t>(data + 8);
    uint32_t got = masked_crc32c(data, 8);
    if (got != want) return {Found::Kind::damaged_header, 0, got, want};
    // Compared without adding: the length may be anything up to 2^64 - 1.
    if (size < header_bytes + footer_bytes || length > size - header_bytes - footer_bytes) {
        return {Found::Kind::truncated, 0, 0, 0};
    }
    const uint8_t* payload = data + header_bytes;
    want = load_little_endian<uint32_t>(payload + length);
    got = masked_crc32c(payload, length);
    return {got == want ? Found::Kind::record : Found::Kind::damaged_payload, length, got, want};
}

bool is_header(const uint8_t* data) { return masked_crc32c(data, 8) == load_little_endian<uint32_t>(data + 8); }

namespace {

uint8_t* write_header(uint8_t* out, uint64_t length) {
    store_little_endian(out, length);
    return store_little_endian(out + 8, masked_crc32c(out, 8));
}

}  // namespace

void write_frame(uint8_t* out, const uint8_t* payload, size_t size) {
    out = write_header(out, size);
    if (size > 0) std::memcpy(out, payload, size);
    store_little_endian(out + size, masked_crc32c(out, size));
}

ScalarRecord::ScalarRecord(std::string_view tag, double value, int64_t step, double wall_time)
    : tag_(tag), value_(value), step_(static_cast<uint64_t>(step)), wall_time_(wall_time) {
    has_wall_time_ = std::bit_cast<uint64_t>(wall_time) != 0;
    value_bytes_ = 1 + varint_bytes(tag.size()) + tag.size() + 5;
    summary_bytes_ = 1 + varint_bytes(value_bytes_) + value_bytes_;
    event_bytes_ = (has_wall_time_ ? 9 : 0) + (step_ ? 1 + varint_bytes(step_) : 0) + 1 + varint_bytes(summary_bytes_) +
                   summary_bytes_;
}

void ScalarRecord::write(uint8_t* out) const {
    uint8_t* const event = write_header(out, event_bytes_);
    out = event;
    if (has_wall_time_) {
        *out++ = field_key(1, WireType::fixed64);
        out = store_little_endian(out, wall_time_);
    }
    if (step_) {
        *out++ = field_key(2, WireType::varint);
        out = write_varint(out, step_);
    }
    *out++ = field_key(5, WireType::length_delimited);
    out = write_varint(out, summary_bytes_);
    *out++ = field_key(1, WireType::length_delimited);
    out = write_varint(out, value_bytes_);
    *out++ = field_key(1, WireType::length_delimited);
    out = write_varint(out, tag_.size());
    if (!tag_.empty()) std::memcpy(out, tag_.data(), tag_.size());
    out += tag_.size();
    *out++ = field_key(2, WireType::fixed32);
    out = store_little_endian(out, static_cast<float>(value_));  // beyond float32: infinite, by IEEE 754
    store_little_endian(out, masked_crc32c(event, event_bytes_));
}

}  // namespace sightline
