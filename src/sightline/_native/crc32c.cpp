// Three ways to one number. Slicing by eight: Kounavis and Berry, "Novel table lookup-based algorithms for
// high-performance CRC generation", 2008. Three interleaved streams hide the instruction's latency of three cycles;
// they are joined by multiplying with x^(8n), as in Gopal et al., "Fast CRC computation ... using the CRC32 instruction",
// Intel, 2011.
#include "crc32c.hpp"

#include <array>

#include "bytes.hpp"

#if defined(__x86_64__)
#include <nmmintrin.h>
#define SIGHTLINE_CRC_INSTRUCTION __attribute__((target("sse4.2")))
#elif defined(__aarch64__)
#if defined(__linux__)
#include <sys/auxv.h>
#ifndef HWCAP_CRC32
#define HWCAP_CRC32 (1 << 7)
#endif
#endif
#include <arm_acle.h>
#define SIGHTLINE_CRC_INSTRUCTION __attribute__((target("+crc")))
#endif

namespace sightline {
namespace {

constexpr uint32_t polynomial = 0x82F63B78u;  // bits reflected: RFC 3720, section 12.1

constexpr auto make_tables() {
    std::array<std::array<uint32_t, 256>, 8> tables{};
    for (uint32_t byte = 0; byte < 256; ++byte) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? polynomial : 0);
        tables[0][byte] = crc;
    }
    for (size_t k = 1; k < 8; ++k) {
        for (size_t byte = 0; byte < 256; ++byte) {
            const uint32_t before = tables[k - 1][byte];
            tables[k][byte] = tables[0][before & 0xFF] ^ (before >> 8);
        }
    }
    return tables;
}

constexpr auto tables = make_tables();

#if defined(SIGHTLINE_CRC_INSTRUCTION)

#if defined(__x86_64__)
SIGHTLINE_CRC_INSTRUCTION inline uint32_t step8(uint32_t crc, const uint8_t* at) {
    return static_cast<uint32_t>(_mm_crc32_u64(crc, load_little_endian<uint64_t>(at)));
}
SIGHTLINE_CRC_INSTRUCTION inline uint32_t step4(uint32_t crc, const uint8_t* at) {
    return _mm_crc32_u32(crc, load_little_endian<uint32_t>(at));
}
SIGHTLINE_CRC_INSTRUCTION inline uint32_t step1(uint32_t crc, const uint8_t* at) { return _mm_crc32_u8(crc, *at); }

constexpr const char* instruction = "sse4.2";
bool has_instruction() {
    __builtin_cpu_init();
    return __builtin_cpu_supports("sse4.2");
}
#else
SIGHTLINE_CRC_INSTRUCTION inline uint32_t step8(uint32_t crc, const uint8_t* at) {
    return __crc32cd(crc, load_little_endian<uint64_t>(at));
}
SIGHTLINE_CRC_INSTRUCTION inline uint32_t step4(uint32_t crc, const uint8_t* at) {
    return __crc32cw(crc, load_little_endian<uint32_t>(at));
}
SIGHTLINE_CRC_INSTRUCTION inline uint32_t step1(uint32_t crc, const uint8_t* at) { return __crc32cb(crc, *at); }

constexpr const char* instruction = "armv8";
bool has_instruction() {
#if defined(__linux__)
    return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
#elif defined(__APPLE__)
    return true;
#else
    return false;
#endif
}
#endif

// Below three times this, one stream is as fast; above, joining costs a tenth.
constexpr size_t stream_bytes = 1024;

// What `stream_bytes` zero bytes make of a checksum: linear, so four tables of one byte each.
class ZeroBytes {
   public:
    ZeroBytes() {
        uint32_t of_bit[32];
        for (int bit = 0; bit < 32; ++bit) {
            uint32_t crc = 1u << bit;
            for (size_t i = 0; i < stream_bytes; ++i) crc = tables[0][crc & 0xFF] ^ (crc >> 8);
            of_bit[bit] = crc;
        }
        for (int k = 0; k < 4; ++k) {
            for (uint32_t byte = 0; byte < 256; ++byte) {
                uint32_t crc = 0;
                for (int bit = 0; bit < 8; ++bit) {
                    if (byte >> bit & 1) crc ^= of_bit[8 * k + bit];
                }
                table_[k][byte] = crc;
            }
        }
    }
    uint32_t after(uint32_t crc) const {
        return table_[0][crc & 0xFF] ^ table_[1][crc >> 8 & 0xFF] ^ table_[2][crc >> 16 & 0xFF] ^ table_[3][crc >> 24];
    }

   private:
    uint32_t table_[4][256];
};

SIGHTLINE_CRC_INSTRUCTION uint32_t crc32c_by_instruction(const uint8_t* data, size_t size, uint32_t crc) {
    crc = ~crc;
    if (size >= 3 * stream_bytes) {
        static const ZeroBytes zero_bytes;
        do {
            uint32_t second = 0, third = 0;
            for (size_t i = 0; i < stream_bytes; i += 8) {
                crc = step8(crc, data + i);
                second = step8(second, data + stream_bytes + i);
                third = step8(third, data + 2 * stream_bytes + i);
            }
            crc = zero_bytes.after(zero_bytes.after(crc) ^ second) ^ third;
            data += 3 * stream_bytes;
            size -= 3 * stream_bytes;
        } while (size >= 3 * stream_bytes);
    }
    for (; size >= 8; data += 8, size -= 8) crc = step8(crc, data);
    if (size >= 4) {
        crc = step4(crc, data);
        data += 4;
        size -= 4;
    }
    for (; size > 0; ++data, --size) crc = step1(crc, data);
    return ~crc;
}

const bool use_instruction = has_instruction();

#endif

}  // namespace

uint32_t crc32c_by_table(const uint8_t* data, size_t size, uint32_t crc) {
    crc = ~crc;
    for (; size >= 8; data += 8, size -= 8) {
        const uint64_t word = load_little_endian<uint64_t>(data) ^ crc;
        crc = tables[7][word & 0xFF] ^ tables[6][word >> 8 & 0xFF] ^ tables[5][word >> 16 & 0xFF] ^
              tables[4][word >> 24 & 0xFF] ^ tables[3][word >> 32 & 0xFF] ^ tables[2][word >> 40 & 0xFF] ^
              tables[1][word >> 48 & 0xFF] ^ tables[0][word >> 56];
    }
    for (; size > 0; ++data, --size) crc = tables[0][(crc ^ *data) & 0xFF] ^ (crc >> 8);
    return ~crc;
}

uint32_t crc32c(const uint8_t* data, size_t size, uint32_t crc) {
#if defined(SIGHTLINE_CRC_INSTRUCTION)
    if (use_instruction) return crc32c_by_instruction(data, size, crc);
#endif
    return crc32c_by_table(data, size, crc);
}

const char* crc32c_method() {
#if defined(SIGHTLINE_CRC_INSTRUCTION)
    if (use_instruction) return instruction;
#endif
    return "table";
}

}  // namespace sightline
