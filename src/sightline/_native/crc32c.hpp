// CRC-32C (Castagnoli), by the processor's instruction where it has one, by tables otherwise.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sightline {

// The checksum of `size` bytes that follow bytes whose checksum is `crc`.
uint32_t crc32c(const uint8_t* data, size_t size, uint32_t crc = 0);

// The same by tables only: what a processor without the instruction runs, and what the tests compare with.
uint32_t crc32c_by_table(const uint8_t* data, size_t size, uint32_t crc = 0);

// "sse4.2", "armv8" or "table": which one `crc32c` is on this machine.
const char* crc32c_method();

// The checksum as records store it: rotated right by 15 bits, plus a constant (LevelDB, util/crc32c.h).
inline uint32_t mask_crc(uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u; }

inline uint32_t masked_crc32c(const uint8_t* data, size_t size) { return mask_crc(crc32c(data, size)); }

}  // namespace sightline
