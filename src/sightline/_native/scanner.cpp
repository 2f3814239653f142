#include "scanner.hpp"

#include <algorithm>
#include <memory>
#include <new>

#include <sys/stat.h>

#include "bytes.hpp"
#include "crc32c.hpp"
#include "file.hpp"
#include "tensor.hpp"

namespace sightline {
namespace {

// Large enough that a read's fixed cost is nothing, small enough to stay in the second-level cache until it is decoded.
constexpr size_t block_bytes = 256 * 1024;

// A scalar's record is hardly shorter: 16 bytes of frame, 24 of event, a tag. Memory reserved but not touched is free.
constexpr size_t least_scalar_bytes = 44;
constexpr size_t most_reserved_bytes = 64 * 1024 * 1024;

// Read after a record whose payload was skipped.
constexpr size_t probe_bytes = 4 * 1024;

// A search after damage: how far it goes, what length it believes (protobuf's limit), what verifying may cost.
constexpr uint64_t most_lost_bytes = uint64_t{1} << 30;
constexpr uint64_t most_payload_bytes = uint64_t{1} << 31;
constexpr uint64_t least_spent_bytes = uint64_t{1} << 30;
constexpr uint64_t spent_share = 4;

// Numbers of fields, from TensorBoard's compat/proto/{event,summary}.proto.
namespace event_field {
constexpr uint32_t wall_time = 1, step = 2, summary = 5, first_what = 3, last_what = 9;
}
namespace summary_field {
constexpr uint32_t value = 1;
}
namespace value_field {
constexpr uint32_t tag = 1, simple_value = 2, node_name = 7, tensor = 8, metadata = 9;
constexpr bool is_form(uint32_t number) { return (number >= 3 && number <= 6) || number == tensor; }
}
namespace metadata_field {
constexpr uint32_t plugin_data = 1, plugin_name = 1;
}

// The name in SummaryMetadata.plugin_data; false when the bytes are malformed.
bool read_plugin_name(Span metadata, Span& name) {
    Fields fields(metadata);
    for (Field field; fields.next(field);) {
        if (!field.is(metadata_field::plugin_data, WireType::length_delimited)) continue;
        Fields inner(field.content);
        for (Field part; inner.next(part);) {
            if (part.is(metadata_field::plugin_name, WireType::length_delimited)) name = part.content;
        }
        if (inner.malformed()) return false;
    }
    return !fields.malformed();
}

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
    static thread_local std::unique_ptr<uint8_t[]> kept_;
    std::unique_ptr<uint8_t[]> data_;
    size_t capacity_ = block_bytes;
};
thread_local std::unique_ptr<uint8_t[]> Block::kept_;

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

    bool need(const uint8_t* at, size_t count) {
        if (count == 0) return true;
        const size_t begin = static_cast<size_t>(at - memory_.get()), end = begin + count;
        for (const Read& read : read_) {
            if (begin >= read.begin && end <= read.end) return true;
        }
        Read& slot = read_[next_++ % std::size(read_)];
        slot = {begin, begin};
        const size_t wanted = std::min(size_ - begin, std::max(count, least_read_bytes));
        while (slot.end < begin + wanted) {
            const ssize_t got = read_at(fd_, memory_.get() + slot.end, begin + wanted - slot.end, offset_ + slot.end);
            if (got <= 0) {
                failed_ = true;
                error_ = got < 0 ? errno : 0;
                return false;
            }
            slot.end += static_cast<size_t>(got);
        }
        return true;
    }

   private:
    struct Read {
        size_t begin = 0, end = 0;
    };
    static constexpr size_t least_read_bytes = 1024;

    int fd_;
    uint64_t offset_;
    size_t size_;
    std::unique_ptr<uint8_t[]> memory_;
    Read read_[4];  // the last stretches that were read
    size_t next_ = 0;
    bool failed_ = false;
    int error_ = 0;
};

struct Sparse {
    SparsePayload* payload;
    bool need(const uint8_t* at, size_t count) { return payload->need(at, count); }
};

class MemoryBytes : public Bytes {
   public:
    MemoryBytes(Span data, uint64_t base) : data_(data), base_(base) {}
    uint64_t end() const override { return base_ + data_.size(); }
    Span view(uint64_t at, size_t size) override {
        const uint8_t* begin = data_.begin + std::min<uint64_t>(at - base_, data_.size());
        return {begin, begin + std::min(size, static_cast<size_t>(data_.end - begin))};
    }

   private:
    Span data_;
    uint64_t base_;
};

class FileBytes : public Bytes {
   public:
    FileBytes(int fd, uint64_t end) : fd_(fd), end_(end), memory_(new uint8_t[block_bytes]) {}
    uint64_t end() const override { return end_; }
    Span view(uint64_t at, size_t size) override {
        const ssize_t got = read_at(fd_, memory_.get(), std::min(size, block_bytes), at);
        return {memory_.get(), memory_.get() + std::max<ssize_t>(got, 0)};
    }

   private:
    int fd_;
    uint64_t end_;
    std::unique_ptr<uint8_t[]> memory_;
};

}  // namespace

void Scanner::scan(Span data, Batch& batch) {
    batch.points.reserve(std::min(data.size(), most_reserved_bytes) / least_scalar_bytes + 1);
    const uint64_t base = offset_;
    MemoryBytes bytes(data, base);
    do {
        if (lost_ && !search(bytes, batch)) break;
        scan_records({data.begin + (offset_ - base), data.end}, verify_all, batch, batch.truncated);
    } while (lost_);
    tell_lost(batch);
}

int Scanner::scan_file(int fd, uint64_t max_bytes, Batch& batch) {
    try {
        const int error = scan_blocks(fd, max_bytes, batch);
        tell_lost(batch);
        return error;
    } catch (const std::bad_alloc&) {
        return batch.bytes_read > 0 ? 0 : ENOMEM;
    }
}

int Scanner::scan_blocks(int fd, uint64_t max_bytes, Batch& batch) {
    uint64_t end = offset_;  // of the file, as the system says
    struct stat status;
    if (::fstat(fd, &status) == 0 && static_cast<uint64_t>(status.st_size) > offset_) {
        end = static_cast<uint64_t>(status.st_size);
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
        if (lost_) {
            FileBytes bytes(fd, end);
            if (!search(bytes, batch)) return 0;
            filled = 0;
        }
        const uint64_t scanned = offset_ - start + filled;
        if (scanned >= bound) {
            if (batch.bytes_read > 0) return 0;
            widen();
        }
        if (!behind_long) {
            // Room for a record longer than the block: as much as its length says, but no more than the file holds (a
            // length may be absurd); doubled where the system does not know how much that is.
            if (filled == buffer.capacity()) {
                const uint64_t wanted = header_bytes + footer_bytes + load_little_endian<uint64_t>(buffer.data());
                const uint64_t left = end - std::min(end, offset_);
                buffer.grow(filled, static_cast<size_t>(std::max<uint64_t>(std::min(wanted, left), filled * 2)));
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
        const size_t used = scan_records({buffer.data(), buffer.data() + filled}, verify_below_, batch, unfinished);
        filled -= used;
        if (used > 0) std::memmove(buffer.data(), buffer.data() + used, filled);
        if (lost_ || unfinished || filled < header_bytes) continue;

        // A long record: nothing else stops the walk before the end of the buffer.
        const uint64_t length = load_little_endian<uint64_t>(buffer.data());
        if (end < offset_ + header_bytes + footer_bytes || length > end - offset_ - header_bytes - footer_bytes) {
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
    if (decode_event(payload.span(), offset_, Sparse{&payload}, batch)) {
        ++batch.records;
        ++batch.unverified;
        batch.unverified_bytes += static_cast<int64_t>(payload_bytes);
    } else if (payload.failed()) {
        return payload.error();
    } else {
        batch.damage.push_back(
            {static_cast<int64_t>(offset_), static_cast<int64_t>(whole), Reason::malformed, 0, 0});
    }
    offset_ += whole;
    batch.bytes_read += static_cast<int64_t>(whole);
    return 0;
}

size_t Scanner::scan_records(Span data, uint64_t verify_below, Batch& batch, bool& truncated) {
    const uint8_t* at = data.begin;
    const uint64_t base = offset_;
    while (at < data.end) {
        const size_t left = static_cast<size_t>(data.end - at);
        if (verify_below != verify_all && left >= header_bytes && load_little_endian<uint64_t>(at) >= verify_below &&
            is_header(at)) {
            break;
        }
        const uint64_t record = base + static_cast<uint64_t>(at - data.begin);
        const Found found = find_record(at, left);
        if (found.kind == Found::Kind::truncated) {
            truncated = true;
            break;
        }
        const int64_t offset = static_cast<int64_t>(record);
        if (found.kind == Found::Kind::damaged_header) {
            lose({offset, 0, Reason::length_checksum, found.got, found.want});
            break;
        }
        const size_t whole = header_bytes + found.payload_bytes + footer_bytes;
        const uint8_t* payload = at + header_bytes;
        if (found.kind == Found::Kind::damaged_payload) {
            batch.damage.push_back(
                {offset, static_cast<int64_t>(whole), Reason::payload_checksum, found.got, found.want});
        } else if (decode_event({payload, payload + found.payload_bytes}, record, InMemory{}, batch)) {
            ++batch.records;
        } else {
            batch.damage.push_back({offset, static_cast<int64_t>(whole), Reason::malformed, 0, 0});
        }
        at += whole;
    }
    const size_t used = static_cast<size_t>(at - data.begin);
    offset_ += used;
    batch.bytes_read += static_cast<int64_t>(used);
    return used;
}

void Scanner::lose(const Damage& damage) {
    lost_ = true;
    told_ = false;
    damage_ = damage;
    searched_ = static_cast<uint64_t>(damage.offset) + 1;
}

void Scanner::tell_lost(Batch& batch) {
    if (lost_ && !told_) batch.damage.push_back(damage_);
    told_ = lost_;
}

// Goes on to the next record after a damaged length: a header whose checksum is right, around a payload whose checksum
// is right. False when there is none so far.
bool Scanner::search(Bytes& bytes, Batch& batch) {
    const uint64_t stop = std::min(bytes.end(), offset_ + most_lost_bytes);
    while (searched_ + header_bytes <= stop) {
        const uint64_t base = searched_;
        const Span block = bytes.view(base, static_cast<size_t>(std::min<uint64_t>(block_bytes, stop - base)));
        if (block.size() < header_bytes) return false;  // it became shorter
        const uint8_t* last = block.end - header_bytes;
        for (const uint8_t* at = block.begin; at <= last; ++at) {
            const uint64_t length = load_little_endian<uint64_t>(at);
            if (length >= most_payload_bytes || !is_header(at)) [[likely]] {
                ++searched_;
                continue;
            }
            if (header_bytes + length + footer_bytes > bytes.end() - searched_) return false;  // still to come, or cut
            const bool found = is_payload(bytes, searched_ + header_bytes, length);
            if (found) {
                damage_.length = static_cast<int64_t>(searched_ - offset_);
                batch.damage.push_back(damage_);
                batch.bytes_read += damage_.length;
                offset_ = searched_;
                lost_ = false;
                return true;
            }
            ++searched_;
            break;  // the block may have been overwritten
        }
    }
    return false;
}

// Whether the payload at `at` has the checksum that stands after it. All searches of a file together verify little more
// than four times its size: lengths that were made to overlap cost no more than that.
bool Scanner::is_payload(Bytes& bytes, uint64_t at, uint64_t length) {
    if (spent_ + length > least_spent_bytes + spent_share * at) return false;
    spent_ += length;
    uint32_t crc = 0;
    for (uint64_t done = 0; done < length;) {
        const Span block = bytes.view(at + done, static_cast<size_t>(std::min<uint64_t>(block_bytes, length - done)));
        if (block.empty()) return false;
        crc = crc32c(block.begin, block.size(), crc);
        done += block.size();
    }
    const Span footer = bytes.view(at + length, footer_bytes);
    return footer.size() == footer_bytes && load_little_endian<uint32_t>(footer.begin) == mask_crc(crc);
}

// All of one event's points and positions or, when it is malformed, none.
template <typename Source>
bool Scanner::decode_event(Span event, uint64_t record, Source source, Batch& batch) {
    Position header{};
    header.record = static_cast<int64_t>(record);
    header.payload = static_cast<int64_t>(event.size());

    // Wall time and step may follow what they belong to, so they are read first; the second walk begins at the first
    // field that matters, which in a usual file is the last.
    const uint8_t* first_what = event.end;
    Fields fields(event, source);
    const uint8_t* before = fields.position();
    for (Field field; fields.next(field); before = fields.position()) {
        if (field.is(event_field::wall_time, WireType::fixed64)) {
            header.wall_time = load_little_endian<double>(field.content.begin);
        } else if (field.is(event_field::step, WireType::varint)) {
            header.step = static_cast<int64_t>(field.varint);
        } else if (field.number >= event_field::first_what && field.number <= event_field::last_what &&
                   first_what == event.end) {
            first_what = before;
        }
    }
    if (fields.malformed()) return false;

    const size_t points = batch.points.size(), items = batch.items.size(), events = batch.events.size();
    const size_t series = series_.size();
    Fields whats({first_what, event.end}, source);
    bool whole = true;
    for (Field field; whole && whats.next(field);) {
        if (field.type != WireType::length_delimited || field.number < event_field::first_what ||
            field.number > event_field::last_what) {
            continue;
        }
        if (field.number == event_field::summary) {
            whole = decode_summary(field.content, header, event.begin, source, batch);
        } else {
            Position position = header;
            position.series_or_field = static_cast<int32_t>(field.number);
            position.offset = header.record + static_cast<int64_t>(header_bytes) + (field.content.begin - event.begin);
            position.length = static_cast<int64_t>(field.content.size());
            batch.events.push_back(position);
        }
    }
    if (whole && !whats.malformed()) return true;
    batch.points.resize(points);
    batch.items.resize(items);
    batch.events.resize(events);
    series_.shrink(series);
    return false;
}

bool Scanner::add_series(std::string_view tag, uint32_t form, std::string_view metadata) {
    Span plugin;
    const uint8_t* begin = reinterpret_cast<const uint8_t*>(metadata.data());
    if (form == value_field::tensor && !read_plugin_name({begin, begin + metadata.size()}, plugin)) return false;
    series_.add({std::string(tag), form, std::string(metadata), plugin.text() == "scalars"});
    return true;
}

template <typename Source>
bool Scanner::decode_summary(Span summary, const Position& event, const uint8_t* payload, Source source,
                             Batch& batch) {
    Fields fields(summary, source);
    for (Field field; fields.next(field);) {
        if (field.is(summary_field::value, WireType::length_delimited) &&
            !decode_value(field.content, event, payload, source, batch)) {
            return false;
        }
    }
    return !fields.malformed();
}

template <typename Source>
bool Scanner::decode_value(Span value, const Position& event, const uint8_t* payload, Source source, Batch& batch) {
    Span tag, node_name, metadata, content;
    uint32_t form = 0;
    Fields fields(value, source);
    for (Field field; fields.next(field);) {
        if (field.type == WireType::fixed32) {
            if (field.number == value_field::simple_value) {
                form = field.number;
                content = field.content;
            }
        } else if (field.type == WireType::length_delimited) {
            if (field.number == value_field::tag) {
                tag = field.content;
            } else if (field.number == value_field::node_name) {
                node_name = field.content;
            } else if (field.number == value_field::metadata) {
                metadata = field.content;
            } else if (value_field::is_form(field.number)) {
                form = field.number;
                content = field.content;
            }
        }
    }
    if (fields.malformed()) return false;
    if (tag.empty()) tag = node_name;  // TensorFlow 1 names the node only
    if (!source.need(tag.begin, tag.size())) return false;

    int32_t series = series_.find(tag.text(), form);
    if (series == SeriesTable::none) {
        if (!source.need(metadata.begin, metadata.size())) return false;
        series = static_cast<int32_t>(series_.size());
        if (!add_series(tag.text(), form, metadata.text())) return false;
    }
    if (form == value_field::simple_value) {
        batch.points.push_back({event.step, event.wall_time, load_little_endian<float>(content.begin), series});
        return true;
    }
    if (series_[series].scalar_tensors) {
        if (!source.need(content.begin, content.size())) return false;
        double number;
        switch (tensor_scalar(content, number)) {
            case TensorScalar::number:
                batch.points.push_back({event.step, event.wall_time, number, series});
                return true;
            case TensorScalar::malformed:
                return false;
            case TensorScalar::other:
                break;
        }
    }
    Position position = event;
    position.series_or_field = series;
    position.offset = event.record + static_cast<int64_t>(header_bytes) + (value.begin - payload);
    position.length = static_cast<int64_t>(value.size());
    batch.items.push_back(position);
    return true;
}

Groups group_points(const std::vector<Point>& points, size_t series_count, int64_t* step, double* wall_time,
                    double* value) {
    std::vector<int64_t> next(series_count, 0);
    for (const Point& point : points) ++next[static_cast<size_t>(point.series)];
    Groups groups;
    groups.start.push_back(0);
    for (size_t series = 0; series < series_count; ++series) {
        const int64_t count = next[series];
        if (count == 0) continue;
        next[series] = groups.start.back();
        groups.series.push_back(static_cast<int32_t>(series));
        groups.start.push_back(groups.start.back() + count);
    }
    for (const Point& point : points) {
        const int64_t row = next[static_cast<size_t>(point.series)]++;
        step[row] = point.step;
        wall_time[row] = point.wall_time;
        value[row] = point.value;
    }
    return groups;
}

}  // namespace sightline
