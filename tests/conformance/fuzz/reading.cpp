#include "reading.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <tuple>

#include "scanner.hpp"
#include "trouble.hpp"

namespace fuzz {
namespace {

using sightline::Batch;
using sightline::Damage;
using sightline::Point;
using sightline::Position;
using sightline::Reason;
using sightline::Scanner;
using sightline::Span;

uint64_t bits(double number) { return std::bit_cast<uint64_t>(number); }

auto row(const Point& p) { return std::tuple(p.step, bits(p.wall_time), bits(p.value), p.series); }
auto row(const Position& p) {
    return std::tuple(p.series_or_field, p.step, bits(p.wall_time), p.record, p.payload, p.offset, p.length);
}
auto row(const Damage& d) {
    const bool checksums = d.reason != Reason::malformed;
    return std::tuple(d.offset, d.length, d.reason, checksums ? d.got : 0, checksums ? d.want : 0);
}

// Everything that one or more scans of a file found.
struct Reading {
    std::vector<decltype(row(Point{}))> points;
    std::vector<decltype(row(Position{}))> items, events;
    std::vector<decltype(row(Damage{}))> damage;
    std::vector<std::tuple<std::string, uint32_t, std::string, bool>> series;
    int64_t records = 0, bytes_read = 0, unverified = 0;
    uint64_t offset = 0;
    bool ended = false;

    bool operator==(const Reading&) const = default;

    void add(const Batch& batch) {
        for (const Point& point : batch.points) points.push_back(row(point));
        for (const Position& position : batch.items) items.push_back(row(position));
        for (const Position& position : batch.events) events.push_back(row(position));
        for (const Damage& each : batch.damage) {  // what is told again, with more knowledge, takes its place
            if (!damage.empty() && std::get<0>(damage.back()) == each.offset) damage.pop_back();
            damage.push_back(row(each));
        }
        records += batch.records;
        bytes_read += batch.bytes_read;
        unverified += batch.unverified;
    }

    Reading& close(const Scanner& scanner) {
        for (size_t i = 0; i < scanner.series().size(); ++i) {
            const sightline::Series& each = scanner.series()[static_cast<int32_t>(i)];
            series.emplace_back(each.tag, each.form, each.metadata, each.scalar_tensors);
        }
        offset = scanner.offset();
        ended = scanner.ended();
        return *this;
    }

    // What holds for every input; in words what does not.
    std::string problem(size_t size) const {
        if (bytes_read != static_cast<int64_t>(offset) || offset > size) return "bytes are counted wrong";
        int64_t end = 0;
        for (const auto& each : damage) {
            if (std::get<0>(each) < end) return "damage overlaps";
            end = std::get<0>(each) + std::get<1>(each);
        }
        if (end > static_cast<int64_t>(size)) return "damage behind the end";
        for (const auto& each : points) {
            if (static_cast<size_t>(std::get<3>(each)) >= series.size()) return "a point of no series";
        }
        for (const auto& each : items) {
            if (static_cast<size_t>(std::get<0>(each)) >= series.size()) return "an item of no series";
        }
        for (const auto* list : {&items, &events}) {
            for (const auto& [index, step, wall_time, record, payload, at, length] : *list) {
                const int64_t begin = record + 12;
                if (at < begin || length < 0 || at + length > begin + payload) return "a value outside its record";
                if (record + payload + 16 > static_cast<int64_t>(offset)) return "a record that was not read";
            }
        }
        return "";
    }
};

// Each piece in memory of its own, so that a byte too far is noticed.
void scan_bytes(Scanner& scanner, const std::string& input, size_t end, Reading& reading) {
    const size_t begin = static_cast<size_t>(scanner.offset());
    const size_t size = end > begin ? end - begin : 0;
    const std::unique_ptr<uint8_t[]> copy(new uint8_t[size]);
    if (size > 0) std::memcpy(copy.get(), input.data() + begin, size);
    Batch batch;
    scanner.scan({copy.get(), copy.get() + size}, batch);
    reading.add(batch);
}

Reading read_pieces(const std::string& input, Random& random, size_t pieces) {
    Scanner scanner;
    Reading reading;
    std::vector<size_t> ends{input.size()};
    for (size_t i = 1; i < pieces; ++i) ends.push_back(random.below(input.size() + 1));
    std::sort(ends.begin(), ends.end());
    for (const size_t end : ends) scan_bytes(scanner, input, end, reading);
    return reading.close(scanner);
}

void open_file(const std::string& input, Random& random) {
    the_file = VirtualFile{};
    the_file.content = &input;
    the_file.size = input.size();
    the_file.random = Random(random.next());
}

// Scans until nothing comes any more.
void scan_file(Scanner& scanner, Random& random, Reading& reading) {
    int64_t before;
    do {
        Batch batch;
        before = reading.bytes_read;
        scanner.scan_file(VirtualFile::fd, 1 + (random.one_in(2) ? random.below(200) : random.below(1 << 20)), batch);
        reading.add(batch);
    } while (reading.bytes_read > before);
}

struct Way {
    uint64_t verify_below = Scanner::verify_all;
    bool parts = false, grows = false, fails = false, shrinks = false, memory_ends = false;
};

Reading read_file(const std::string& input, Random& random, const Way& way) {
    open_file(input, random);
    the_file.parts = way.parts;
    Scanner scanner(way.verify_below);
    Reading reading;
    if (way.grows) {
        std::vector<size_t> ends{random.below(input.size() + 1), random.below(input.size() + 1)};
        std::sort(ends.begin(), ends.end());
        for (const size_t end : ends) {
            the_file.size = end;
            scan_file(scanner, random, reading);
        }
        the_file.size = input.size();
    }
    for (int troubles = way.fails || way.shrinks || way.memory_ends ? 6 : 0; troubles > 0; --troubles) {
        if (way.fails) the_file.fails_in = random.below(12);
        if (way.shrinks) {
            the_file.shrinks_in = random.below(8);
            the_file.shrinks_to = random.below(input.size() + 1);
        }
        Batch batch;
        batch.damage.reserve(8);
        if (way.memory_ends) end_memory_in(random.below(30));
        const int error = scanner.scan_file(VirtualFile::fd, 1 + random.below(1 << 20), batch);
        end_memory_in(SIZE_MAX);
        if (error == 0) reading.add(batch);
        the_file.fails_in = the_file.shrinks_in = SIZE_MAX;
        the_file.size = input.size();
    }
    scan_file(scanner, random, reading);
    return reading.close(scanner);
}

}  // namespace

std::string check(const std::string& input, Random& random) {
    const Reading whole = read_pieces(input, random, 1);
    if (std::string problem = whole.problem(input.size()); !problem.empty()) return problem;
    if (read_pieces(input, random, 2 + random.below(6)) != whole) return "in pieces it is not what it is whole";

    static constexpr struct {
        Way way;
        const char* what;
    } ways[] = {
        {{.parts = false}, "a file is not what its bytes are"},
        {{.parts = true}, "read in parts it is not what it is whole"},
        {{.parts = true, .grows = true}, "a growing file is not what it is whole"},
        {{.fails = true}, "a failed read has an effect"},
        {{.shrinks = true}, "a file that shrank for a moment is not what it is"},
        {{.memory_ends = true}, "memory that ended has an effect"},
    };
    for (const auto& [way, what] : ways) {
        if (read_file(input, random, way) != whole) return what;
    }

    // By structure: with every payload long, or some.
    const uint64_t verify_below = random.one_in(2) ? 1 : random.below(200);
    const Reading structure = read_file(input, random, {.verify_below = verify_below});
    if (std::string problem = structure.problem(input.size()); !problem.empty()) return "by structure: " + problem;
    for (auto [way, what] : ways) {
        way.verify_below = verify_below;
        if (read_file(input, random, way) != structure) return "by structure it depends on how it is read";
    }
    const bool intact = std::none_of(whole.damage.begin(), whole.damage.end(), [](const auto& damage) {
        return std::get<2>(damage) == Reason::payload_checksum;
    });
    if (intact) {
        Reading same = structure;
        same.unverified = 0;
        if (same != whole) return "by structure it is not what it is";
    }

    // A scan may not read a file many times over.
    open_file(input, random);
    Scanner scanner;
    Batch batch;
    scanner.scan_file(VirtualFile::fd, UINT64_MAX, batch);
    const uint64_t cost = the_file.bytes_read;
    if (cost > 4 * input.size() + 16'384 * (whole.damage.size() + 1)) return "it is read many times over";
    return "";
}

}  // namespace fuzz
