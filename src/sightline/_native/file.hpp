// Reading from a file descriptor at a position.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include <unistd.h>

namespace sightline {

// Bytes read at `offset`, which may be fewer than asked for; 0 at the end of the file, -1 with errno set.
inline ssize_t read_at(int fd, uint8_t* out, size_t size, uint64_t offset) {
    ssize_t got;
    do {
        got = ::pread(fd, out, size, static_cast<off_t>(offset));
    } while (got < 0 && errno == EINTR);
    return got;
}

}  // namespace sightline
