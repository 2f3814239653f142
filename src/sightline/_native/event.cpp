#include "event.hpp"

#include <string>

namespace sightline {
namespace {

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

}  // namespace

bool EventDecoder::add_series(std::string_view tag, uint32_t form, std::string_view metadata) {
    Span plugin;
    const uint8_t* begin = reinterpret_cast<const uint8_t*>(metadata.data());
    if (form == value_field::tensor && !read_plugin_name({begin, begin + metadata.size()}, plugin)) return false;
    series_.add({std::string(tag), form, std::string(metadata), plugin.text() == "scalars"});
    return true;
}

}  // namespace sightline
