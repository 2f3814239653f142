// Writing to an open file. What to do when a write fails or is slow is not decided here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sightline {

// What one write did, and how long it took: the wait of other threads for anything is not in it.
struct Written {
    int64_t bytes;  // -1: `error` says why
    int error;
    int64_t nanoseconds;
};

Written timed_write(int fd, const uint8_t* data, size_t size);

// Scalars onto the end of a file: one record, one write. It stops at the first that is not as it should be, and says so.
class Appender {
   public:
    enum class Outcome { refused, written, torn };

    // Appends go to `fd` until `seconds` have passed or a write fails, is cut short or takes longer than `slow_seconds`.
    void arm(int fd, double seconds, double slow_seconds);
    void disarm() { fd_ = closed; }
    bool armed() const { return fd_ != closed; }

    // `refused`: nothing was written, try another way. `torn`: the file now ends in a part of `torn_record()`.
    // Without a wall time it is now.
    Outcome append(std::string_view tag, double value, int64_t step, std::optional<double> wall_time);

    const std::string& torn_record() const { return torn_record_; }
    size_t torn_written() const { return torn_written_; }

    int64_t records() const { return records_; }
    int64_t bytes() const { return bytes_; }
    int64_t nanoseconds() const { return nanoseconds_; }  // spent in append()

   private:
    static constexpr int closed = -1;
    int fd_ = closed;
    int64_t until_ = 0, slow_ = 0;  // nanoseconds
    int64_t records_ = 0, bytes_ = 0, nanoseconds_ = 0;
    std::string long_record_, torn_record_;
    size_t torn_written_ = 0;
};

}  // namespace sightline
