// The only file that knows Python: arguments in, arrays out. _kernel.pyi says what each function promises.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/tuple.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

#include "appender.hpp"
#include "crc32c.hpp"
#include "curve.hpp"
#include "record.hpp"
#include "scanner.hpp"
#include "table.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using sightline::Batch;
using sightline::Position;

// Any object's bytes, for as long as this lives.
class Buffer {
   public:
    explicit Buffer(nb::handle object) {
        if (PyObject_GetBuffer(object.ptr(), &view_, PyBUF_C_CONTIGUOUS) != 0) throw nb::python_error();
    }
    ~Buffer() { PyBuffer_Release(&view_); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    const uint8_t* data() const { return static_cast<const uint8_t*>(view_.buf); }
    size_t size() const { return static_cast<size_t>(view_.len); }

   private:
    Py_buffer view_;
};

// Uninitialised memory that becomes a NumPy array without a copy.
template <typename T>
class Column {
   public:
    explicit Column(size_t size) : data_(new T[size]), size_(size) {}
    T* data() { return data_.get(); }
    T& operator[](size_t i) { return data_[i]; }

    nb::object to_numpy() {
        T* data = data_.release();
        nb::capsule owner(data, [](void* memory) noexcept { delete[] static_cast<T*>(memory); });
        return nb::cast(nb::ndarray<nb::numpy, T, nb::ndim<1>>(data, {size_}, owner));
    }

   private:
    std::unique_ptr<T[]> data_;
    size_t size_;
};

template <typename T, typename Rows, typename Get>
nb::object column_of(const Rows& rows, Get get) {
    Column<T> column(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) column[i] = static_cast<T>(get(rows[i]));
    return column.to_numpy();
}

template <typename T>
nb::object column_of(const std::vector<T>& values) {
    return column_of<T>(values, [](T value) { return value; });
}

nb::bytes to_bytes(std::string_view text) { return nb::bytes(text.data(), text.size()); }

// Below this many bytes handing the GIL over costs more than the work.
constexpr size_t gil_worth_bytes = 64 * 1024;

template <typename Work>
auto without_gil(size_t bytes, Work work) {
    if (bytes < gil_worth_bytes) return work();
    nb::gil_scoped_release release;
    return work();
}

uint32_t crc32c(nb::handle data, uint32_t crc) {
    const Buffer bytes(data);
    return without_gil(bytes.size(), [&] { return sightline::crc32c(bytes.data(), bytes.size(), crc); });
}

uint32_t crc32c_by_table(nb::handle data, uint32_t crc) {
    const Buffer bytes(data);
    return without_gil(bytes.size(), [&] { return sightline::crc32c_by_table(bytes.data(), bytes.size(), crc); });
}

uint32_t masked_crc32c(nb::handle data) { return sightline::mask_crc(crc32c(data, 0)); }

nb::bytes new_bytes(size_t size, uint8_t*& out) {
    PyObject* object = PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(size));
    if (object == nullptr) throw nb::python_error();
    out = reinterpret_cast<uint8_t*>(PyBytes_AS_STRING(object));
    return nb::steal<nb::bytes>(object);
}

nb::bytes frame(nb::handle payload) {
    const Buffer bytes(payload);
    uint8_t* out;
    nb::bytes record = new_bytes(bytes.size() + sightline::header_bytes + sightline::footer_bytes, out);
    without_gil(bytes.size(), [&] { sightline::write_frame(out, bytes.data(), bytes.size()); });
    return record;
}

nb::bytes frame_scalar(nb::bytes tag, double value, nb::handle step, double wall_time) {
    int64_t number = 0;
    if (!step.is_none()) {
        number = PyLong_AsLongLong(step.ptr());
        if (number == -1 && PyErr_Occurred()) throw nb::python_error();
    }
    const sightline::ScalarRecord scalar({tag.c_str(), tag.size()}, value, number, wall_time);
    uint8_t* out;
    nb::bytes record = new_bytes(scalar.size(), out);
    scalar.write(out);
    return record;
}

// What add_scalar does, when its arguments are what they usually are. Everything here happens under the GIL, the write
// included: it takes a microsecond, less than the time in which another thread would notice that it may run.
class Appender {
   public:
    void arm(int fd, double seconds, double slow_seconds) { core_.arm(fd, seconds, slow_seconds); }
    void disarm() { core_.disarm(); }
    bool armed() const { return core_.armed(); }

    int append(nb::handle tag, nb::handle value, nb::handle step, nb::handle wall_time) {
        if (!core_.armed() || !PyUnicode_CheckExact(tag.ptr()) || !PyFloat_Check(value.ptr())) return 0;
        int64_t number = 0;
        if (!step.is_none()) {
            if (!PyLong_CheckExact(step.ptr())) return 0;
            int overflow;
            number = PyLong_AsLongLongAndOverflow(step.ptr(), &overflow);
            if (overflow != 0) return 0;
        }
        std::optional<double> time;
        if (!wall_time.is_none()) {
            if (!PyFloat_CheckExact(wall_time.ptr()) || !std::isfinite(PyFloat_AS_DOUBLE(wall_time.ptr()))) return 0;
            time = PyFloat_AS_DOUBLE(wall_time.ptr());
        }
        Py_ssize_t size;
        const char* text = PyUnicode_AsUTF8AndSize(tag.ptr(), &size);
        if (text == nullptr) {  // halves of surrogate pairs
            PyErr_Clear();
            return 0;
        }
        switch (core_.append({text, static_cast<size_t>(size)}, PyFloat_AS_DOUBLE(value.ptr()), number, time)) {
            case sightline::Appender::Outcome::written: return 1;
            case sightline::Appender::Outcome::torn: return -1;
            default: return 0;
        }
    }

    nb::tuple torn() const { return nb::make_tuple(to_bytes(core_.torn_record()), core_.torn_written()); }
    nb::tuple counts() const { return nb::make_tuple(core_.records(), core_.bytes(), core_.nanoseconds()); }

   private:
    sightline::Appender core_;
};

nb::tuple timed_write(int fd, nb::handle data) {
    const Buffer bytes(data);
    while (true) {
        sightline::Written written;
        {
            nb::gil_scoped_release release;
            written = sightline::timed_write(fd, bytes.data(), bytes.size());
        }
        if (written.bytes >= 0) return nb::make_tuple(written.bytes, static_cast<double>(written.nanoseconds) * 1e-9);
        if (written.error == EINTR) {
            if (PyErr_CheckSignals() != 0) throw nb::python_error();
            continue;
        }
        errno = written.error;
        PyErr_SetFromErrno(PyExc_OSError);
        throw nb::python_error();
    }
}

const char* reason_text(sightline::Reason reason) {
    switch (reason) {
        case sightline::Reason::length_checksum: return "length checksum";
        case sightline::Reason::payload_checksum: return "payload checksum";
        default: return "malformed event";
    }
}

nb::list damage_list(const std::vector<sightline::Damage>& all, nb::handle type) {
    nb::list list;
    for (const sightline::Damage& damage : all) {
        const bool checksum = damage.reason != sightline::Reason::malformed;
        list.append(type(damage.offset, damage.length, reason_text(damage.reason),
                         checksum ? nb::cast(damage.got) : nb::none(), checksum ? nb::cast(damage.want) : nb::none()));
    }
    return list;
}

// What Python sees changes under the GIL only; what the scan changes is behind the mutex. The mutex is never waited for
// with the GIL held, so two threads that scan at once take turns.
class Scanner {
   public:
    explicit Scanner(uint64_t verify_below) : core_(verify_below) {}

    nb::object scan(nb::handle data) {
        const Buffer bytes(data);
        return run([&](Batch& batch) {
            core_.scan({bytes.data(), bytes.data() + bytes.size()}, batch);
            return 0;
        });
    }

    nb::object scan_file(int fd, int64_t max_bytes) {
        if (max_bytes <= 0) {
            throw nb::value_error(
                ("max_bytes is " + std::to_string(max_bytes) + ": want a positive number of bytes").c_str());
        }
        return run([&](Batch& batch) { return core_.scan_file(fd, static_cast<uint64_t>(max_bytes), batch); });
    }

    void resume(int64_t offset, nb::list series) {
        if (offset_ != 0 || ended_ || nb::len(series_) != 0) {
            throw nb::value_error("resume: want a scanner that has not scanned yet");
        }
        if (offset < 0) {
            throw nb::value_error(("offset is " + std::to_string(offset) + ": want a place in the file").c_str());
        }
        for (nb::handle each : series) {
            const auto [tag, form, metadata] = nb::cast<std::tuple<nb::bytes, uint32_t, nb::bytes>>(each);
            if (!core_.add_series({tag.c_str(), tag.size()}, form, {metadata.c_str(), metadata.size()})) {
                throw nb::value_error("series: got metadata that is no message");
            }
            series_.append(nb::make_tuple(tag, form, metadata));
            ++told_;
        }
        core_.resume(static_cast<uint64_t>(offset));
        offset_ = offset;
    }

    int64_t offset() const { return offset_; }
    bool ended() const { return ended_; }
    nb::list series() const { return series_; }

   private:
    struct NewSeries {
        std::string tag, metadata;
        uint32_t form;
    };

    template <typename Work>
    nb::object run(Work work) {
        Batch batch;
        std::unique_ptr<Column<int64_t>> step;
        std::unique_ptr<Column<double>> wall_time, value;
        sightline::Groups groups;
        std::vector<NewSeries> added;
        size_t first_added;
        int error;
        int64_t offset;
        bool ended;
        {
            nb::gil_scoped_release release;
            const std::lock_guard<std::mutex> lock(mutex_);
            error = work(batch);
            const size_t points = batch.points.size();
            step = std::make_unique<Column<int64_t>>(points);
            wall_time = std::make_unique<Column<double>>(points);
            value = std::make_unique<Column<double>>(points);
            groups = sightline::group_points(batch.points, core_.series().size(), step->data(), wall_time->data(),
                                             value->data());
            std::vector<sightline::Point>().swap(batch.points);
            first_added = told_;
            for (size_t i = first_added; i < core_.series().size(); ++i) {
                const sightline::Series& series = core_.series()[static_cast<int32_t>(i)];
                added.push_back({series.tag, series.metadata, series.form});
            }
            offset = static_cast<int64_t>(core_.offset());
            ended = core_.ended();
        }
        if (error != 0) {
            errno = error;
            PyErr_SetFromErrno(PyExc_OSError);
            throw nb::python_error();
        }
        for (size_t i = told_ - first_added; i < added.size(); ++i) {  // another thread may have told some of them
            series_.append(nb::make_tuple(to_bytes(added[i].tag), added[i].form, to_bytes(added[i].metadata)));
            ++told_;
        }
        if (offset >= offset_) {
            offset_ = offset;
            ended_ = ended;
        }

        const nb::module_ types = nb::module_::import_("sightline.format.batch");
        const auto field = [](const Position& row) { return row.series_or_field; };
        const auto at_step = [](const Position& row) { return row.step; };
        const auto at_time = [](const Position& row) { return row.wall_time; };
        const auto record = [](const Position& row) { return row.record; };
        const auto payload = [](const Position& row) { return row.payload; };
        const auto begin = [](const Position& row) { return row.offset; };
        const auto length = [](const Position& row) { return row.length; };
        const std::vector<Position>&items = batch.items, &events = batch.events;
        return types.attr("Batch")(
            column_of(groups.series), column_of(groups.start), step->to_numpy(), wall_time->to_numpy(),
            value->to_numpy(),
            column_of<int32_t>(items, field), column_of<int64_t>(items, at_step), column_of<double>(items, at_time),
            column_of<int64_t>(items, record), column_of<int64_t>(items, payload), column_of<int64_t>(items, begin),
            column_of<int64_t>(items, length),
            column_of<int32_t>(events, field), column_of<int64_t>(events, at_step), column_of<double>(events, at_time),
            column_of<int64_t>(events, record), column_of<int64_t>(events, payload), column_of<int64_t>(events, begin),
            column_of<int64_t>(events, length),
            damage_list(batch.damage, types.attr("Damage")), batch.records, batch.bytes_read, batch.truncated,
            batch.unverified, batch.unverified_bytes);
    }

    sightline::Scanner core_;
    std::mutex mutex_;
    nb::list series_;
    std::atomic<size_t> told_ = 0;  // how many series that list has; changes under the GIL
    int64_t offset_ = 0;
    bool ended_ = false;
};

using Doubles = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

nb::object ema(Doubles value, double weight) {
    if (!(weight >= 0.0 && weight <= 1.0)) throw nb::value_error("weight: want a number from 0 to 1");
    Column<double> out(value.size());
    without_gil(value.size() * sizeof(double),
                [&] { sightline::ema(value.data(), value.size(), weight, out.data()); });
    return out.to_numpy();
}

nb::tuple bucket(Doubles x, Doubles value, double low, double high, int64_t count) {
    if (x.size() != value.size()) throw nb::value_error("x and value: want arrays of equal length");
    if (!(std::isfinite(low) && std::isfinite(high) && low <= high)) {
        throw nb::value_error("low and high: want finite numbers, low at most high");
    }
    if (count < 1) throw nb::value_error("count: want at least one column");
    using sightline::Bucket;
    const sightline::Buckets buckets = without_gil(x.size() * sizeof(double), [&] {
        return sightline::bucket(x.data(), value.data(), x.size(), low, high, count);
    });
    const std::vector<Bucket>& rows = buckets.rows;
    Column<int64_t> start(rows.size() + 1);
    for (size_t i = 0; i < rows.size(); ++i) start[i] = rows[i].start;
    start[rows.size()] = buckets.end;
    return nb::make_tuple(start.to_numpy(), column_of<double>(rows, [](const Bucket& row) { return row.first; }),
                          column_of<double>(rows, [](const Bucket& row) { return row.last; }),
                          column_of<double>(rows, [](const Bucket& row) { return row.min; }),
                          column_of<double>(rows, [](const Bucket& row) { return row.max; }),
                          column_of<int64_t>(rows, [](const Bucket& row) { return row.nan_count; }),
                          column_of<int64_t>(rows, [](const Bucket& row) { return row.posinf_count; }),
                          column_of<int64_t>(rows, [](const Bucket& row) { return row.neginf_count; }));
}

template <typename T>
using Matrix = nb::ndarray<const T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

template <typename T>
nb::bytes format_table(Matrix<T> matrix) {
    return to_bytes(without_gil(matrix.size() * sizeof(T), [&] {
        return sightline::format_table(matrix.data(), matrix.shape(0), matrix.shape(1));
    }));
}

#if defined(SIGHTLINE_PARSES_TABLES)
nb::object parse_table(nb::handle text) {
    const Buffer bytes(text);
    const std::string_view view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    sightline::Table table;
    if (!without_gil(view.size(), [&] { return sightline::parse_table(view, table); })) return nb::none();
    const size_t rows = table.values.size() / table.columns;
    Column<float> column(table.values.size());
    std::copy(table.values.begin(), table.values.end(), column.data());
    return column.to_numpy().attr("reshape")(rows, table.columns);
}
#endif

}  // namespace

NB_MODULE(_kernel, module) {
    // Objects that outlive the interpreter (in a daemon thread, in a traceback) are not the user's concern.
    nb::set_leak_warnings(false);
    module.doc() = "The compiled kernel. Import it through sightline.format.kernel.";
    module.attr("CRC_METHOD") = sightline::crc32c_method();
    module.def("crc32c", &crc32c, "data"_a, "crc"_a = 0);
    module.def("crc32c_by_table", &crc32c_by_table, "data"_a, "crc"_a = 0);
    module.def("masked_crc32c", &masked_crc32c, "data"_a);
    module.def("frame", &frame, "payload"_a);
    module.def("frame_scalar", &frame_scalar, "tag"_a, "value"_a, "step"_a.none(), "wall_time"_a);
    module.def("ema", &ema, "value"_a, "weight"_a);
    module.def("bucket", &bucket, "x"_a, "value"_a, "low"_a, "high"_a, "count"_a);
    module.def("format_table", &format_table<float>, "matrix"_a);
    module.def("format_table", &format_table<double>, "matrix"_a);
#if defined(SIGHTLINE_PARSES_TABLES)
    module.def("parse_table", &parse_table, "text"_a);
#endif
    module.def("timed_write", &timed_write, "fd"_a, "data"_a);
    nb::class_<Appender>(module, "Appender")
        .def(nb::init<>())
        .def("arm", &Appender::arm, "fd"_a, "seconds"_a, "slow_seconds"_a)
        .def("disarm", &Appender::disarm)
        .def("append", &Appender::append, "tag"_a.none(), "value"_a.none(), "step"_a.none(),
             "wall_time"_a.none())
        .def_prop_ro("armed", &Appender::armed)
        .def_prop_ro("torn", &Appender::torn)
        .def_prop_ro("counts", &Appender::counts);
    nb::class_<Scanner>(module, "Scanner")
        .def(nb::init<uint64_t>(), "verify_below"_a = sightline::Scanner::verify_all)
        .def("resume", &Scanner::resume, "offset"_a, "series"_a)
        .def("scan", &Scanner::scan, "data"_a)
        .def("scan_file", &Scanner::scan_file, "fd"_a, "max_bytes"_a)
        .def_prop_ro("offset", &Scanner::offset)
        .def_prop_ro("ended", &Scanner::ended)
        .def_prop_ro("series", &Scanner::series);
}
