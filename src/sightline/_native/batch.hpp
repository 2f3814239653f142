// What one scan of an event file gives.
#pragma once

#include <cstdint>
#include <vector>

#include "record.hpp"

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

// Everything in file order.
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

// Scalars grouped by series: a counting sort, which keeps file order within one. `step`, `wall_time` and `value` have
// room for all points.
struct Groups {
    std::vector<int32_t> series;
    std::vector<int64_t> start;
};
Groups group_points(const std::vector<Point>& points, size_t series_count, int64_t* step, double* wall_time,
                    double* value);

}  // namespace sightline
