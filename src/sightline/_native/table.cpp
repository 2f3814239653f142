#include "table.hpp"

#include <charconv>
#include <cmath>
#include <cstring>

namespace sightline {
namespace {

constexpr size_t longest_number = 32;  // "-1.2345678901234567e-308" has 24 characters

char* copy(char* out, const char* from, size_t size) {
    std::memcpy(out, from, size);
    return out + size;
}

char* zeros(char* out, int count) {
    std::memset(out, '0', static_cast<size_t>(count));
    return out + count;
}

char* format_number(char* out, double value) {
    if (std::isnan(value)) return copy(out, "nan", 3);
    if (std::signbit(value)) *out++ = '-';
    if (std::isinf(value)) return copy(out, "inf", 3);

    // "d.ddde+XX": what is to be laid out otherwise is known only when its digits are.
    char* const end = std::to_chars(out, out + longest_number, std::fabs(value), std::chars_format::scientific).ptr;
    char* const mark = static_cast<char*>(std::memchr(out, 'e', static_cast<size_t>(end - out)));
    int exponent = 0;
    std::from_chars(mark + (mark[1] == '+' ? 2 : 1), end, exponent);
    if (exponent < -4 || exponent >= 16) return end;

    char digits[longest_number];
    digits[0] = out[0];
    int count = 1;
    for (const char* at = out + 2; at < mark; ++at) digits[count++] = *at;
    if (exponent < 0) {
        out = zeros(copy(out, "0.", 2), -exponent - 1);
        return copy(out, digits, static_cast<size_t>(count));
    }
    const int whole = exponent + 1;
    if (count <= whole) {
        out = zeros(copy(out, digits, static_cast<size_t>(count)), whole - count);
        return copy(out, ".0", 2);
    }
    out = copy(out, digits, static_cast<size_t>(whole));
    *out++ = '.';
    return copy(out, digits + whole, static_cast<size_t>(count - whole));
}

template <typename T>
std::string format(const T* values, size_t rows, size_t columns) {
    std::string text(rows * (columns * (longest_number + 1) + 1), '\0');
    char* out = text.data();
    for (size_t row = 0; row < rows; ++row) {
        for (size_t column = 0; column < columns; ++column) {
            if (column != 0) *out++ = '\t';
            out = format_number(out, static_cast<double>(*values++));
        }
        *out++ = '\n';
    }
    text.resize(static_cast<size_t>(out - text.data()));
    return text;
}

}  // namespace

std::string format_table(const float* values, size_t rows, size_t columns) { return format(values, rows, columns); }
std::string format_table(const double* values, size_t rows, size_t columns) { return format(values, rows, columns); }

#if defined(SIGHTLINE_PARSES_TABLES)
bool parse_table(std::string_view text, Table& table) {
    const char* at = text.data();
    const char* const end = at + text.size();
    table.columns = 0;
    table.values.reserve(text.size() / 12);
    while (at < end) {
        const char* stop = static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
        const char* const next = stop == nullptr ? end : stop + 1;
        if (stop == nullptr) stop = end;
        if (stop > at && stop[-1] == '\r') --stop;
        size_t columns = 0;
        while (true) {
            double number;
            const auto [behind, error] = std::from_chars(at, stop, number);
            if (error != std::errc()) return false;
            if (behind[-1] == ')') return false;  // nan(7)
            table.values.push_back(static_cast<float>(number));  // beyond float32: infinite, by IEEE 754
            ++columns;
            at = behind;
            if (at == stop) break;
            if (*at++ != '\t') return false;
        }
        if (table.columns == 0) table.columns = columns;
        if (columns != table.columns) return false;
        at = next;
    }
    return table.columns > 0;
}
#endif

}  // namespace sightline
