// The frame around every event: a length, the event's bytes, and a checksum of each. format/FORMAT.md draws it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sightline {

constexpr size_t header_bytes = 12;  // the length (8) and its checksum (4)
constexpr size_t footer_bytes = 4;   // the payload's checksum

enum class Reason { length_checksum, payload_checksum, malformed };

// One place of a file that could not be used. `got` and `want` mean nothing for a malformed event.
struct Damage {
    int64_t offset;
    int64_t length;
    Reason reason;
    uint32_t got;
    uint32_t want;
};

// What stands at the beginning of some bytes.
struct Found {
    enum class Kind { record, truncated, damaged_header, damaged_payload } kind;
    uint64_t payload_bytes;  // of a record and of a damaged payload
    uint32_t got, want;      // checksums of the damaged two
};

Found find_record(const uint8_t* data, size_t size);

// Whether the 12 bytes at `data` are a header whose checksum is right.
bool is_header(const uint8_t* data);

// Writes a whole record around `payload` at `out`, which has room for 16 bytes more.
void write_frame(uint8_t* out, const uint8_t* payload, size_t size);

// One scalar as a whole record: Event{wall_time, step, summary{value{tag, simple_value}}}; step 0 and a wall time of
// +0.0 are left out, as protobuf does.
class ScalarRecord {
   public:
    ScalarRecord(std::string_view tag, double value, int64_t step, double wall_time);
    size_t size() const { return header_bytes + event_bytes_ + footer_bytes; }
    void write(uint8_t* out) const;

   private:
    std::string_view tag_;
    double value_;
    uint64_t step_;
    double wall_time_;
    bool has_wall_time_;
    size_t value_bytes_, summary_bytes_, event_bytes_;
};

}  // namespace sightline
