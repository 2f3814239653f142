// Numbers as text, for tables that people and other programs read.
#pragma once

#include <cstddef>
#include <string>

namespace sightline {

// A line for each row: tabs between numbers, a newline after the last. A number is written as Python's repr writes its
// double, with the fewest digits that read back as the same: 0.1, 100.0, 1e-05, -0.0, nan, -inf.
std::string format_table(const float* values, size_t rows, size_t columns);
std::string format_table(const double* values, size_t rows, size_t columns);

}  // namespace sightline
