#include "scanner.hpp"

#include <algorithm>
#include <memory>

#include <sys/stat.h>

#include "file.hpp"
#include "tensor.hpp"

namespace sightline {
namespace {

// Large enough that a read's fixed cost is nothing, small enough to stay in the second-level cache until it is decoded.
constexpr size_t block_bytes = 256 * 1024;

// A scalar's record is hardly shorter: 16 bytes of frame, 24 of event, a tag. Memory reserved but not touched is free.
constexpr size_t least_scalar_bytes = 44;
constexpr size_t most_reserved_bytes = 64 * 1024 * 1024;

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

}  // namespace

void Scanner::scan(Span data, Batch& batch) {
    batch.points.reserve(std::min(data.size(), most_reserved_bytes) / least_scalar_bytes + 1);
    scan_records(data, batch, batch.truncated);
}

int Scanner::scan_file(int fd, uint64_t max_bytes, Batch& batch) {
    uint64_t left = 0;  // of the file, as far as the system says
    struct stat status;
    if (::fstat(fd, &status) == 0 && static_cast<uint64_t>(status.st_size) > offset_) {
        left = static_cast<uint64_t>(status.st_size) - offset_;
        const uint64_t expected = std::min<uint64_t>({left, max_bytes, most_reserved_bytes});
        batch.points.reserve(expected / least_scalar_bytes + 1);
    }
    Block buffer;
    size_t filled = 0;
    uint64_t bound = max_bytes, total = 0;
    while (!ended_) {
        // Room for a record longer than the block: as much as its length says, but no more than the file holds (a length
        // may be absurd); doubled where the system does not know how much that is.
        if (filled == buffer.capacity()) {
            const uint64_t wanted = header_bytes + footer_bytes + load_little_endian<uint64_t>(buffer.data());
            buffer.grow(filled, static_cast<size_t>(std::max<uint64_t>(std::min(wanted, left), filled * 2)));
        }
        const size_t room = static_cast<size_t>(std::min<uint64_t>(buffer.capacity() - filled, bound - total));
        const ssize_t got = read_at(fd, buffer.data() + filled, room, offset_ + filled);
        if (got < 0) return batch.bytes_read > 0 ? 0 : errno;
        if (got == 0) {
            batch.truncated = filled > 0;
            return 0;
        }
        filled += static_cast<size_t>(got);
        total += static_cast<uint64_t>(got);
        bool unfinished = false;
        const size_t used = scan_records({buffer.data(), buffer.data() + filled}, batch, unfinished);
        filled -= used;
        if (used > 0) std::memmove(buffer.data(), buffer.data() + used, filled);
        if (total == bound) {
            if (batch.bytes_read > 0) return 0;
            bound = bound > UINT64_MAX / 2 ? UINT64_MAX : bound * 2;
        }
    }
    return 0;
}

size_t Scanner::scan_records(Span data, Batch& batch, bool& truncated) {
    const uint8_t* at = data.begin;
    const uint64_t base = offset_;
    while (!ended_ && at < data.end) {
        const size_t left = static_cast<size_t>(data.end - at);
        const uint64_t record = base + static_cast<uint64_t>(at - data.begin);
        const Found found = find_record(at, left);
        if (found.kind == Found::Kind::truncated) {
            truncated = true;
            break;
        }
        const int64_t offset = static_cast<int64_t>(record);
        if (found.kind == Found::Kind::damaged_header) {
            batch.damage.push_back({offset, header_bytes, Reason::length_checksum, found.got, found.want});
            ended_ = true;
            break;
        }
        const size_t whole = header_bytes + found.payload_bytes + footer_bytes;
        const uint8_t* payload = at + header_bytes;
        if (found.kind == Found::Kind::damaged_payload) {
            batch.damage.push_back(
                {offset, static_cast<int64_t>(whole), Reason::payload_checksum, found.got, found.want});
        } else if (decode_event({payload, payload + found.payload_bytes}, record, batch)) {
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

// All of one event's points and positions or, when it is malformed, none.
bool Scanner::decode_event(Span event, uint64_t record, Batch& batch) {
    Position header{};
    header.record = static_cast<int64_t>(record);
    header.payload = static_cast<int64_t>(event.size());

    // Wall time and step may follow what they belong to, so they are read first; the second walk begins at the first
    // field that matters, which in a usual file is the last.
    const uint8_t* first_what = event.end;
    Fields fields(event);
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
    Fields whats({first_what, event.end});
    for (Field field; whats.next(field);) {
        if (field.type != WireType::length_delimited || field.number < event_field::first_what ||
            field.number > event_field::last_what) {
            continue;
        }
        if (field.number == event_field::summary) {
            if (!decode_summary(field.content, header, event.begin, batch)) {
                batch.points.resize(points);
                batch.items.resize(items);
                batch.events.resize(events);
                series_.shrink(series);
                return false;
            }
        } else {
            Position position = header;
            position.series_or_field = static_cast<int32_t>(field.number);
            position.offset = header.record + static_cast<int64_t>(header_bytes) + (field.content.begin - event.begin);
            position.length = static_cast<int64_t>(field.content.size());
            batch.events.push_back(position);
        }
    }
    return true;
}

bool Scanner::decode_summary(Span summary, const Position& event, const uint8_t* payload, Batch& batch) {
    Fields fields(summary);
    for (Field field; fields.next(field);) {
        if (field.is(summary_field::value, WireType::length_delimited) &&
            !decode_value(field.content, event, payload, batch)) {
            return false;
        }
    }
    return !fields.malformed();
}

bool Scanner::decode_value(Span value, const Position& event, const uint8_t* payload, Batch& batch) {
    Span tag, node_name, metadata, content;
    uint32_t form = 0;
    Fields fields(value);
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

    int32_t series = series_.find(tag.text(), form);
    if (series == SeriesTable::none) {
        Span plugin;
        if (form == value_field::tensor && !read_plugin_name(metadata, plugin)) return false;
        series = series_.add({std::string(tag.text()), form, std::string(metadata.text()), plugin.text() == "scalars"});
    }
    if (form == value_field::simple_value) {
        batch.points.push_back({event.step, event.wall_time, load_little_endian<float>(content.begin), series});
        return true;
    }
    if (series_[series].scalar_tensors) {
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
