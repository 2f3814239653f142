// After a damaged length: where the next record begins. format/FORMAT.md, "The search", has the rule.
#pragma once

#include <cstddef>
#include <cstdint>

#include "record.hpp"
#include "wire.hpp"

namespace sightline {

// The file as a search reads it: from memory or from a descriptor. Each of the two gives at most `size` bytes from byte
// `at` of the file on, fewer where it ends, valid until it is called again.
class Bytes {
   public:
    virtual ~Bytes() = default;
    virtual uint64_t end() const = 0;  // the byte after the last one that is there
    virtual Span block(uint64_t at, size_t size) = 0;
    virtual Span payload(uint64_t at, size_t size) = 0;
};

class Search {
   public:
    bool lost() const { return lost_; }  // the header at the damage is wrong, and no record was found after it
    void begin(const Damage& damage);

    // Goes on to the next record: a header whose checksum is right, around a payload whose checksum is right. False when
    // there is none so far; afterwards `damage` says how much was skipped.
    bool find(Bytes& bytes);
    const Damage& damage() const { return damage_; }

    // Whether it was not told yet that nothing was found.
    bool tell();

   private:
    enum class Payload { right, wrong, unreadable };
    Payload verify(Bytes& bytes, uint64_t at, uint64_t length);

    bool lost_ = false;
    bool told_ = false;
    Damage damage_{};
    uint64_t searched_ = 0;  // where it goes on
    uint64_t spent_ = 0;     // bytes of payloads that all searches of the file together verified
};

}  // namespace sightline
