// The series of one event file, found by tag and Value field.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sightline {

struct Series {
    std::string tag;
    uint32_t form;  // number of the Value field that holds its values; 0 for none
    std::string metadata;
    bool scalar_tensors;   // plugin "scalars": its tensors are numbers
    int32_t expected = -1;  // the series whose value came after this one's, last time; it may be gone
};

class SeriesTable {
   public:
    static constexpr int32_t none = -1;

    // A training loop logs its tags in the same order each step, so the one that followed last time is tried first: one
    // comparison instead of a hash for nearly every value.
    int32_t find(std::string_view tag, uint32_t form) {
        const int32_t expected = last_ == none ? none : all_[static_cast<size_t>(last_)].expected;
        if (expected != none && static_cast<size_t>(expected) < all_.size() && is(expected, tag, form)) [[likely]] {
            return last_ = expected;
        }
        const int32_t found = look_up(tag, form);
        if (found != none) follow(found);
        return found;
    }

    int32_t add(Series series) {
        if ((all_.size() + 1) * 2 > slots_.size()) grow();
        const int32_t index = static_cast<int32_t>(all_.size());
        all_.push_back(std::move(series));
        insert(index);
        follow(index);
        return index;
    }

    // Forgets the series from `size` on: those that a malformed event brought. Each was the last to take a slot, so that
    // freeing them in reverse order leaves the others where they are looked for.
    void shrink(size_t size) {
        if (all_.size() == size) return;
        for (size_t i = all_.size(); i-- > size;) {
            size_t slot = slot_of(all_[i].tag, all_[i].form);
            while (slots_[slot] != static_cast<int32_t>(i)) slot = (slot + 1) & (slots_.size() - 1);
            slots_[slot] = none;
        }
        all_.resize(size, Series{});
        last_ = none;
    }

    const Series& operator[](int32_t index) const { return all_[static_cast<size_t>(index)]; }
    size_t size() const { return all_.size(); }

   private:
    bool is(int32_t index, std::string_view tag, uint32_t form) const {
        const Series& series = all_[static_cast<size_t>(index)];
        return series.form == form && series.tag == tag;
    }

    size_t slot_of(std::string_view tag, uint32_t form) const {
        return (std::hash<std::string_view>{}(tag) + form * 0x9E3779B97F4A7C15u) & (slots_.size() - 1);
    }

    int32_t look_up(std::string_view tag, uint32_t form) const {
        if (slots_.empty()) return none;
        for (size_t slot = slot_of(tag, form);; slot = (slot + 1) & (slots_.size() - 1)) {
            if (slots_[slot] == none || is(slots_[slot], tag, form)) return slots_[slot];
        }
    }

    void follow(int32_t index) {
        if (last_ != none) all_[static_cast<size_t>(last_)].expected = index;
        last_ = index;
    }

    void insert(int32_t index) {
        size_t slot = slot_of(all_[static_cast<size_t>(index)].tag, all_[static_cast<size_t>(index)].form);
        while (slots_[slot] != none) slot = (slot + 1) & (slots_.size() - 1);
        slots_[slot] = index;
    }

    void grow() { rebuild(slots_.empty() ? 16 : slots_.size() * 2); }

    void rebuild(size_t slots) {
        slots_.assign(slots, none);
        for (size_t i = 0; i < all_.size(); ++i) insert(static_cast<int32_t>(i));
    }

    std::vector<Series> all_;
    std::vector<int32_t> slots_;  // open addressing; a power of two, at most half full
    int32_t last_ = none;
};

}  // namespace sightline
