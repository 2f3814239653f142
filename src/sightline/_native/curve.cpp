#include "curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sightline {

void ema(const double* value, size_t size, double weight, double* out) {
    if (size == 0) return;
    if (std::all_of(value, value + size, [first = value[0]](double y) { return y == first; })) {
        std::copy_n(value, size, out);
        return;
    }
    double last = 0.0, decay = 1.0;
    for (size_t i = 0; i < size; ++i) {
        const double y = value[i];
        if (!std::isfinite(y)) {
            out[i] = y;
            continue;
        }
        last = last * weight + (1.0 - weight) * y;
        decay *= weight;
        out[i] = weight == 1.0 ? last : last / (1.0 - decay);
    }
}

namespace {

// A range too narrow or too wide for float64 makes the scale infinite or zero: everything is in the last or first column.
class Columns {
   public:
    Columns(double low, double high, int64_t count)
        : low_(low), scale_(high > low ? static_cast<double>(count) / (high - low) : 0.0), count_(count) {}

    int64_t of(double x) const {
        const double position = (x - low_) * scale_;
        if (!(position < static_cast<double>(count_))) return count_ - 1;
        return position < 0 ? 0 : static_cast<int64_t>(position);
    }

   private:
    double low_, scale_;
    int64_t count_;
};

Bucket summarise(const double* value, size_t start, size_t end) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    Bucket bucket{static_cast<int64_t>(start), nan, nan, infinity, -infinity, 0, 0, 0};
    for (size_t i = start; i < end; ++i) {
        const double y = value[i];
        const bool finite = std::abs(y) <= std::numeric_limits<double>::max();
        bucket.min = finite && y < bucket.min ? y : bucket.min;
        bucket.max = finite && y > bucket.max ? y : bucket.max;
        bucket.nan_count += y != y;
        bucket.posinf_count += y == infinity;
        bucket.neginf_count += y == -infinity;
    }
    if (bucket.min > bucket.max) {  // nothing finite
        bucket.min = bucket.max = nan;
        return bucket;
    }
    size_t first = start, last = end - 1;
    while (!std::isfinite(value[first])) ++first;
    while (!std::isfinite(value[last])) --last;
    bucket.first = value[first];
    bucket.last = value[last];
    return bucket;
}

}  // namespace

Buckets bucket(const double* x, const double* value, size_t size, double low, double high, int64_t count) {
    const Columns columns(low, high, count);
    Buckets buckets;
    size_t at = static_cast<size_t>(std::lower_bound(x, x + size, low) - x);
    const size_t stop = static_cast<size_t>(
        std::partition_point(x + at, x + size, [high](double each) { return each <= high; }) - x);
    while (at < stop) {
        const int64_t column = columns.of(x[at]);
        // Where the column ends: leaps that double, then a binary search; nothing is computed for most points.
        size_t inside = at, leap = 1;
        while (inside + leap < stop && columns.of(x[inside + leap]) == column) {
            inside += leap;
            leap *= 2;
        }
        const double* end = std::partition_point(x + inside, x + std::min(inside + leap, stop),
                                                 [&](double each) { return columns.of(each) == column; });
        buckets.rows.push_back(summarise(value, at, static_cast<size_t>(end - x)));
        at = static_cast<size_t>(end - x);
    }
    buckets.end = static_cast<int64_t>(at);
    return buckets;
}

}  // namespace sightline
