// What the kernel makes of one input, read in every way there is; all must give the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "random.hpp"

namespace fuzz {

// Reads it whole, in pieces, from a file that answers in parts, grows, shrinks, fails, and while memory ends. What is
// wrong in words; empty when nothing is.
std::string check(const std::string& input, Random& random);

}  // namespace fuzz
