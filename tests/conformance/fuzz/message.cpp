#include "message.hpp"

#include <algorithm>
#include <cstring>

#include "wire.hpp"

namespace fuzz {
namespace {

using sightline::Field;
using sightline::Fields;
using sightline::Span;
using sightline::WireType;

std::string varint(uint64_t value) {
    uint8_t out[10];
    const uint8_t* end = sightline::write_varint(out, value);
    return {reinterpret_cast<const char*>(out), static_cast<size_t>(end - out)};
}

std::string key(uint64_t number, WireType type) { return varint(number << 3 | static_cast<uint64_t>(type)); }

std::string raw(uint64_t bits, size_t bytes) {
    std::string out(bytes, '\0');
    std::memcpy(out.data(), &bits, bytes);
    return out;
}

std::string number(uint32_t field, uint64_t value) { return key(field, WireType::varint) + varint(value); }
std::string fixed64(uint32_t field, uint64_t bits) { return key(field, WireType::fixed64) + raw(bits, 8); }
std::string fixed32(uint32_t field, uint64_t bits) { return key(field, WireType::fixed32) + raw(bits, 4); }
std::string text(uint32_t field, const std::string& content) {
    return key(field, WireType::length_delimited) + varint(content.size()) + content;
}

std::string joined(Random& random, std::vector<std::string> parts) {
    if (random.one_in(4)) {
        for (size_t i = parts.size(); i > 1; --i) std::swap(parts[i - 1], parts[random.below(i)]);
    }
    std::string out;
    for (const std::string& part : parts) out += part;
    return out;
}

std::string random_tag(Random& random) {
    static const std::string tags[] = {"a", "b", "loss/train", "", "\xff\xfe", std::string(300, 't')};
    return random.one_in(8) ? "tag/" + std::to_string(random.below(64)) : random.pick(tags);
}

std::string random_shape(Random& random) {
    std::string shape;
    for (size_t dims = random.below(4); dims > 0; --dims) {
        shape += text(2, random.one_in(5) ? "" : number(1, random.one_in(3) ? random.number() : 1));
    }
    if (random.one_in(6)) shape += number(3, random.below(2));
    return shape;
}

// The elements of a list: one a field, or packed.
std::string random_list(Random& random) {
    static constexpr struct {
        uint32_t number;
        WireType type;
    } lists[] = {{5, WireType::fixed32}, {6, WireType::fixed64}, {7, WireType::varint},  {10, WireType::varint},
                 {11, WireType::varint}, {13, WireType::varint}, {16, WireType::varint}, {17, WireType::varint},
                 {18, WireType::length_delimited}};
    const auto& list = random.pick(lists);
    if (list.type == WireType::length_delimited) return text(list.number, random_bytes(random, 3));
    std::string packed, single;
    for (size_t count = random.below(3); count > 0; --count) {
        const uint64_t value = random.number();
        const std::string element = list.type == WireType::varint    ? varint(value)
                                    : list.type == WireType::fixed64 ? raw(value, 8)
                                                                     : raw(value, 4);
        packed += element;
        single += key(list.number, list.type) + element;
    }
    if (random.one_in(6)) packed += random_bytes(random, 7);
    return random.one_in(2) ? text(list.number, packed) : single;
}

std::string random_tensor(Random& random) {
    std::vector<std::string> parts{number(1, random.below(31) + (random.one_in(8) ? 100 : 0))};
    if (!random.one_in(3)) parts.push_back(text(2, random_shape(random)));
    if (random.one_in(3)) parts.push_back(text(4, random_bytes(random, 9)));
    if (random.one_in(4)) parts.push_back(text(4, std::string(size_t{1} << random.below(4), '\x3f')));
    for (size_t lists = random.below(3); lists > 0; --lists) parts.push_back(random_list(random));
    if (random.one_in(12)) parts.insert(parts.begin(), text(15, std::string(2000, 'v')));
    return joined(random, parts);
}

std::string random_metadata(Random& random) {
    static const std::string plugins[] = {"scalars", "scalars", "images", "text", "hparams", ""};
    std::string metadata = text(1, text(1, random.pick(plugins)) + (random.one_in(3) ? text(2, "content") : ""));
    if (random.one_in(3)) metadata += text(2, random.one_in(8) ? std::string(2000, 'd') : "name");
    return metadata;
}

std::string random_value(Random& random) {
    std::vector<std::string> parts;
    if (!random.one_in(8)) parts.push_back(text(1, random_tag(random)));
    if (random.one_in(8)) parts.push_back(text(7, random_tag(random)));
    switch (random.below(8)) {
        case 0: case 1: parts.push_back(fixed32(2, random.next())); break;
        case 2: case 3: case 4: parts.push_back(text(8, random_tensor(random))); break;
        case 5: parts.push_back(text(4, number(1, 3) + text(4, random_bytes(random, 40)))); break;
        case 6: parts.push_back(text(3 + static_cast<uint32_t>(random.below(4)), random_bytes(random, 20))); break;
        default: break;
    }
    if (random.one_in(2)) parts.push_back(text(9, random_metadata(random)));
    return joined(random, parts);
}

std::string random_summary(Random& random) {
    std::string summary;
    for (size_t values = 1 + random.below(3); values > 0; --values) summary += text(1, random_value(random));
    return summary;
}

Span span_of(const std::string& bytes) {
    const uint8_t* begin = reinterpret_cast<const uint8_t*>(bytes.data());
    return {begin, begin + bytes.size()};
}

std::string changed_field(Random& random, const Field& field, const std::string& bytes) {
    switch (field.type) {
        case WireType::varint: return number(field.number, random.number());
        case WireType::fixed64: return fixed64(field.number, random.next());
        case WireType::fixed32: return fixed32(field.number, random.next());
        default: break;
    }
    const std::string content(field.content.text());
    if (random.one_in(8)) return key(field.number, WireType::length_delimited) + varint(random.number()) + content;
    if (random.one_in(8)) return text(field.number, change_bytes(random, content));
    return content.empty() ? bytes : text(field.number, change_message(random, content));
}

}  // namespace

std::string random_bytes(Random& random, size_t most) {
    std::string bytes(random.below(most + 1), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.next());
    return bytes;
}

std::string random_event(Random& random) {
    std::vector<std::string> parts;
    if (!random.one_in(8)) parts.push_back(fixed64(1, random.one_in(4) ? random.next() : 0x41D954FC40100000u));
    if (!random.one_in(4)) parts.push_back(number(2, random.number()));
    switch (random.below(8)) {
        case 0: parts.push_back(text(3, "brain.Event:2")); break;
        case 1: parts.push_back(text(3 + static_cast<uint32_t>(random.below(8)), random_bytes(random, 20))); break;
        case 2: parts.push_back(text(5, random_summary(random))); [[fallthrough]];
        default: parts.push_back(text(5, random_summary(random)));
    }
    return joined(random, parts);
}

std::string long_event(Random& random) {
    const std::string picture = number(1, 3) + text(4, std::string(200'000 + random.below(400'000), 'p'));
    const std::string value = text(1, random_tag(random)) + text(4, picture) + text(9, random_metadata(random));
    return random_event(random) + text(5, text(1, value) + text(1, random_value(random)));
}

std::string change_message(Random& random, const std::string& message) {
    struct Piece {
        Field field;
        std::string bytes;
    };
    std::vector<Piece> pieces;
    Fields fields(span_of(message));
    const uint8_t* before = fields.position();
    for (Field field; fields.next(field); before = fields.position()) {
        const Span all{before, fields.position()};
        pieces.push_back({field, std::string(all.text())});
    }
    if (fields.malformed() || pieces.empty()) return change_bytes(random, message);
    std::string out;
    const size_t chosen = random.below(pieces.size());
    for (size_t i = 0; i < pieces.size(); ++i) {
        const Piece& piece = pieces[i];
        if (i != chosen) {
            out += piece.bytes;
            continue;
        }
        switch (random.below(10)) {
            case 0: break;
            case 1: out += piece.bytes + piece.bytes; break;
            case 2: out += text(1 + static_cast<uint32_t>(random.below(10)), random_value(random)) + piece.bytes; break;
            case 3: out += number(1 + static_cast<uint32_t>(random.below(20)), random.number()); break;
            case 4: out += text(8, random_tensor(random)); break;
            default: out += changed_field(random, piece.field, piece.bytes);
        }
    }
    return out;
}

std::string change_bytes(Random& random, std::string bytes) {
    const size_t at = random.below(bytes.size() + 1);
    const size_t left = bytes.size() - at;
    switch (random.below(6)) {
        case 0:
            if (left > 0) bytes[at] = static_cast<char>(bytes[at] ^ 1 << random.below(8));
            break;
        case 1:
            if (left > 0) bytes[at] = static_cast<char>(random.next());
            break;
        case 2: bytes.insert(at, random_bytes(random, 8)); break;
        case 3: bytes.insert(at, varint(random.number())); break;
        case 4: bytes.erase(at, random.below(left + 1)); break;
        default: bytes.insert(at, bytes.substr(at, random.below(std::min<size_t>(left, 64) + 1)));
    }
    return bytes;
}

}  // namespace fuzz
