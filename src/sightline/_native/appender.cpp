#include "appender.hpp"

#include <cerrno>
#include <ctime>

#include "record.hpp"

#include <unistd.h>

namespace sightline {

namespace {

constexpr size_t usual_bytes = 512;

int64_t nanoseconds_of(clockid_t clock) {
    timespec now;
    clock_gettime(clock, &now);
    return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

Written timed_write(int fd, const uint8_t* data, size_t size) {
    const int64_t before = nanoseconds_of(CLOCK_MONOTONIC);
    const auto written = ::write(fd, data, size);
    const int error = written < 0 ? errno : 0;
    return {written, error, nanoseconds_of(CLOCK_MONOTONIC) - before};
}

void Appender::arm(int fd, double seconds, double slow_seconds) {
    fd_ = fd;
    until_ = nanoseconds_of(CLOCK_MONOTONIC) + static_cast<int64_t>(seconds * 1e9);
    slow_ = static_cast<int64_t>(slow_seconds * 1e9);
}

Appender::Outcome Appender::append(std::string_view tag, double value, int64_t step, std::optional<double> wall_time) {
    if (fd_ == closed) return Outcome::refused;
    const int64_t before = nanoseconds_of(CLOCK_MONOTONIC);
    if (before >= until_) {
        disarm();
        return Outcome::refused;
    }
    const double time = wall_time ? *wall_time : static_cast<double>(nanoseconds_of(CLOCK_REALTIME)) * 1e-9;
    const ScalarRecord record(tag, value, step, time);
    uint8_t usual[usual_bytes];
    uint8_t* bytes = usual;
    if (record.size() > usual_bytes) {
        long_record_.resize(record.size());
        bytes = reinterpret_cast<uint8_t*>(long_record_.data());
    }
    record.write(bytes);

    const auto written = ::write(fd_, bytes, record.size());
    const int64_t elapsed = nanoseconds_of(CLOCK_MONOTONIC) - before;
    nanoseconds_ += elapsed;
    if (elapsed > slow_ || written != static_cast<ssize_t>(record.size())) disarm();
    if (written <= 0) return Outcome::refused;
    bytes_ += written;
    records_ += 1;
    if (static_cast<size_t>(written) == record.size()) return Outcome::written;
    torn_record_.assign(reinterpret_cast<const char*>(bytes), record.size());
    torn_written_ = static_cast<size_t>(written);
    return Outcome::torn;
}

}  // namespace sightline
