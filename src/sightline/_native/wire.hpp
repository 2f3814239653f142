// The protocol-buffer wire format: varints, and a walk over the fields of a message.
// Source: https://protobuf.dev/programming-guides/encoding/. Groups (wire types 3 and 4) count as malformed.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bytes.hpp"

namespace sightline {

enum class WireType : uint32_t { varint = 0, fixed64 = 1, length_delimited = 2, fixed32 = 5 };

constexpr uint8_t field_key(uint32_t number, WireType type) {
    return static_cast<uint8_t>(number << 3 | static_cast<uint32_t>(type));
}

constexpr size_t varint_bytes(uint64_t value) { return (static_cast<size_t>(std::bit_width(value | 1)) + 6) / 7; }

inline uint8_t* write_varint(uint8_t* out, uint64_t value) {
    while (value > 0x7F) {
        *out++ = static_cast<uint8_t>(value) | 0x80;
        value >>= 7;
    }
    *out++ = static_cast<uint8_t>(value);
    return out;
}

// A stretch of bytes that someone else owns.
struct Span {
    const uint8_t* begin = nullptr;
    const uint8_t* end = nullptr;

    size_t size() const { return static_cast<size_t>(end - begin); }
    bool empty() const { return begin == end; }
    std::string_view text() const { return {reinterpret_cast<const char*>(begin), size()}; }
};

// Moves `at` behind the varint; false when it runs past `end` or is longer than ten bytes. Bits beyond 64 are dropped.
inline bool read_varint(const uint8_t*& at, const uint8_t* end, uint64_t& value) {
    if (at < end && *at < 0x80) [[likely]] {
        value = *at++;
        return true;
    }
    uint64_t result = 0;
    for (int shift = 0; shift <= 63; shift += 7) {
        if (at == end) return false;
        const uint8_t byte = *at++;
        result |= static_cast<uint64_t>(byte & 0x7F) << shift;
        if (byte < 0x80) {
            value = result;
            return true;
        }
    }
    return false;
}

// One field: of a varint also the number.
struct Field {
    uint32_t number;
    WireType type;
    uint64_t varint;
    Span content;

    bool is(uint32_t wanted, WireType wanted_type) const { return number == wanted && type == wanted_type; }
};

// Where the bytes of a message come from: here they are all in memory. Another source may fetch those that are needed.
struct InMemory {
    static constexpr bool need(const uint8_t*, size_t) { return true; }
    static constexpr bool verify() { return true; }  // done before
};

// A walk over the fields of one message. After `next` said false, `malformed` says why it ended. Of the source it needs
// keys, lengths and numbers; what a length-delimited field holds is not touched.
template <typename Source = InMemory>
class Fields {
   public:
    explicit Fields(Span message, Source source = {}) : at_(message.begin), end_(message.end), source_(source) {}

    bool next(Field& field) {
        if (at_ == end_) return false;
        if (!source_.need(at_, std::min<size_t>(most_field_bytes, static_cast<size_t>(end_ - at_)))) return fail();
        uint64_t key;
        // A key is a 32-bit varint: field numbers end at 2^29 - 1.
        if (!read_varint(at_, end_, key) || key > UINT32_MAX || key < 8) return fail();
        field.number = static_cast<uint32_t>(key) >> 3;
        field.type = static_cast<WireType>(key & 7);
        uint64_t length;
        switch (field.type) {
            case WireType::varint:
                field.content.begin = at_;
                if (!read_varint(at_, end_, field.varint)) return fail();
                field.content.end = at_;
                return true;
            case WireType::fixed64:
                length = 8;
                break;
            case WireType::fixed32:
                length = 4;
                break;
            case WireType::length_delimited:
                if (!read_varint(at_, end_, length)) return fail();
                break;
            default:
                return fail();
        }
        if (length > static_cast<size_t>(end_ - at_)) return fail();
        field.content = {at_, at_ + length};
        at_ += length;
        return true;
    }

    bool malformed() const { return malformed_; }

    // Where the next field begins: a walk from there sees the rest.
    const uint8_t* position() const { return at_; }

   private:
    static constexpr size_t most_field_bytes = 20;  // two varints, or one and eight bytes

    bool fail() {
        malformed_ = true;
        return false;
    }

    const uint8_t* at_;
    const uint8_t* end_;
    [[no_unique_address]] Source source_;
    bool malformed_ = false;
};

}  // namespace sightline
