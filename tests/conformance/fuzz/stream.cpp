#include "stream.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "bytes.hpp"
#include "crc32c.hpp"
#include "message.hpp"
#include "record.hpp"

namespace fuzz {
namespace {

using sightline::footer_bytes;
using sightline::header_bytes;

uint8_t* bytes_of(std::string& text) { return reinterpret_cast<uint8_t*>(text.data()); }

std::string framed(const std::string& payload) {
    std::string out(header_bytes + payload.size() + footer_bytes, '\0');
    sightline::write_frame(bytes_of(out), reinterpret_cast<const uint8_t*>(payload.data()), payload.size());
    return out;
}

std::string header_of(uint64_t length) {
    std::string out(header_bytes, '\0');
    sightline::store_little_endian(bytes_of(out), length);
    sightline::store_little_endian(bytes_of(out) + 8, sightline::masked_crc32c(bytes_of(out), 8));
    return out;
}

// The records of a file, and one piece more of what is no record.
std::vector<std::string> pieces_of(const std::string& file) {
    std::vector<std::string> pieces;
    const uint8_t* data = reinterpret_cast<const uint8_t*>(file.data());
    size_t at = 0;
    while (at < file.size()) {
        const sightline::Found found = sightline::find_record(data + at, file.size() - at);
        const bool record = found.kind == sightline::Found::Kind::record;
        const size_t size = record ? header_bytes + found.payload_bytes + footer_bytes : file.size() - at;
        pieces.push_back(file.substr(at, size));
        at += size;
    }
    return pieces;
}

std::string garbage(Random& random) {
    switch (random.below(6)) {
        case 0: return std::string(random.below(100), '\0');
        case 1: return random_bytes(random, 60);
        case 2: return header_of(random.number());
        case 3: {  // headers whose payloads overlap
            std::string out;
            for (size_t count = 1 + random.below(6); count > 0; --count) out += header_of(random.below(200));
            return out;
        }
        case 4: return framed(framed(random_event(random)));
        default: return framed("");
    }
}

std::string change_record(Random& random, std::string record) {
    if (record.size() < header_bytes + footer_bytes) return change_bytes(random, record);
    const std::string payload = record.substr(header_bytes, record.size() - header_bytes - footer_bytes);
    switch (random.below(9)) {
        case 0: record[random.below(header_bytes)] ^= static_cast<char>(1 << random.below(8)); return record;
        case 1: record[record.size() - 1 - random.below(footer_bytes)] ^= 1; return record;
        case 2: return header_of(payload.size() + random.below(5) - 2) + record.substr(header_bytes);
        case 3: return header_of(random.number()) + record.substr(header_bytes);
        case 4: return framed(change_bytes(random, payload));
        default: return framed(change_message(random, payload));
    }
}

}  // namespace

std::string change_stream(Random& random, const std::string& file) {
    std::vector<std::string> pieces = pieces_of(file);
    for (size_t changes = 1 + random.below(6); changes > 0; --changes) {
        const size_t at = random.below(pieces.size() + 1);
        const auto place = pieces.begin() + static_cast<ptrdiff_t>(at);
        const bool there = at < pieces.size();
        switch (random.below(12)) {
            case 0: case 1: case 2: pieces.insert(place, framed(random_event(random))); break;
            case 3: pieces.insert(place, garbage(random)); break;
            case 4:
                if (there) pieces.erase(place);
                break;
            case 5:
                if (there) pieces.push_back(pieces[at]);
                break;
            case 6:
                if (there) std::swap(pieces[at], pieces[random.below(pieces.size())]);
                break;
            default:
                if (there) pieces[at] = change_record(random, pieces[at]);
        }
    }
    if (random.one_in(200)) {
        const size_t at = random.below(pieces.size() + 1);
        pieces.insert(pieces.begin() + static_cast<ptrdiff_t>(at), framed(long_event(random)));
    }
    std::string out;
    for (const std::string& piece : pieces) out += piece;
    if (random.one_in(8)) out.resize(random.below(out.size() + 1));
    if (random.one_in(16)) out = change_bytes(random, out);
    return out;
}

}  // namespace fuzz
