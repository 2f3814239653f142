"""Both kernels, and what a kernel makes of an event file in a form that can be compared."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sightline.format import record, scan
from sightline.format.batch import Batch, Damage

GOLDEN = Path(__file__).parents[1] / "golden"


def _native() -> ModuleType | None:
    """The compiled kernel; with SIGHTLINE_TEST_KERNEL, the one in that file (``sanitize.py`` builds one)."""
    name = "sightline._native._kernel"
    path = os.environ.get("SIGHTLINE_TEST_KERNEL")
    if path:
        loader = importlib.machinery.ExtensionFileLoader(name, path)
        spec = importlib.util.spec_from_loader(name, loader)
        assert spec is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        loader.exec_module(module)
        return module
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


@dataclass(frozen=True)
class Kernel:
    """The functions of one kernel, as ``sightline.format.kernel`` gives them."""

    name: str
    Scanner: Callable[..., Any]
    crc32c: Callable[..., int]
    masked_crc32c: Callable[..., int]
    frame: Callable[..., bytes]
    frame_scalar: Callable[..., bytes]


PYTHON = Kernel("python", scan.Scanner, record.crc32c, record.masked_crc32c, record.frame, record.frame_scalar)
_compiled = _native()
NATIVE = (
    Kernel(
        "native",
        _compiled.Scanner,
        _compiled.crc32c,
        _compiled.masked_crc32c,
        _compiled.frame,
        _compiled.frame_scalar,
    )
    if _compiled is not None
    else None
)
KERNELS = [PYTHON] + ([NATIVE] if NATIVE else [])


@dataclass
class Reading:
    """Everything one or more scans found, as plain values: two readings are equal or they are not."""

    series: list[tuple[bytes, int, bytes]] = field(default_factory=list)
    points: dict[tuple[bytes, int], list[tuple[int, str, str]]] = field(default_factory=dict)
    items: list[tuple[Any, ...]] = field(default_factory=list)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)
    records: int = 0
    bytes_read: int = 0
    unverified: int = 0
    unverified_bytes: int = 0
    truncated: bool = False
    offset: int = 0
    ended: bool = False

    def add(self, batch: Batch, scanner: Any) -> None:
        check(batch)
        self.series = list(scanner.series)
        for group, series in enumerate(batch.scalar_series.tolist()):
            rows = slice(batch.scalar_start[group], batch.scalar_start[group + 1])
            tag, form, _ = self.series[series]
            # NaN is equal to nothing, its text is.
            self.points.setdefault((tag, form), []).extend(
                zip(
                    batch.step[rows].tolist(),
                    map(repr, batch.wall_time[rows].tolist()),
                    map(repr, batch.value[rows].tolist()),
                    strict=True,
                )
            )
        for into, prefix in ((self.items, "item_"), (self.events, "event_")):
            first = "item_series" if prefix == "item_" else "event_field"
            columns = [getattr(batch, first), *(getattr(batch, prefix + name) for name in POSITION)]
            for row in zip(*(column.tolist() for column in columns), strict=True):
                into.append((*row[:2], repr(row[2]), *row[3:]))
        for damage in batch.damage:  # what is told again, with more knowledge, takes the place of what was told
            if self.damage and self.damage[-1].offset == damage.offset:
                self.damage.pop()
            self.damage.append(damage)
        self.records += batch.records
        self.bytes_read += batch.bytes_read
        self.unverified += batch.unverified
        self.unverified_bytes += batch.unverified_bytes
        self.truncated = batch.truncated
        self.offset, self.ended = scanner.offset, scanner.ended


POSITION = ("step", "wall_time", "record", "payload", "offset", "length")


def check(batch: Batch) -> None:
    """Shapes and dtypes are as promised."""
    points = int(batch.scalar_start[-1])
    assert batch.scalar_start[0] == 0
    assert (np.diff(batch.scalar_start) > 0).all()
    assert (np.diff(batch.scalar_series) > 0).all()
    for name, dtype, size in (
        ("scalar_series", np.int32, len(batch.scalar_start) - 1),
        ("scalar_start", np.int64, len(batch.scalar_series) + 1),
        ("step", np.int64, points),
        ("wall_time", np.float64, points),
        ("value", np.float64, points),
        ("item_series", np.int32, len(batch.item_series)),
        ("event_field", np.int32, len(batch.event_field)),
        *((f"item_{name}", np.int64, len(batch.item_series)) for name in POSITION if name != "wall_time"),
        *((f"event_{name}", np.int64, len(batch.event_field)) for name in POSITION if name != "wall_time"),
        ("item_wall_time", np.float64, len(batch.item_series)),
        ("event_wall_time", np.float64, len(batch.event_field)),
    ):
        column = getattr(batch, name)
        assert column.dtype == dtype, name
        assert column.shape == (size,), name


@dataclass(frozen=True)
class Tools:
    """What the tests of this folder share (they can't import each other)."""

    python: Kernel = PYTHON
    kernels: tuple[Kernel, ...] = tuple(KERNELS)
    compiled: ModuleType | None = _compiled

    @staticmethod
    def read(kernel: Kernel, data: bytes, cuts: Iterable[int] = ()) -> Reading:
        """Scan ``data`` as a growing file: whole up to each cut, then to the end."""
        scanner = kernel.Scanner()
        reading = Reading()
        for end in (*cuts, len(data)):
            reading.add(scanner.scan(data[scanner.offset : end]), scanner)
        return reading

    @staticmethod
    def read_file(kernel: Kernel, path: Path, max_bytes: int, verify_below: int = (1 << 64) - 1) -> Reading:
        """Scan a file until nothing is left."""
        scanner = kernel.Scanner(verify_below)
        reading = Reading()
        fd = os.open(path, os.O_RDONLY)
        try:
            while True:
                batch = scanner.scan_file(fd, max_bytes)
                reading.add(batch, scanner)
                if not batch.bytes_read:
                    return reading
        finally:
            os.close(fd)


@pytest.fixture(scope="session")
def tools() -> Tools:
    return Tools()


@pytest.fixture(scope="session", params=["python", "native"])
def kernel(request: pytest.FixtureRequest) -> Kernel:
    for each in KERNELS:
        if each.name == request.param:
            return each
    pytest.skip("the kernel is not compiled here")


@pytest.fixture(scope="session", params=["torch", "tensorboardx", "tensorflow"])
def golden(request: pytest.FixtureRequest) -> bytes:
    """The bytes of a small event file that another program wrote."""
    return (GOLDEN / f"{request.param}.tfevents").read_bytes()
