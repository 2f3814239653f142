// Turns the bytes of one event file into columns, incrementally. No policy, no paths, no Python: bytes in, arrays and
// positions out. format/scan.py is the readable twin, format/FORMAT.md has the rules in words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "batch.hpp"
#include "event.hpp"
#include "search.hpp"
#include "wire.hpp"

namespace sightline {

class Scanner {
   public:
    // `scan_file` verifies payloads below so many bytes; of longer ones it reads the structure only, unless that gives
    // points.
    static constexpr uint64_t verify_all = UINT64_MAX;
    explicit Scanner(uint64_t verify_below = verify_all) : verify_below_(verify_below) {}

    uint64_t offset() const { return offset_; }    // the byte after the last whole record
    bool ended() const { return search_.lost(); }  // a length checksum is wrong, and no record was found after it
    const SeriesTable& series() const { return decoder_.series(); }

    // One who has read up to `offset` and found the series that are added. For a scanner that has not scanned yet.
    void resume(uint64_t offset) { offset_ = offset; }
    bool add_series(std::string_view tag, uint32_t form, std::string_view metadata) {
        return decoder_.add_series(tag, form, metadata);
    }

    void scan(Span data, Batch& batch);

    // `max_bytes` from `offset`, or one record when that is longer; less after very many damaged places. Returns errno, or 0; after an error nothing of what
    // was scanned is lost: it is reported only when nothing was.
    int scan_file(int fd, uint64_t max_bytes, Batch& batch);

   private:
    // Records from `offset` on, up to the end, a damaged length, one whose payload has at least `verify_below` bytes, or
    // until the batch has `damage_below` damaged places.
    size_t scan_records(Span data, uint64_t verify_below, size_t damage_below, Batch& batch, bool& truncated);
    int scan_blocks(int fd, uint64_t max_bytes, Batch& batch);
    // The record at `offset`, by its structure. Returns errno, or 0.
    int scan_long_record(int fd, uint64_t payload_bytes, Batch& batch);
    bool find_next(Bytes& bytes, Batch& batch);
    void take(size_t bytes, Batch& batch);

    EventDecoder decoder_;
    Search search_;
    uint64_t verify_below_;
    uint64_t offset_ = 0;
};

}  // namespace sightline
