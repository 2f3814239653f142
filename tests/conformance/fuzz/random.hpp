// Random numbers that are the same on every machine: SplitMix64 (Steele, Lea, Flood 2014).
#pragma once

#include <cstddef>
#include <cstdint>

namespace fuzz {

class Random {
   public:
    explicit Random(uint64_t seed) : state_(seed) {}

    uint64_t next() {
        uint64_t z = state_ += 0x9E3779B97F4A7C15u;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    // 0 to `bound` - 1; `bound` is not 0.
    size_t below(size_t bound) { return static_cast<size_t>(next() % bound); }
    bool one_in(size_t chance) { return below(chance) == 0; }

    template <typename List>
    const auto& pick(const List& list) {
        return list[below(sizeof list / sizeof *list)];
    }

    // Few bits more often than many, and the numbers at which something changes.
    uint64_t number() {
        static constexpr uint64_t edges[] = {0,      1,       2,        100,        101,        127,       128,
                                             0xFFFF, 0x10000, 1u << 31, UINT32_MAX, 1ull << 63, UINT64_MAX};
        return one_in(3) ? pick(edges) : next() >> below(64);
    }

   private:
    uint64_t state_;
};

}  // namespace fuzz
