#include "batch.hpp"

namespace sightline {

Groups group_points(const std::vector<Point>& points, size_t series_count, int64_t* step, double* wall_time,
                    double* value) {
    std::vector<int64_t> next(series_count, 0);
    for (const Point& point : points) ++next[static_cast<size_t>(point.series)];
    Groups groups;
    groups.start.push_back(0);
    for (size_t series = 0; series < series_count; ++series) {
        const int64_t count = next[series];
        if (count == 0) continue;
        next[series] = groups.start.back();
        groups.series.push_back(static_cast<int32_t>(series));
        groups.start.push_back(groups.start.back() + count);
    }
    for (const Point& point : points) {
        const int64_t row = next[static_cast<size_t>(point.series)]++;
        step[row] = point.step;
        wall_time[row] = point.wall_time;
        value[row] = point.value;
    }
    return groups;
}

}  // namespace sightline
