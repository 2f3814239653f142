// Turns the bytes of one event file into columns, incrementally. No policy, no paths, no Python: bytes in, arrays and
// positions out. format/scan.py is the readable twin, format/FORMAT.md has the rules in words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "record.hpp"
#include "series.hpp"
#include "wire.hpp"

namespace sightline {

struct Point {
    int64_t step;
    double wall_time;
    double value;
    int32_t series;
};

// A value that is no scalar, or an event that is no summary: where it lies in the file.
struct Position {
    int32_t series_or_field;
    int64_t step;
    double wall_time;
    int64_t record;   // where the record begins
    int64_t payload;  // bytes of its payload
    int64_t offset;   // where the value begins
    int64_t length;
};

// What one scan found, in file order.
struct Batch {
    std::vector<Point> points;
    std::vector<Position> items, events;
    std::vector<Damage> damage;
    int64_t records = 0;
    int64_t bytes_read = 0;
    int64_t unverified = 0;  // records whose payload's checksum was left for later
    int64_t unverified_bytes = 0;
    bool truncated = false;
};

// The file as a search after damage reads it: from memory or from a descriptor.
class Bytes {
   public:
    virtual ~Bytes() = default;
    virtual uint64_t end() const = 0;  // the byte after the last one that is there
    // At most `size` bytes from byte `at` of the file on; fewer where it ends. Valid until the next call.
    virtual Span view(uint64_t at, size_t size) = 0;
};

class Scanner {
   public:
    // `scan_file` verifies payloads below so many bytes; of longer ones it reads the structure only.
    static constexpr uint64_t verify_all = UINT64_MAX;
    explicit Scanner(uint64_t verify_below = verify_all) : verify_below_(verify_below) {}

    uint64_t offset() const { return offset_; }  // the byte after the last whole record
    bool ended() const { return lost_; }         // a length checksum is wrong, and no record was found after it
    const SeriesTable& series() const { return series_; }

    // One who has read up to `offset` and found the series that are added. For a scanner that has not scanned yet.
    void resume(uint64_t offset) { offset_ = offset; }
    bool add_series(std::string_view tag, uint32_t form, std::string_view metadata);

    void scan(Span data, Batch& batch);

    // `max_bytes` from `offset`, or one record when that is longer. Returns errno, or 0; after an error nothing of what
    // was scanned is lost: it is reported only when nothing was.
    int scan_file(int fd, uint64_t max_bytes, Batch& batch);

   private:
    // Records from `offset` on, up to the end, damage, or one whose payload has at least `verify_below` bytes.
    size_t scan_records(Span data, uint64_t verify_below, Batch& batch, bool& truncated);
    int scan_blocks(int fd, uint64_t max_bytes, Batch& batch);
    // The record at `offset`, by its structure. Returns errno, or 0.
    int scan_long_record(int fd, uint64_t payload_bytes, Batch& batch);

    void lose(const Damage& damage);
    bool search(Bytes& bytes, Batch& batch);
    bool is_payload(Bytes& bytes, uint64_t at, uint64_t length);
    void tell_lost(Batch& batch);

    template <typename Source>
    bool decode_event(Span event, uint64_t record, Source source, Batch& batch);
    template <typename Source>
    bool decode_summary(Span summary, const Position& event, const uint8_t* payload, Source source, Batch& batch);
    template <typename Source>
    bool decode_value(Span value, const Position& event, const uint8_t* payload, Source source, Batch& batch);

    SeriesTable series_;
    uint64_t verify_below_;
    uint64_t offset_ = 0;

    bool lost_ = false;      // the header at `offset` is damaged; what follows is being searched for a record
    bool told_ = false;      // and a batch has said so
    Damage damage_{};
    uint64_t searched_ = 0;  // where the search goes on
    uint64_t spent_ = 0;     // bytes of payloads that all searches together verified
};

// Scalars grouped by series: a counting sort, which keeps file order within one. `step`, `wall_time` and `value` have
// room for all points.
struct Groups {
    std::vector<int32_t> series;
    std::vector<int64_t> start;
};
Groups group_points(const std::vector<Point>& points, size_t series_count, int64_t* step, double* wall_time,
                    double* value);

}  // namespace sightline
