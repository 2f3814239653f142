// What the system does to a reader: a file in memory that answers pread in parts, is interrupted, fails, shrinks while it
// is read; and memory that ends. The kernel's calls are led here by the linker (--wrap).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "random.hpp"

namespace fuzz {

// There is one, and its descriptor is `fd`.
struct VirtualFile {
    static constexpr int fd = 1 << 20;

    const std::string* content = nullptr;
    size_t size = 0;             // of `content`, so much is there
    Random random{0};
    bool parts = false;          // reads give less than was asked for, and are interrupted
    size_t fails_in = SIZE_MAX;  // so many reads later one fails
    size_t shrinks_in = SIZE_MAX;  // so many reads later there is nothing behind `shrinks_to`
    size_t shrinks_to = 0;
    uint64_t bytes_read = 0;  // by all reads
    bool troubled = false;    // something of the two has happened
};
extern VirtualFile the_file;

// `operator new` fails once, after so many more calls; `memory_ended` says that it has.
void end_memory_in(size_t calls);
bool memory_ended();

}  // namespace fuzz
