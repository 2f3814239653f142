"""What the tests of the index share: all that anybody can learn of a log directory, and all that happens to one."""

from __future__ import annotations

import os
import shutil
from dataclasses import astuple
from pathlib import Path
from typing import Any

from sightline.format.event import Event, PluginData, Summary, SummaryMetadata, TensorProto, Value
from sightline.format.kernel import frame
from sightline.store import EventFile, LogDir, Run
from sightline.store.event_file import LONG_BYTES
from sightline.store.scalar_series import ScalarSeries

NOW = 1_000_000.0
Snapshot = dict[str, Any]


def fresh(root: Path) -> LogDir:
    logdir = LogDir(root, now=lambda: NOW)
    logdir.refresh()
    return logdir


def indexed(root: Path) -> LogDir:
    """Opened with an index, which is written before it is given back."""
    logdir = LogDir(root, cache=True, now=lambda: NOW)
    logdir.refresh()
    logdir.save_index()
    assert not logdir._saving.locked()
    return logdir


def index_path(cache: Path) -> Path:
    (path,) = cache.glob("*.index")
    return path


def snapshot(logdir: LogDir) -> Snapshot:
    """Everything that anybody can learn of a log directory, as plain values."""
    return {name: snapshot_run(run) for name, run in logdir.runs.items()}


def snapshot_run(run: Run) -> Snapshot:
    return {
        "series": {key: snapshot_series(series) for key, series in run.series.items()},
        "order": list(run.series),
        "files": [snapshot_file(file) for file in run.files],
        "metadata": run._metadata,
        "restarts": [astuple(restart) for restart in run.restarts],
        "state": run.state,
        "events": [(event.field, event.step, event.wall_time, event.read()) for event in run.events],
        "hparams": run.hparams,
        "first": run.first_wall_time,
        "last": run.last_wall_time,
        "last step": run.last_step,
        "points": run.points,
    }


def snapshot_series(series: Any) -> Snapshot:
    columns = series.columns()
    names: tuple[str, ...] = ("step", "wall_time", "value", "superseded")
    if not isinstance(series, ScalarSeries):
        names = ("step", "wall_time", "file", "record", "payload", "offset", "length", "superseded")
    return {
        "metadata": series.raw_metadata,
        "as written": series.steps_as_written().tolist(),
        **{name: (getattr(columns, name).dtype.str, getattr(columns, name).tobytes()) for name in names},
    }


def snapshot_file(file: EventFile) -> Snapshot:
    plain = (
        "id location size_bytes read_bytes unread_bytes records points damage note gone unverified unverified_bytes "
        "first_wall_time last_wall_time first_point_wall_time last_step stopped session_end falls trouble tail modified"
    )
    return {name: getattr(file, name) for name in plain.split()} | {
        "names": list(file.scanner.series),
        "sessions": [
            (start.step, start.wall_time, [start.rows_before(n, s) for n in range(9) for s in (True, False)])
            for start in file.session_starts
        ],
    }


def tensor(tag: str, step: int, value: float, metadata: SummaryMetadata | None) -> Event:
    one = Value(tag=tag, tensor=TensorProto(dtype=1, float_val=[value]))
    if metadata is not None:
        one.metadata = metadata
    return Event(wall_time=100.0 + step, step=step, summary=Summary(value=[one]))


SCALARS = SummaryMetadata(
    display_name="Late", summary_description="of *another* file", plugin_data=PluginData(plugin_name="scalars")
)


def write_everything(files: Any) -> Path:
    """A log directory with a bit of all there is: kinds, several files, restarts, sessions, damage, unfinished ends."""
    for step in range(30):
        files.add("a", files.scalar(step, step / 3, 10 + step), files.scalar(30 - step, step, 10 + step, tag="back"))
        files.add("a", files.scalar(step % 10, step, 10 + step, tag="again"))
    files.add(
        "a", files.image(1, b"small"), files.image(2, b"x" * LONG_BYTES), files.tensor("text", "text", [b"hello"])
    )
    files.add("a", files.scalar(40, float("nan"), float("nan"), tag="nan"), files.scalar(-(2**63), 1, 60, tag="nan"))
    files.add("a", Event(wall_time=70, step=1, graph_def=b"\n\x03\n\x01a"), files.start(12, 71.0))
    files.add("a", *(files.scalar(step, -step, 72 + step) for step in range(12, 20)), files.start(15, 95.0))
    files.add("a", files.scalar(15, 1.5, 96), files.stop(97.0))
    files.add("two", files.version(), tensor("late", 0, 1.0, SCALARS), files.scalar(5, 1, 100), name="tfevents.1")
    files.add("two", files.version(200), tensor("late", 4, 2.0, None), files.scalar(3, 2, 210), name="tfevents.2")
    files.add("two", tensor("other", 4, 2.0, None), name="tfevents.2")
    files.add("two/empty").touch()
    path = files.add("damaged", *(files.scalar(step, step, 300 + step) for step in range(20)))
    data = bytearray(path.read_bytes())
    data[-10] ^= 1  # the last payload
    data[len(data) // 2 // 48 * 48 + 20] ^= 64
    path.write_bytes(bytes(data) + frame(b"\xff\xff") + data[:60])
    (files.add("profile").parent / "events.profile-empty.tfevents").touch()
    root: Path = files.root
    return root


def grow(root: Path) -> None:
    """Two new points in one file, half a record in another."""
    with (root / "a" / "events.out.tfevents.1.host").open("ab") as file:
        for step in (21, 13):
            value = Value(tag="loss", simple_value=step)
            file.write(frame(Event(wall_time=99, step=step, summary=Summary(value=[value])).SerializeToString()))
    with (root / "two" / "tfevents.2").open("ab") as file:
        file.write(frame(tensor("late", 9, 3.0, None).SerializeToString())[:30])


def finish_a_record(root: Path) -> None:
    """What was cut in the middle goes on."""
    path = root / "damaged" / "events.out.tfevents.1.host"
    data = path.read_bytes()
    with path.open("ab") as file:
        file.write(data[60:96])


def replace_by_another_of_its_size(root: Path) -> None:
    path = root / "two" / "tfevents.1"
    other = path.with_name("other")
    status = path.stat()
    other.write_bytes(path.read_bytes().replace(b"brain.Event:2", b"brain.Event:3"))
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


def write_over_in_place(root: Path) -> None:
    """The same inode, size and time of modification, other bytes."""
    path = root / "two" / "tfevents.1"
    status = path.stat()
    data = path.read_bytes()
    with path.open("r+b") as file:
        file.write(frame(tensor("late", 7, 8.0, SCALARS).SerializeToString()).ljust(len(data), b"\0"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def write_over_with_a_longer_one(root: Path) -> None:
    path = root / "two" / "tfevents.1"
    data = path.read_bytes()
    with path.open("r+b") as file:
        file.write(frame(tensor("late", 7, 8.0, SCALARS).SerializeToString()) + data)


def write_over_the_end_with_a_longer_one(root: Path) -> None:
    path = root / "two" / "tfevents.1"
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size - 40)
        file.write(b"\1" * 100)


def truncate(root: Path) -> None:
    os.truncate(root / "a" / "events.out.tfevents.1.host", 700)


def truncate_to_nothing(root: Path) -> None:
    os.truncate(root / "a" / "events.out.tfevents.1.host", 0)


def rename_a_file(root: Path) -> None:
    """Behind the other one of its run: the values without metadata are of another kind then."""
    (root / "two" / "tfevents.1").rename(root / "two" / "tfevents.3")


def rename_a_run(root: Path) -> None:
    (root / "a").rename(root / "b")


def delete_a_file(root: Path) -> None:
    (root / "two" / "tfevents.1").unlink()


def delete_a_run(root: Path) -> None:
    shutil.rmtree(root / "a")


def delete_everything(root: Path) -> None:
    shutil.rmtree(root)


def add_a_run_between(root: Path) -> None:
    shutil.copytree(root / "a", root / "aa")


def add_a_file_in_front(root: Path) -> None:
    shutil.copy(root / "two" / "tfevents.1", root / "two" / "tfevents.0")


def add_a_file_behind(root: Path) -> None:
    shutil.copy(root / "two" / "tfevents.1", root / "two" / "tfevents.4")


def touch(root: Path) -> None:
    os.utime(root / "a" / "events.out.tfevents.1.host", (5, 5))


def copy_everything(root: Path) -> None:
    shutil.copytree(root, root.with_name("copy"))
    shutil.rmtree(root)
    root.with_name("copy").rename(root)


def swap_two_runs(root: Path) -> None:
    (root / "a").rename(root / "x")
    (root / "damaged").rename(root / "a")
    (root / "x").rename(root / "damaged")


CHANGES = [
    grow, finish_a_record, replace_by_another_of_its_size, write_over_in_place, write_over_with_a_longer_one,
    write_over_the_end_with_a_longer_one, truncate, truncate_to_nothing, rename_a_file, rename_a_run, delete_a_file,
    delete_a_run, delete_everything, add_a_run_between, add_a_file_in_front, add_a_file_behind, touch, copy_everything,
    swap_two_runs,
]  # fmt: skip
