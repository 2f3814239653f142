#include "trouble.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

#include <sys/stat.h>
#include <sys/types.h>

namespace fuzz {

VirtualFile the_file;

namespace {
size_t calls_left = SIZE_MAX;
bool ended = false;
}  // namespace

void end_memory_in(size_t calls) {
    calls_left = calls;
    ended = false;
}

bool memory_ended() { return ended; }

}  // namespace fuzz

extern "C" {

ssize_t __wrap_pread(int fd, void* out, size_t size, off_t offset) {
    using fuzz::the_file;
    if (fd != the_file.fd || offset < 0) {
        errno = EBADF;
        return -1;
    }
    if (the_file.shrinks_in-- == 0) {
        the_file.size = std::min(the_file.size, the_file.shrinks_to);
        the_file.troubled = true;
    }
    if (the_file.fails_in-- == 0) {
        the_file.troubled = true;
        errno = EIO;
        return -1;
    }
    if (the_file.parts && the_file.random.one_in(4)) {
        errno = EINTR;
        return -1;
    }
    const size_t at = std::min(static_cast<size_t>(offset), the_file.size);
    size_t count = std::min(size, the_file.size - at);
    if (the_file.parts && count > 1) count = 1 + the_file.random.below(count);
    std::memcpy(out, the_file.content->data() + at, count);
    the_file.bytes_read += count;
    return static_cast<ssize_t>(count);
}

int __wrap_fstat(int fd, struct stat* status) {
    if (fd != fuzz::the_file.fd) {
        errno = EBADF;
        return -1;
    }
    std::memset(status, 0, sizeof *status);
    status->st_mode = S_IFREG | 0644;
    status->st_size = static_cast<off_t>(fuzz::the_file.size);
    return 0;
}
}

void* operator new(size_t size) {
    if (fuzz::calls_left-- == 0) {
        fuzz::ended = true;
        throw std::bad_alloc();
    }
    if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
    throw std::bad_alloc();
}
void* operator new[](size_t size) { return operator new(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
