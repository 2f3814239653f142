// Protocol buffers at random: events as writers make them, and changes that keep every length right, so that what is
// changed is reached.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "random.hpp"

namespace fuzz {

std::string random_event(Random& random);

// With a picture that is longer than the block by which the kernel reads a file.
std::string long_event(Random& random);

// One field somewhere in the message is changed, removed, doubled or replaced; the lengths around it are made right.
std::string change_message(Random& random, const std::string& message);

// Bytes are flipped, removed, doubled or put in, whatever they mean.
std::string change_bytes(Random& random, std::string bytes);

std::string random_bytes(Random& random, size_t most);

}  // namespace fuzz
