// A fuzzer for the kernel. It changes event files at random, keeps those that reach new code, and reads each in every way
// (reading.hpp); built with the address and undefined-behaviour sanitizers it stops at the first fault. The same numbers
// give the same inputs, on every machine.
//
//   fuzz FILE...                       check these files
//   fuzz FILE... --seconds N           and then what can be made of them, for so long
//   --samples DIR                      every eighth input goes there, and each that reached new code
//   --found DIR                        the input that was read at a fault goes there

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "reading.hpp"
#include "stream.hpp"

namespace {

// Edges of the kernel's code: the compiler calls the hook at the beginning of every basic block.
constexpr size_t edge_count = 1 << 16;
uint8_t edges[edge_count];
uintptr_t previous;
size_t new_edges;

std::string current;  // the input that is being read
const char* found_directory = nullptr;

void keep(const char* directory, const std::string& name) {
    if (directory == nullptr) return;
    std::filesystem::create_directories(directory);
    std::ofstream(std::filesystem::path(directory) / name, std::ios::binary) << current;
}

void on_death() { keep(found_directory, "fault"); }

bool check(const std::string& input, uint64_t seed, const std::string& name) {
    current = input;
    fuzz::Random random(seed);
    const std::string problem = fuzz::check(input, random);
    if (problem.empty()) return true;
    std::printf("%s: %s\n", name.c_str(), problem.c_str());
    keep(found_directory, "fault");
    return false;
}

}  // namespace

extern "C" {
void __sanitizer_set_death_callback(void (*callback)());
void __sanitizer_cov_trace_pc() {
    const uintptr_t here = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
    uint8_t& edge = edges[(here ^ previous) % edge_count];
    new_edges += edge == 0;
    edge = 1;
    previous = here >> 1;
}
}

int main(int count, char** arguments) {
    double seconds = 0;
    const char* samples = nullptr;
    std::vector<std::string> pool;
    __sanitizer_set_death_callback(on_death);
    for (int i = 1; i < count; ++i) {
        const std::string argument = arguments[i];
        if (argument == "--seconds" && i + 1 < count) {
            seconds = std::strtod(arguments[++i], nullptr);
        } else if (argument == "--samples" && i + 1 < count) {
            samples = arguments[++i];
        } else if (argument == "--found" && i + 1 < count) {
            found_directory = arguments[++i];
        } else {
            std::ifstream file(argument, std::ios::binary);
            pool.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
            for (uint64_t seed = 0; seed < 20; ++seed) {
                if (!check(pool.back(), seed, argument)) return 1;
            }
        }
    }
    if (pool.empty()) pool.emplace_back();

    const size_t kept = pool.size();
    using Clock = std::chrono::steady_clock;
    const auto time = std::chrono::duration<double>(seconds);
    const Clock::time_point end = Clock::now() + std::chrono::duration_cast<Clock::duration>(time);
    uint64_t inputs = 0;
    for (; seconds > 0 && Clock::now() < end; ++inputs) {
        fuzz::Random random(inputs);
        const std::string input = fuzz::change_stream(random, pool[random.below(pool.size())]);
        new_edges = 0;
        const std::string name = "input " + std::to_string(inputs);
        if (!check(input, inputs, name)) return 1;
        if (new_edges > 0 && input.size() < 65'536) pool.push_back(input);
        if ((new_edges > 0 || inputs % 8 == 0) && input.size() < 65'536) keep(samples, std::to_string(inputs));
    }
    size_t reached = 0;
    for (const uint8_t edge : edges) reached += edge;
    std::printf("%zu files, %llu inputs, %zu of them reached new code; %zu edges\n", kept,
                static_cast<unsigned long long>(inputs), pool.size() - kept, reached);
    return 0;
}
