#include "scanner.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <new>

#include <sys/stat.h>

#include "bytes.hpp"
#include "file.hpp"
#include "source.hpp"

namespace sightline {
namespace {

// A scalar's record is hardly shorter: 16 bytes of frame, 24 of event, a tag. Memory reserved but not touched is free.
constexpr size_t least_scalar_bytes = 44;
constexpr size_t most_reserved_bytes = 64 * 1024 * 1024;

// Read after a record whose payload was skipped, and after a search: what follows is likely to need no more.
constexpr size_t probe_bytes = 4 * 1024;

// Damaged places of one batch: bytes that were made to be nothing else would be objects of ten times their size.
constexpr size_t most_damage = 10'000;

// Whether a record at `offset` with a payload of `length` bytes ends before `end`. Compared without adding: the length
// may be anything up to 2^64 - 1.
bool is_within(uint64_t length, uint64_t offset, uint64_t end) {
    const uint64_t left = end - std::min(end, offset);
    return left >= header_bytes + footer_bytes && length <= left - header_bytes - footer_bytes;
}

}  // namespace

void Scanner::scan(Span data, Batch& batch) {
    batch.points.reserve(std::min(data.size(), most_reserved_bytes) / least_scalar_bytes + 1);
    const uint64_t base = offset_;
    MemoryBytes bytes(data, base);
    do {
        if (ended() && !find_next(bytes, batch)) break;
        scan_records({data.begin + (offset_ - base), data.end}, verify_all, SIZE_MAX, batch, batch.truncated);
    } while (ended());
    if (search_.tell()) batch.damage.push_back(search_.damage());
}

int Scanner::scan_file(int fd, uint64_t max_bytes, Batch& batch) {
    try {
        const int error = scan_blocks(fd, max_bytes, batch);
        if (error == 0 && search_.tell()) batch.damage.push_back(search_.damage());
        return error;
    } catch (const std::bad_alloc&) {
        return batch.bytes_read > 0 ? 0 : ENOMEM;
    }
}

int Scanner::scan_blocks(int fd, uint64_t max_bytes, Batch& batch) {
    // The end as the system says; of what is no plain file it may know nothing.
    uint64_t end = offset_;
    bool knows_end = false;
    struct stat status;
    if (::fstat(fd, &status) == 0) {
        knows_end = S_ISREG(status.st_mode);
        end = std::max(end, static_cast<uint64_t>(status.st_size));
        const uint64_t expected = std::min<uint64_t>({end - offset_, max_bytes, most_reserved_bytes});
        batch.points.reserve(expected / least_scalar_bytes + 1);
    }
    Block buffer;
    size_t filled = 0;
    size_t window = block_bytes;
    bool behind_long = false;  // the buffer has bytes that were not scanned yet
    const uint64_t start = offset_;
    uint64_t bound = max_bytes;
    const auto widen = [&] { bound = bound > UINT64_MAX / 2 ? UINT64_MAX : bound * 2; };
    while (true) {
        if (ended()) {
            FileBytes bytes(fd, end);
            if (!find_next(bytes, batch)) return batch.bytes_read > 0 ? 0 : bytes.error();
            filled = 0;
            window = probe_bytes;
        }
        if (batch.damage.size() >= most_damage) return 0;
        const uint64_t scanned = offset_ - start + filled;
        if (scanned >= bound) {
            if (batch.bytes_read > 0) return 0;
            widen();
        }
        if (!behind_long) {
            // Room for a record longer than the block: as much as its length says when the file holds that (a length may
            // be absurd), doubled where the system does not know what it holds.
            if (filled == buffer.capacity()) {
                const bool whole = is_within(load_little_endian<uint64_t>(buffer.data()), offset_, end);
                if (!whole && knows_end) {
                    batch.truncated = true;
                    return 0;
                }
                const uint64_t record = header_bytes + load_little_endian<uint64_t>(buffer.data()) + footer_bytes;
                buffer.grow(filled, whole ? static_cast<size_t>(record) : filled * 2);
                window = buffer.capacity();
            }
            const size_t room =
                static_cast<size_t>(std::min<uint64_t>({buffer.capacity() - filled, window, bound - scanned}));
            const ssize_t got = read_at(fd, buffer.data() + filled, room, offset_ + filled);
            if (got < 0) return batch.bytes_read > 0 ? 0 : errno;
            if (got == 0) {
                batch.truncated = filled > 0;
                return 0;
            }
            filled += static_cast<size_t>(got);
            window = std::max(window, std::min(window * 4, block_bytes));
        }
        behind_long = false;
        bool unfinished = false;
        const size_t used =
            scan_records({buffer.data(), buffer.data() + filled}, verify_below_, most_damage, batch, unfinished);
        filled -= used;
        if (used > 0) std::memmove(buffer.data(), buffer.data() + used, filled);
        if (ended() || unfinished || filled < header_bytes || batch.damage.size() >= most_damage) continue;

        // A long record: nothing else stops the walk before the end of the buffer.
        const uint64_t length = load_little_endian<uint64_t>(buffer.data());
        if (!is_within(length, offset_, end)) {
            batch.truncated = true;
            return 0;
        }
        const uint64_t whole = header_bytes + length + footer_bytes;
        while (offset_ - start + whole > bound) {
            if (batch.bytes_read > 0) return 0;
            widen();
        }
        const int64_t before = batch.bytes_read;
        const int error = scan_long_record(fd, length, batch);
        if (batch.bytes_read == before) {  // it became shorter, or could not be read
            batch.truncated = error == 0;
            return before > 0 ? 0 : error;
        }
        // Its neighbour is likely as long: a short read finds out.
        filled = filled > whole ? filled - static_cast<size_t>(whole) : 0;
        if (filled > 0) std::memmove(buffer.data(), buffer.data() + whole, filled);
        behind_long = filled > 0;
        window = probe_bytes;
    }
}

int Scanner::scan_long_record(int fd, uint64_t payload_bytes, Batch& batch) {
    const size_t whole = header_bytes + static_cast<size_t>(payload_bytes) + footer_bytes;
    SparsePayload payload(fd, offset_ + header_bytes, payload_bytes);
    if (decoder_.decode(payload.span(), offset_, Sparse{&payload}, batch)) {
        ++batch.records;
        if (!payload.verified()) {
            ++batch.unverified;
            batch.unverified_bytes += static_cast<int64_t>(payload_bytes);
        }
    } else if (payload.failed()) {
        return payload.error();
    } else if (payload.verified()) {
        batch.damage.push_back({static_cast<int64_t>(offset_), static_cast<int64_t>(whole), Reason::payload_checksum,
                                payload.got(), payload.want()});
    } else {
        batch.damage.push_back(
            {static_cast<int64_t>(offset_), static_cast<int64_t>(whole), Reason::malformed, 0, 0});
    }
    take(whole, batch);
    return 0;
}

size_t Scanner::scan_records(Span data, uint64_t verify_below, size_t damage_below, Batch& batch, bool& truncated) {
    const uint8_t* at = data.begin;
    while (at < data.end && batch.damage.size() < damage_below) {
        const size_t left = static_cast<size_t>(data.end - at);
        if (verify_below != verify_all && left >= header_bytes && load_little_endian<uint64_t>(at) >= verify_below &&
            is_header(at)) {
            break;
        }
        const Found found = find_record(at, left);
        if (found.kind == Found::Kind::truncated) {
            truncated = true;
            break;
        }
        const int64_t offset = static_cast<int64_t>(offset_);
        if (found.kind == Found::Kind::damaged_header) {
            search_.begin({offset, 0, Reason::length_checksum, found.got, found.want});
            break;
        }
        const size_t whole = header_bytes + found.payload_bytes + footer_bytes;
        const uint8_t* payload = at + header_bytes;
        if (found.kind == Found::Kind::damaged_payload) {
            batch.damage.push_back(
                {offset, static_cast<int64_t>(whole), Reason::payload_checksum, found.got, found.want});
        } else if (decoder_.decode({payload, payload + found.payload_bytes}, offset_, InMemory{}, batch)) {
            ++batch.records;
        } else {
            batch.damage.push_back({offset, static_cast<int64_t>(whole), Reason::malformed, 0, 0});
        }
        at += whole;
        take(whole, batch);
    }
    return static_cast<size_t>(at - data.begin);
}

// Goes on behind a record, or behind what a search has skipped. Nothing of a batch counts before: who runs out of memory
// in the middle of a record finds it again.
void Scanner::take(size_t bytes, Batch& batch) {
    offset_ += bytes;
    batch.bytes_read += static_cast<int64_t>(bytes);
}

bool Scanner::find_next(Bytes& bytes, Batch& batch) {
    batch.damage.push_back(search_.damage());  // before it is found: memory may end
    if (!search_.find(bytes)) {
        batch.damage.pop_back();
        return false;
    }
    batch.damage.back() = search_.damage();
    take(static_cast<size_t>(search_.damage().length), batch);
    return true;
}

}  // namespace sightline
