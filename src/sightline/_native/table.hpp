// Numbers as text, for tables that people and other programs read.
#pragma once

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sightline {

// A line for each row: tabs between numbers, a newline after the last. A number is written as Python's repr writes its
// double, with the fewest digits that read back as the same: 0.1, 100.0, 1e-05, -0.0, nan, -inf.
std::string format_table(const float* values, size_t rows, size_t columns);
std::string format_table(const double* values, size_t rows, size_t columns);

// Not every standard library reads floating-point numbers.
#if defined(__cpp_lib_to_chars)
#define SIGHTLINE_PARSES_TABLES 1

struct Table {
    std::vector<float> values;  // row by row
    size_t columns = 0;
};

// Lines of as many numbers each, with tabs between them, to float32 by way of a double. False when there is anything
// else in the text, if only an empty line or a number that no double holds: a more patient reader has to look at it.
bool parse_table(std::string_view text, Table& table);
#endif

}  // namespace sightline
