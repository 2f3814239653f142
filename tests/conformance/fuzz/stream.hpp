// Event files at random: records whose checksums are right around payloads that are not, damage of every kind between.
#pragma once

#include <string>

#include "random.hpp"

namespace fuzz {

// One that was made from `file` by some changes.
std::string change_stream(Random& random, const std::string& file);

}  // namespace fuzz
