// What a chart asks of a column: the smoothed values, and the summary of each pixel column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sightline {

// TensorBoard's debiased exponential moving average: last = weight * last + (1 - weight) * y over the finite values,
// divided by 1 - weight^n. Values that are not finite pass through; a series of equal values is left as it is.
void ema(const double* value, size_t size, double weight, double* out);

// One pixel column that holds points: from `start` to the next bucket's. first, last, min and max are of the finite
// values, and NaN when there is none.
struct Bucket {
    int64_t start;
    double first, last, min, max;
    int64_t nan_count, posinf_count, neginf_count;
};

struct Buckets {
    std::vector<Bucket> rows;
    int64_t end;  // of the last one's points
};

// The non-empty ones of `count` equal columns over [low, high], from x ascending. A point is in column
// min(floor((x - low) * (count / (high - low))), count - 1); points outside are left out.
Buckets bucket(const double* x, const double* value, size_t size, double low, double high, int64_t count);

}  // namespace sightline
