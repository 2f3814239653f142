#include "search.hpp"

#include <algorithm>

#include "bytes.hpp"
#include "crc32c.hpp"

namespace sightline {
namespace {

// How far a search goes, what length it believes (protobuf's limit), what verifying may cost.
constexpr uint64_t most_lost_bytes = uint64_t{1} << 30;
constexpr uint64_t most_payload_bytes = uint64_t{1} << 31;
constexpr uint64_t least_spent_bytes = uint64_t{1} << 30;
constexpr uint64_t spent_share = 4;

// The next record is usually near; where it is not, larger reads cost less.
constexpr size_t first_block_bytes = 4 * 1024;
constexpr size_t last_block_bytes = 256 * 1024;

// The twelve bytes of a record without payload. Compared, where a checksum would be computed for each of the zeros that
// a file which was given its room beforehand ends in.
uint32_t checksum_of_no_length() {
    const uint8_t zeros[8] = {};
    return masked_crc32c(zeros, sizeof zeros);
}

}  // namespace

void Search::begin(const Damage& damage) {
    lost_ = true;
    told_ = false;
    damage_ = damage;
    searched_ = static_cast<uint64_t>(damage.offset) + 1;
}

bool Search::tell() {
    const bool news = lost_ && !told_;
    told_ = lost_;
    return news;
}

bool Search::find(Bytes& bytes) {
    const uint64_t begin = static_cast<uint64_t>(damage_.offset);
    const uint64_t end = bytes.end();
    const uint64_t stop = std::min(end, begin + most_lost_bytes);
    const uint32_t empty = checksum_of_no_length();
    size_t size = first_block_bytes;
    while (searched_ + header_bytes <= stop) {
        const Span block = bytes.block(searched_, static_cast<size_t>(std::min<uint64_t>(size, stop - searched_)));
        if (block.size() < header_bytes) return false;  // it became shorter
        const uint8_t* last = block.end - header_bytes;
        for (const uint8_t* at = block.begin; at <= last; ++at, ++searched_) {
            const uint64_t length = load_little_endian<uint64_t>(at);
            if (length >= most_payload_bytes) [[likely]] continue;
            if (length == 0 ? load_little_endian<uint32_t>(at + 8) != empty : !is_header(at)) [[likely]] continue;
            if (header_bytes + length + footer_bytes > end - searched_) return false;  // still to come, or cut
            const Payload payload = verify(bytes, searched_ + header_bytes, length);
            if (payload == Payload::unreadable) return false;  // it is tried again
            if (payload == Payload::right) {
                damage_.length = static_cast<int64_t>(searched_ - begin);
                lost_ = false;
                return true;
            }
        }
        size = std::min(size * 4, last_block_bytes);
    }
    return false;
}

// Whether the payload at `at` has the checksum that stands behind it. All searches of a file together verify little more
// than four times its size: lengths that were made to overlap cost no more than that.
Search::Payload Search::verify(Bytes& bytes, uint64_t at, uint64_t length) {
    if (spent_ + length > least_spent_bytes + spent_share * at) return Payload::wrong;
    uint32_t crc = 0;
    for (uint64_t done = 0; done < length;) {
        const size_t wanted = static_cast<size_t>(std::min<uint64_t>(last_block_bytes, length - done));
        const Span part = bytes.payload(at + done, wanted);
        if (part.empty()) return Payload::unreadable;
        crc = crc32c(part.begin, part.size(), crc);
        done += part.size();
    }
    const Span footer = bytes.payload(at + length, footer_bytes);
    if (footer.size() < footer_bytes) return Payload::unreadable;
    spent_ += length;
    return load_little_endian<uint32_t>(footer.begin) == mask_crc(crc) ? Payload::right : Payload::wrong;
}

}  // namespace sightline
