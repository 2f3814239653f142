// The rules are those of format/tensor_scalar.py, in the same order.
#include "tensor.hpp"

#include <cmath>
#include <limits>

namespace sightline {
namespace {

enum DataType : uint32_t {
    FLOAT = 1, DOUBLE, INT32, UINT8, INT16, INT8,
    INT64 = 9, BOOL, QINT8, QUINT8, QINT32, BFLOAT16, QINT16, QUINT16, UINT16,
    HALF = 19,
    UINT32 = 22, UINT64, FLOAT8_E5M2, FLOAT8_E4M3FN, FLOAT8_E4M3FNUZ, FLOAT8_E4M3B11FNUZ, FLOAT8_E5M2FNUZ,
    INT4, UINT4, INT2, UINT2,
};

// The fields of TensorProto that hold values, in the order of `Lists::first`.
struct ListField {
    uint32_t number;
    WireType type;
};
constexpr ListField list_fields[] = {
    {5, WireType::fixed32}, {6, WireType::fixed64}, {7, WireType::varint},  {10, WireType::varint},
    {11, WireType::varint}, {13, WireType::varint}, {16, WireType::varint}, {17, WireType::varint},
    {18, WireType::length_delimited},
};
enum List { float_val, double_val, int_val, int64_val, bool_val, half_val, uint32_val, uint64_val, float8_val, lists };

// The first value of a list as its bits: of a float, a double, a varint or a byte. Zero when there is none.
struct Lists {
    uint64_t first[lists] = {};
    bool seen[lists] = {};
};

bool read_element(WireType type, Span data, uint64_t& bits) {
    switch (type) {
        case WireType::varint: {
            const uint8_t* at = data.begin;
            return read_varint(at, data.end, bits);
        }
        case WireType::length_delimited:
            bits = *data.begin;
            return true;
        case WireType::fixed32:
            if (data.size() < 4) return false;
            bits = load_little_endian<uint32_t>(data.begin);
            return true;
        default:
            if (data.size() < 8) return false;
            bits = load_little_endian<uint64_t>(data.begin);
            return true;
    }
}

// Whether the shape is that of exactly one element; false in the return value when it is malformed.
bool read_shape(Span shape, bool& one) {
    one = true;
    bool unknown = false;
    Fields fields(shape);
    for (Field field; fields.next(field);) {
        if (field.is(2, WireType::length_delimited)) {
            uint64_t size = 0;
            Fields dim(field.content);
            for (Field inner; dim.next(inner);) {
                if (inner.is(1, WireType::varint)) size = inner.varint;
            }
            if (dim.malformed()) return false;
            one = one && size == 1;
        } else if (field.is(3, WireType::varint)) {
            unknown = field.varint != 0;
        }
    }
    one = one && !unknown;
    return !fields.malformed();
}

double float32(uint64_t bits) { return std::bit_cast<float>(static_cast<uint32_t>(bits)); }

double half(uint64_t bits) {
    const double sign = bits & 0x8000 ? -1.0 : 1.0;
    const int exponent = static_cast<int>(bits >> 10 & 0x1F);
    const double mantissa = static_cast<double>(bits & 0x3FF);
    if (exponent == 31) return mantissa != 0 ? std::nan("") : sign * std::numeric_limits<double>::infinity();
    if (exponent == 0) return sign * std::ldexp(mantissa, -24);
    return sign * std::ldexp(1024 + mantissa, exponent - 25);
}

enum class Style { ieee, fn, fnuz };  // infinities; NaNs at the top only; one NaN in place of -0

double float8(uint64_t bits, int mantissa_bits, int bias, Style style) {
    const int exponent_bits = 7 - mantissa_bits;
    const double sign = bits & 0x80 ? -1.0 : 1.0;
    const int top = (1 << exponent_bits) - 1;
    const int exponent = static_cast<int>(bits >> mantissa_bits) & top;
    const int mantissa = static_cast<int>(bits) & ((1 << mantissa_bits) - 1);
    if (style == Style::ieee && exponent == top) {
        return mantissa ? std::nan("") : sign * std::numeric_limits<double>::infinity();
    }
    if (style == Style::fn && (bits & 0x7F) == 0x7F) return std::nan("");
    if (style == Style::fnuz && bits == 0x80) return std::nan("");
    if (exponent == 0) return sign * std::ldexp(mantissa, 1 - bias - mantissa_bits);
    return sign * std::ldexp((1 << mantissa_bits) + mantissa, exponent - bias - mantissa_bits);
}

double sixteen_bits(uint64_t bits, bool bfloat16) {
    if (bits > 0xFFFF) return float32(bits);  // PyTorch's add_tensor stores the bits of a float32 here
    return bfloat16 ? float32(bits << 16) : half(bits);
}

double float8(uint64_t bits, uint32_t dtype) {
    switch (dtype) {
        case FLOAT8_E5M2: return float8(bits, 2, 15, Style::ieee);
        case FLOAT8_E4M3FN: return float8(bits, 3, 7, Style::fn);
        case FLOAT8_E4M3FNUZ: return float8(bits, 3, 8, Style::fnuz);
        case FLOAT8_E4M3B11FNUZ: return float8(bits, 3, 11, Style::fnuz);
        default: return float8(bits, 2, 16, Style::fnuz);
    }
}

// Bytes of one element in tensor_content; 0 for what is no number of ours.
size_t element_bytes(uint32_t dtype) {
    switch (dtype) {
        case UINT8: case INT8: case BOOL: case QINT8: case QUINT8: case INT4: case UINT4: case INT2: case UINT2:
        case FLOAT8_E5M2: case FLOAT8_E4M3FN: case FLOAT8_E4M3FNUZ: case FLOAT8_E4M3B11FNUZ: case FLOAT8_E5M2FNUZ:
            return 1;
        case INT16: case BFLOAT16: case QINT16: case QUINT16: case UINT16: case HALF:
            return 2;
        case FLOAT: case INT32: case QINT32: case UINT32:
            return 4;
        case DOUBLE: case INT64: case UINT64:
            return 8;
        default:
            return 0;
    }
}

double from_content(uint32_t dtype, const uint8_t* at) {
    switch (dtype) {
        case FLOAT: return load_little_endian<float>(at);
        case DOUBLE: return load_little_endian<double>(at);
        case INT32: case QINT32: return load_little_endian<int32_t>(at);
        case UINT32: return load_little_endian<uint32_t>(at);
        case INT64: return static_cast<double>(load_little_endian<int64_t>(at));
        case UINT64: return static_cast<double>(load_little_endian<uint64_t>(at));
        case INT16: case QINT16: return load_little_endian<int16_t>(at);
        case UINT16: case QUINT16: return load_little_endian<uint16_t>(at);
        case HALF: case BFLOAT16: return sixteen_bits(load_little_endian<uint16_t>(at), dtype == BFLOAT16);
        case INT8: case QINT8: return static_cast<int8_t>(*at);
        case UINT8: case QUINT8: return *at;
        case BOOL: return *at != 0;
        // Integers narrower than a byte take a byte each; the upper bits mean nothing.
        case INT4: return static_cast<int8_t>(static_cast<uint8_t>(*at << 4)) >> 4;
        case UINT4: return *at & 0x0F;
        case INT2: return static_cast<int8_t>(static_cast<uint8_t>(*at << 6)) >> 6;
        case UINT2: return *at & 0x03;
        default: return float8(*at, dtype);
    }
}

double from_lists(uint32_t dtype, const Lists& lists) {
    switch (dtype) {
        case FLOAT: return float32(lists.first[float_val]);
        case DOUBLE: return std::bit_cast<double>(lists.first[double_val]);
        case INT64: return static_cast<double>(static_cast<int64_t>(lists.first[int64_val]));
        case UINT64: return static_cast<double>(lists.first[uint64_val]);
        case UINT32: return static_cast<uint32_t>(lists.first[uint32_val]);
        case BOOL: return lists.first[bool_val] != 0;
        case HALF: case BFLOAT16:
            return sixteen_bits(static_cast<uint32_t>(lists.first[half_val]), dtype == BFLOAT16);
        case FLOAT8_E5M2: case FLOAT8_E4M3FN: case FLOAT8_E4M3FNUZ: case FLOAT8_E4M3B11FNUZ: case FLOAT8_E5M2FNUZ:
            return float8(lists.first[float8_val], dtype);
        default: return static_cast<int32_t>(static_cast<uint32_t>(lists.first[int_val]));
    }
}

}  // namespace

TensorScalar tensor_scalar(Span tensor, double& number) {
    uint32_t dtype = 0;
    bool one = true;
    Span content;
    Lists lists;
    Fields fields(tensor);
    for (Field field; fields.next(field);) {
        if (field.is(1, WireType::varint)) {
            dtype = static_cast<uint32_t>(field.varint);
        } else if (field.is(2, WireType::length_delimited)) {
            if (!read_shape(field.content, one)) return TensorScalar::malformed;
        } else if (field.is(4, WireType::length_delimited)) {
            content = field.content;
        } else if (!field.content.empty()) {
            for (size_t list = 0; list < std::size(list_fields); ++list) {
                if (list_fields[list].number != field.number || lists.seen[list]) continue;
                // One element, or packed.
                if (field.type != list_fields[list].type && field.type != WireType::length_delimited) continue;
                if (!read_element(list_fields[list].type, field.content, lists.first[list])) {
                    return TensorScalar::malformed;
                }
                lists.seen[list] = true;
            }
        }
    }
    if (fields.malformed()) return TensorScalar::malformed;
    if (dtype > 100 && dtype < 200) dtype -= 100;  // the "_REF" twin
    const size_t bytes = element_bytes(dtype);
    if (!one || bytes == 0) return TensorScalar::other;
    if (content.empty()) {
        number = from_lists(dtype, lists);
    } else if (content.size() == bytes) {
        number = from_content(dtype, content.begin);
    } else {
        return TensorScalar::other;
    }
    return TensorScalar::number;
}

}  // namespace sightline
