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
    bool truncated = false;
};

class Scanner {
   public:
    uint64_t offset() const { return offset_; }  // the byte after the last whole record
    bool ended() const { return ended_; }        // a length checksum is wrong
    const SeriesTable& series() const { return series_; }

    void scan(Span data, Batch& batch);

    // `max_bytes` from `offset`, or one record when that is longer. Returns errno, or 0; after an error nothing of what
    // was scanned is lost: it is reported only when nothing was.
    int scan_file(int fd, uint64_t max_bytes, Batch& batch);

   private:
    size_t scan_records(Span data, Batch& batch, bool& truncated);
    bool decode_event(Span event, uint64_t record, Batch& batch);
    bool decode_summary(Span summary, const Position& event, const uint8_t* payload, Batch& batch);
    bool decode_value(Span value, const Position& event, const uint8_t* payload, Batch& batch);

    SeriesTable series_;
    uint64_t offset_ = 0;
    bool ended_ = false;
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
