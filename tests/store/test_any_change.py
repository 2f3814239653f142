"""Whatever happens to event files, in whatever order: who follows them, who opens them again with the index and who
reads them for the first time see the same."""

from __future__ import annotations

import math
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from sightline.format.event import PluginData, SummaryMetadata, TensorProto, Value
from sightline.format.kernel import frame
from sightline.store import LogDir, Run, ScalarSeries
from sightline.store.event_file import LONG_BYTES

CHANGES = 30
SCALARS = SummaryMetadata(plugin_data=PluginData(plugin_name="scalars"))
REPLACED = "took the place of another file of this name"


class Chance:
    """Changes a log directory at random; the same number, the same changes."""

    def __init__(self, files: Any, seed: int) -> None:
        self.files = files
        self.root: Path = files.root
        self.root.mkdir()
        self.random = random.Random(seed)
        self.clock = 1000.0
        self.names = 0
        self.unfinished: dict[Path, bytes] = {}
        self.done: list[str] = []

    def change(self) -> None:
        paths = sorted(path for path in self.root.rglob("*tfevents*") if path.is_file())
        ways: list[Callable[[Path], None]] = [
            *[self.append] * 8, self.finish, self.damage, self.cut, self.write_over, self.replace,
            self.rename, self.delete, self.delete_run, self.rename_run,
        ]  # fmt: skip
        if not paths or self.random.random() < 0.15:
            self.create()
            return
        way, path = self.random.choice(ways), self.random.choice(paths)
        self.done.append(f"{way.__name__} {path.relative_to(self.root)}")
        way(path)
        if way not in (self.append, self.finish):
            self.unfinished.clear()

    def records(self) -> bytes:
        return b"".join(self.record() for _ in range(self.random.randint(1, 6)))

    def record(self) -> bytes:
        chance, files = self.random, self.files
        self.clock += chance.choice([0.5, 1.0, 10.0])
        time = chance.choice([*[self.clock] * 9, math.nan, self.clock - 50.0, self.clock + 50.0])
        step = chance.choice([*range(20), -1, 2**63 - 1])
        number = Value(tag="late", tensor=TensorProto(dtype=1, float_val=[chance.random()]), metadata=SCALARS)
        event = chance.choice(
            [
                *[files.scalar(step, chance.random(), time, chance.choice("ab"))] * 5,
                *[files.value(number, step, time)] * 2,
                files.image(step, bytes(chance.choice([5, LONG_BYTES])), time),
                files.start(step, time),
                files.stop(time),
            ]
        )
        return frame(event.SerializeToString())

    def create(self) -> None:
        self.names += 1
        directory = self.root / self.random.choice([".", "a", "b", "a/c"])
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / f"tfevents.{self.random.randrange(100):02}.{self.names}"
        path.write_bytes(self.random.choice([b"", self.records()]))
        self.done.append(f"create {path.relative_to(self.root)}")

    def append(self, path: Path) -> None:
        data = self.unfinished.get(path, b"") + self.records()
        end = self.random.choice([len(data), self.random.randrange(len(data))])
        with path.open("ab") as file:
            file.write(data[:end])
        self.unfinished[path] = data[end:]

    def finish(self, path: Path) -> None:
        with path.open("ab") as file:
            file.write(self.unfinished.pop(path, b""))

    def damage(self, path: Path) -> None:
        with path.open("ab") as file:
            file.write(self.random.choice([bytes(100), self.random.randbytes(100)]))

    def cut(self, path: Path) -> None:
        os.truncate(path, self.random.randrange(path.stat().st_size + 1))

    def write_over(self, path: Path) -> None:
        path.write_bytes(self.records())

    def replace(self, path: Path) -> None:
        other = self.root / "other"
        other.write_bytes(self.records())
        other.replace(path)

    def rename(self, path: Path) -> None:
        self.names += 1
        path.rename(path.with_name(f"tfevents.{self.random.randrange(100):02}.{self.names}"))

    def delete(self, path: Path) -> None:
        path.unlink()

    def delete_run(self, path: Path) -> None:
        if path.parent != self.root:
            shutil.rmtree(path.parent)

    def rename_run(self, path: Path) -> None:
        if path.parent != self.root:
            path.parent.rename(self.root / f"renamed{self.names}")
            self.names += 1


def seen(logdir: LogDir) -> dict[str, Any]:
    return {name: seen_of(run) for name, run in logdir.runs.items()}


def seen_of(run: Run) -> dict[str, Any]:
    series: dict[str, Any] = {}
    for key, one in run.series.items():
        rows: list[Any]
        if isinstance(one, ScalarSeries):
            points = one.columns()
            rows = [points.step.tolist(), points.wall_time.tobytes(), points.superseded.tolist(), points.value.tolist()]
        else:
            items = one.columns()
            rows = [items.step.tolist(), items.wall_time.tobytes(), items.superseded.tolist(), items.offset.tolist()]
            rows.append([items.files[number].name for number in items.file.tolist()])
        series[f"{key.kind} {key.tag}"] = (rows, one.raw_metadata, one.last_step)
    return {
        "series": series,
        "restarts": repr([astuple(restart) for restart in run.restarts]),  # of NaN the text is the same
        "points": (run.points, run.first_wall_time, run.last_wall_time, run.last_step),
        "files": [
            (
                (file.name, file.size_bytes, file.read_bytes, file.records, file.points, file.stopped),
                (file.damage, file.damage_count, file.unverified, file.note.removeprefix(REPLACED).removeprefix("; ")),
            )
            for file in run.files
            if not file.gone
        ],
    }


def read(root: Path) -> LogDir:
    logdir = LogDir(root, cache=True)
    logdir.refresh()
    return logdir


@pytest.mark.parametrize("seed", range(16))
def test_all_see_the_same(files: Any, cache: Path, seed: int) -> None:
    chance = Chance(files, seed)
    followed = read(files.root)
    for _ in range(CHANGES):
        for _ in range(chance.random.choice([1, 1, 2, 4])):
            chance.change()
        if chance.random.random() < 0.3:
            followed.poll([file for run in followed.runs.values() for file in run.files])
        followed.refresh()
        followed.refresh()  # a file that a poll found gone
        if chance.random.random() < 0.3:
            followed.save_index()
            chance.done.append("save")
        expected = LogDir(files.root)
        expected.refresh()
        assert seen(followed) == seen(expected), chance.done
        if chance.random.random() < 0.2:
            followed = read(files.root)
            assert seen(followed) == seen(expected), chance.done
