// Numbers in memory, little endian on every host, at any alignment.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace sightline {

template <typename T>
T load_little_endian(const uint8_t* at) {
    T value;
    if constexpr (std::endian::native == std::endian::little) {
        std::memcpy(&value, at, sizeof(T));
    } else {
        uint8_t reversed[sizeof(T)];
        for (size_t i = 0; i < sizeof(T); ++i) reversed[i] = at[sizeof(T) - 1 - i];
        std::memcpy(&value, reversed, sizeof(T));
    }
    return value;
}

template <typename T>
uint8_t* store_little_endian(uint8_t* at, T value) {
    std::memcpy(at, &value, sizeof(T));
    if constexpr (std::endian::native != std::endian::little) {
        for (size_t i = 0; i < sizeof(T) / 2; ++i) std::swap(at[i], at[sizeof(T) - 1 - i]);
    }
    return at + sizeof(T);
}

}  // namespace sightline
