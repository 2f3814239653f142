// Takes points and positions out of an event: rules 1 to 7 of format/FORMAT.md, "What a reader takes from a record".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "batch.hpp"
#include "bytes.hpp"
#include "series.hpp"
#include "tensor.hpp"
#include "wire.hpp"

namespace sightline {

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

class EventDecoder {
   public:
    const SeriesTable& series() const { return series_; }

    // False when the metadata is malformed.
    bool add_series(std::string_view tag, uint32_t form, std::string_view metadata);

    // All of one event's points and positions or, when it is malformed (false) or memory ends (an exception), none. The
    // source is asked to verify what gives points.
    template <typename Source>
    bool decode(Span event, uint64_t record, Source source, Batch& batch);

   private:
    template <typename Source>
    bool decode_summary(Span summary, const Position& event, const uint8_t* payload, Source source, Batch& batch);
    template <typename Source>
    bool decode_value(Span value, const Position& event, const uint8_t* payload, Source source, Batch& batch);

    SeriesTable series_;
};

// Takes back what an event brought, unless it is kept.
class Transaction {
   public:
    Transaction(Batch& batch, SeriesTable& series)
        : batch_(batch),
          series_(series),
          points_(batch.points.size()),
          items_(batch.items.size()),
          events_(batch.events.size()),
          known_(series.size()) {}
    ~Transaction() {
        if (kept_) return;
        batch_.points.resize(points_);
        batch_.items.resize(items_);
        batch_.events.resize(events_);
        series_.shrink(known_);
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    bool keep() { return kept_ = true; }
    bool has_points() const { return batch_.points.size() > points_; }

   private:
    Batch& batch_;
    SeriesTable& series_;
    const size_t points_, items_, events_, known_;
    bool kept_ = false;
};

template <typename Source>
bool EventDecoder::decode(Span event, uint64_t record, Source source, Batch& batch) {
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

    Transaction transaction(batch, series_);
    Fields whats({first_what, event.end}, source);
    for (Field field; whats.next(field);) {
        if (field.type != WireType::length_delimited || field.number < event_field::first_what ||
            field.number > event_field::last_what) {
            continue;
        }
        if (field.number == event_field::summary) {
            if (!decode_summary(field.content, header, event.begin, source, batch)) return false;
        } else {
            Position position = header;
            position.series_or_field = static_cast<int32_t>(field.number);
            position.offset = header.record + static_cast<int64_t>(header_bytes) + (field.content.begin - event.begin);
            position.length = static_cast<int64_t>(field.content.size());
            batch.events.push_back(position);
        }
    }
    if (whats.malformed()) return false;
    return (!transaction.has_points() || source.verify()) && transaction.keep();
}

template <typename Source>
bool EventDecoder::decode_summary(Span summary, const Position& event, const uint8_t* payload, Source source,
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
bool EventDecoder::decode_value(Span value, const Position& event, const uint8_t* payload, Source source,
                                Batch& batch) {
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

}  // namespace sightline
