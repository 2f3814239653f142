"""What a scalar series and an item series share: parts in several files, merged and sorted when they are read.

The run's lock guards the parts. Merging and sorting happen outside it, on arrays that never change.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from sightline.errors import SeriesGone
from sightline.format.event import SummaryMetadata
from sightline.store.event_file import EventFile
from sightline.store.merged_cache import MERGED
from sightline.store.naming import decode_metadata
from sightline.store.part import Columns, Part
from sightline.store.restart import LaterStarts
from sightline.store.series_key import SeriesKey

if TYPE_CHECKING:
    from sightline.store.run import Run

__all__ = ["Merged", "Series"]

Overtaken = tuple[tuple[int | None, int], ...]
"""(rows, step): points with a step of at least ``step`` are superseded, among the first ``rows`` rows (None: all)."""

MAX_BRANCHES = 200
"""Branches that are told apart: each is a line of its own. Later ones count as one."""


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """All rows of a series, sorted by step; rows of one step in the order of file names and, in a file, of bytes."""

    mark: object
    """Equal marks: nothing changed in between."""
    files: tuple[EventFile, ...]
    columns: Columns
    superseded: npt.NDArray[np.bool_]
    branch: npt.NDArray[np.int32] | None
    """Which branch of those that were given up a superseded row is of, from 1; 0 elsewhere. None where none is."""
    file: npt.NDArray[np.int32] | None
    """Index into ``files``, for those who need to know."""
    bytes: int
    """What it takes beside the parts."""


class Series:
    """The points of one tag in one run."""

    __slots__ = ("__weakref__", "_merged", "_metadata", "_parts", "_run", "_sorted", "key")
    _keeps_file: ClassVar[bool]
    """Whether rows remember their file: those that are read from it later do."""

    def __init__(self, run: Run, key: SeriesKey, metadata: bytes) -> None:
        self.key = key
        self._run = run
        self._metadata = metadata
        self._parts: list[Part] = []
        self._merged: Merged | None = None
        self._sorted: tuple[Part, int] | None = None

    def __len__(self) -> int:
        """Points on disk, superseded ones included."""
        return sum([len(part) for part in self._parts])

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.key.kind} {self.key.tag!r}, {len(self)} points>"

    @property
    def metadata(self) -> SummaryMetadata:
        """What the first value of the tag says of it; empty when that says nothing."""
        return decode_metadata(self._metadata) or SummaryMetadata()

    @property
    def raw_metadata(self) -> bytes:
        """The same as it was written."""
        return self._metadata

    @property
    def last_step(self) -> int | None:
        """The largest step."""
        return max((part.high for part in self._parts), default=None)

    def steps_as_written(self) -> npt.NDArray[np.int64]:
        """Step of every point in the order of file names and, within a file, of bytes: unsorted, (n,)."""
        with self._run.lock:
            pieces = [part.columns()[0] for part in sorted(self._loaded(), key=lambda part: part.file.name)]
        return np.concatenate(pieces) if pieces else np.empty(0, np.int64)

    def last_wall_times(self, count: int) -> npt.NDArray[np.float64]:
        """Of the last ``count`` points in the file that was written last, in file order; unmerged, so cheap."""
        with self._run.lock:
            self._run.load(self._newest())
            newest = self._newest()
            return newest[0].last(1, count) if newest else np.empty(0, np.float64)

    def add_part(self, part: Part) -> None:
        """The run's: under its lock."""
        self._parts.append(part)

    def drop(self, file: EventFile) -> None:
        """The run's: forget the rows of a file."""
        self._parts = [part for part in self._parts if part.file is not file]

    def begin_anew(self, metadata: bytes) -> None:
        """The run's: another file has taken the place of the one that all its rows were from."""
        self._metadata = metadata

    def become(self, other: Series) -> None:
        """The run's: it was read anew, as ``other``."""
        self._metadata = other._metadata
        self._parts = other._parts

    def forget(self) -> None:
        """The run's: it was read anew, and has no such series any more."""
        self._parts = []

    def move_to(self, run: Run) -> None:
        """The run's: it was read for it by another."""
        self._run = run

    @property
    def parts(self) -> list[Part]:
        """The run's: under its lock. Their rows may not be loaded."""
        return self._parts

    def _loaded(self) -> list[Part]:
        """Its parts and their rows; none when its files are gone. Under the run's lock."""
        self._run.load(self._parts)
        return self._parts

    def _newest(self) -> list[Part]:
        """The part in the file that was written last, if there is any."""
        return [max(self._parts, key=lambda part: part.file.last_wall_time or 0.0)] if self._parts else []

    def _merge(self) -> Merged:
        with self._run.lock:
            parts = sorted(self._loaded(), key=lambda part: part.file.name)
            overtaken = self._overtaken(parts)
            mark = tuple((part, len(part), rules) for part, rules in zip(parts, overtaken, strict=True))
            merged = self._merged
            if merged is not None and merged.mark == mark:
                MERGED.use(self, merged.bytes)
                return merged
            pieces = [part.columns() for part in parts]
        if not pieces:  # its files went away while the caller held on to it
            raise SeriesGone(
                f"series {self.key.tag!r} of run {self._run.name!r} is gone: its files were deleted, or can't be read"
            )
        columns = pieces[0] if len(pieces) == 1 else _join(pieces)
        copied = len(pieces) > 1
        flags = [_superseded(piece[0], rules) for piece, rules in zip(pieces, overtaken, strict=True)]
        superseded = flags[0] if len(flags) == 1 else np.concatenate(flags)
        branch = _branches(flags, overtaken) if superseded.any() else None
        file = None
        if self._keeps_file:
            file = np.repeat(np.arange(len(parts), dtype=np.int32), [len(piece[0]) for piece in pieces])
        if not self._is_sorted(parts, columns[0]):
            order = np.argsort(columns[0], kind="stable")
            columns = tuple(column[order] for column in columns)
            superseded = superseded[order]
            branch = None if branch is None else branch[order]
            file = None if file is None else file[order]
            copied = True
        own = [array for array in (superseded, branch, file) if array is not None]
        for array in (*columns, *own):
            array.flags.writeable = False
        size = sum(array.nbytes for array in (*(columns if copied else ()), *own))
        merged = Merged(mark, tuple(part.file for part in parts), columns, superseded, branch, file, size)
        self._merged = merged
        MERGED.use(self, size)
        return merged

    def free_merged(self) -> None:
        """The cache's: what was merged is merged again when it is asked for."""
        self._merged = None

    def _is_sorted(self, parts: list[Part], step: npt.NDArray[np.int64]) -> bool:
        """A series of one part is checked only from where it was last found sorted: a live curve stays cheap."""
        known = 0
        if len(parts) == 1 and self._sorted is not None and self._sorted[0] is parts[0]:
            known = self._sorted[1]
        fresh = step[max(0, known - 1) :]
        if bool((fresh[1:] < fresh[:-1]).any()):
            return False
        if len(parts) == 1:
            self._sorted = (parts[0], len(step))
        return True

    def _overtaken(self, parts: list[Part]) -> list[Overtaken]:
        """Which rows of each part are superseded: the rule is in docs/design/0002-restarts.md."""
        starts = self._run.session_starts
        if len(parts) == 1 and not starts:
            return [()]
        later_starts = LaterStarts(starts)
        # The smallest step of all parts whose file began after a moment: sorted by beginning, minima from the end.
        begun = sorted(
            (part.file.first_point_wall_time, part.low) for part in parts if part.file.first_point_wall_time is not None
        )
        beginnings = [beginning for beginning, _ in begun]
        lowest = list(accumulate((low for _, low in reversed(begun)), min))[::-1]
        result = []
        for part in parts:
            rules: list[tuple[int | None, int]] = []
            ended = part.file.last_wall_time
            later = len(begun) if ended is None else bisect_right(beginnings, ended)
            if later < len(begun):
                rules.append((None, lowest[later]))
            for start in part.file.session_starts:
                rows = part.file.rows_before(start, part)
                if rows:
                    rules.append((rows, start.step))
            limit = later_starts.lowest_after(part.file)
            if limit is not None:
                rules.append((None, limit))
            result.append(tuple(rules))
        return result


def _superseded(step: npt.NDArray[np.int64], rules: Overtaken) -> npt.NDArray[np.bool_]:
    flags = np.zeros(len(step), np.bool_)
    if not rules:
        return flags
    # For each row the smallest limit of all rules that reach beyond it, from the last row on.
    # Rows before a START are counted in a second scan: a file that is written over may have more of them by then.
    reach = np.array([len(step) if rows is None else min(rows, len(step)) for rows, _ in rules], np.int64)
    lowest = np.full(len(step), np.iinfo(np.int64).max, np.int64)
    limits = np.array([limit for _, limit in rules], np.int64)
    np.minimum.at(lowest, reach[reach > 0] - 1, limits[reach > 0])
    lowest = np.minimum.accumulate(lowest[::-1])[::-1]
    flags = step >= lowest
    flags[reach.max() :] = False
    return flags


def _branches(flags: list[npt.NDArray[np.bool_]], overtaken: list[Overtaken]) -> npt.NDArray[np.int32]:
    """Of superseded rows (``flags``, by part) which life of their run they are from.

    A life is a file, or what lies between two STARTs in it. Those of which something is superseded are numbered from 1;
    all other rows have 0.
    """
    lives = []
    before = 0
    for flag, rules in zip(flags, overtaken, strict=True):
        starts = np.array(sorted({rows for rows, _ in rules if rows is not None}), np.int64)
        lives.append(before + np.searchsorted(starts, np.arange(len(flag)), side="right"))
        before += len(starts) + 1
    superseded = np.concatenate(flags)
    branch = np.zeros(len(superseded), np.int32)
    number = np.unique(np.concatenate(lives)[superseded], return_inverse=True)[1]
    branch[superseded] = np.minimum(number, MAX_BRANCHES - 1) + 1
    return branch


def _join(pieces: list[Columns]) -> Columns:
    return tuple(np.concatenate(columns) for columns in zip(*pieces, strict=True))
