// Where the bytes of a file are read into.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>

#include "bytes.hpp"
#include "crc32c.hpp"
#include "file.hpp"
#include "record.hpp"
#include "search.hpp"
#include "wire.hpp"

namespace sightline {

// Large enough that a read's fixed cost is nothing, small enough to stay in the second-level cache until it is decoded.
constexpr size_t block_bytes = 256 * 1024;

// What a file is read into. A thread keeps its block from one scan to the next, so that following a thousand files
// touches no new memory; a larger one, for a long record, is given back.
class Block {
   public:
    Block() : data_(kept_ ? std::move(kept_) : std::unique_ptr<uint8_t[]>(new uint8_t[block_bytes])) {}
    ~Block() {
        if (capacity_ == block_bytes) kept_ = std::move(data_);
    }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;

    uint8_t* data() { return data_.get(); }
    size_t capacity() const { return capacity_; }

    void grow(size_t filled, size_t capacity) {
        std::unique_ptr<uint8_t[]> larger(new uint8_t[capacity]);
        std::memcpy(larger.get(), data_.get(), filled);
        data_ = std::move(larger);
        capacity_ = capacity;
    }

   private:
    static inline thread_local std::unique_ptr<uint8_t[]> kept_;
    std::unique_ptr<uint8_t[]> data_;
    size_t capacity_ = block_bytes;
};

// A payload in a file of which only what is needed is read. The memory for it is reserved; pages that are not touched
// cost nothing.
class SparsePayload {
   public:
    SparsePayload(int fd, uint64_t offset, uint64_t size)
        : fd_(fd), offset_(offset), size_(static_cast<size_t>(size)), memory_(new uint8_t[size_]) {}
    SparsePayload(const SparsePayload&) = delete;
    SparsePayload& operator=(const SparsePayload&) = delete;

    Span span() const { return {memory_.get(), memory_.get() + size_}; }
    bool failed() const { return failed_; }
    int error() const { return error_; }  // 0 when the file became shorter
    bool verified() const { return verified_; }
    uint32_t got() const { return got_; }  // checksums, of one that was verified
    uint32_t want() const { return want_; }

    // Whether the payload has the checksum that stands behind it. It is read, and not kept.
    bool verify() {
        Block block;
        uint32_t crc = 0;
        for (size_t done = 0; done < size_;) {
            const size_t part = std::min(size_ - done, block.capacity());
            if (!read(block.data(), part, offset_ + done)) return false;
            crc = crc32c(block.data(), part, crc);
            done += part;
        }
        if (!read(block.data(), footer_bytes, offset_ + size_)) return false;
        got_ = mask_crc(crc);
        want_ = load_little_endian<uint32_t>(block.data());
        verified_ = true;
        return got_ == want_;
    }

    bool need(const uint8_t* at, size_t count) {
        if (count == 0) return true;
        const size_t begin = static_cast<size_t>(at - memory_.get()), end = begin + count;
        for (const Read& read : read_) {
            if (begin >= read.begin && end <= read.end) return true;
        }
        Read& slot = read_[next_++ % std::size(read_)];
        slot = {begin, begin};
        const size_t wanted = std::min(size_ - begin, std::max(count, least_read_bytes));
        if (!read(memory_.get() + begin, wanted, offset_ + begin)) return false;
        slot.end = begin + wanted;
        return true;
    }

   private:
    struct Read {
        size_t begin = 0, end = 0;
    };
    static constexpr size_t least_read_bytes = 1024;

    bool read(uint8_t* out, size_t count, uint64_t offset) {
        for (size_t done = 0; done < count;) {
            const ssize_t got = read_at(fd_, out + done, count - done, offset + done);
            if (got <= 0) {
                failed_ = true;
                error_ = got < 0 ? errno : 0;
                return false;
            }
            done += static_cast<size_t>(got);
        }
        return true;
    }

    int fd_;
    uint64_t offset_;
    size_t size_;
    std::unique_ptr<uint8_t[]> memory_;
    Read read_[4];  // the last stretches that were read
    size_t next_ = 0;
    bool failed_ = false;
    int error_ = 0;
    bool verified_ = false;
    uint32_t got_ = 0, want_ = 0;
};

struct Sparse {
    SparsePayload* payload;
    bool need(const uint8_t* at, size_t count) { return payload->need(at, count); }
    bool verify() { return payload->verify(); }
};

class MemoryBytes : public Bytes {
   public:
    MemoryBytes(Span data, uint64_t base) : data_(data), base_(base) {}
    uint64_t end() const override { return base_ + data_.size(); }
    Span block(uint64_t at, size_t size) override { return payload(at, size); }
    Span payload(uint64_t at, size_t size) override {
        const uint8_t* begin = data_.begin + std::min<uint64_t>(at - base_, data_.size());
        return {begin, begin + std::min(size, static_cast<size_t>(data_.end - begin))};
    }

   private:
    Span data_;
    uint64_t base_;
};

class FileBytes : public Bytes {
   public:
    FileBytes(int fd, uint64_t end) : fd_(fd), end_(end) {}
    uint64_t end() const override { return end_; }
    int error() const { return error_; }  // 0 when every read was answered

    Span block(uint64_t at, size_t size) override {
        block_at_ = at;
        return block_ = read(block_memory_, at, size);
    }
    Span payload(uint64_t at, size_t size) override {
        const uint64_t skip = at - block_at_;
        if (at >= block_at_ && skip <= block_.size() && size <= block_.size() - skip) {
            return {block_.begin + skip, block_.begin + skip + size};
        }
        return read(payload_memory_, at, size);
    }

   private:
    Span read(std::unique_ptr<uint8_t[]>& memory, uint64_t at, size_t size) {
        if (!memory) memory.reset(new uint8_t[block_bytes]);
        size = std::min(size, block_bytes);
        size_t filled = 0;
        while (filled < size) {
            const ssize_t got = read_at(fd_, memory.get() + filled, size - filled, at + filled);
            if (got < 0) error_ = errno;
            if (got <= 0) break;
            filled += static_cast<size_t>(got);
        }
        return {memory.get(), memory.get() + filled};
    }

    int fd_;
    uint64_t end_;
    std::unique_ptr<uint8_t[]> block_memory_, payload_memory_;
    Span block_;
    uint64_t block_at_ = 0;
    int error_ = 0;
};

}  // namespace sightline
