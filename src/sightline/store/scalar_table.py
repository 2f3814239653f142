"""The scalars of many runs and tags as one table, for data frames.

Columns: ``run``, ``tag`` (text), ``step`` int64, ``wall_time`` float64, ``value`` float64, ``superseded`` bool. Rows
are grouped by run and tag, in the order of the log directory, and sorted by step within one.

The Arrow stream has a record batch for each series. Its ``run`` and ``tag`` are plain strings, since nanoarrow builds
no dictionaries; ``to_pandas`` and ``to_polars`` make them categories, at four bytes a row.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sightline.errors import ArgumentTypeError, MissingExtra, UnknownName
from sightline.store.name import unknown_name
from sightline.store.naming import SCALAR_KIND
from sightline.store.scalar_series import ScalarColumns, ScalarSeries

if TYPE_CHECKING:
    import pandas
    import polars

    from sightline.store.logdir import LogDir

__all__ = ["COLUMNS", "ScalarTable", "matcher"]

COLUMNS = ("run", "tag", "step", "wall_time", "value", "superseded")

_NUMBERS = COLUMNS[2:]
MAX_TEXT_BYTES = 1 << 30
"""Of a text column in one record batch: its offsets are 32-bit numbers."""
_DTYPES: tuple[Any, ...] = (np.int64, np.float64, np.float64, np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class ScalarPiece:
    """The rows of one series."""

    run: str
    tag: str
    columns: ScalarColumns


class ScalarTable:
    """A snapshot: what is logged later is in the next one. ``len`` counts rows."""

    def __init__(self, pieces: Iterable[ScalarPiece]) -> None:
        self.pieces = tuple(pieces)
        """By run and tag; nothing is copied."""

    @classmethod
    def of(cls, logdir: LogDir, run: str | re.Pattern[str], tag: str | re.Pattern[str]) -> ScalarTable:
        """All series that match; ``UnknownName`` when a name without a pattern is none that is there."""
        runs = logdir.runs
        is_run = matcher(run, runs)
        wanted = [each for name, each in runs.items() if is_run(name)]
        if not wanted and _is_plain(run):
            raise unknown_name("run", str(run), runs)
        scalars = [
            (each.name, key.tag, series)
            for each in wanted
            for key, series in each.series.items()
            if isinstance(series, ScalarSeries)
        ]
        known = dict.fromkeys(name for _, name, _ in scalars)
        is_tag = matcher(tag, known)
        pieces: list[ScalarPiece] = []
        for run_name, name, series in scalars:
            if is_tag(name):
                try:
                    pieces.append(ScalarPiece(run_name, name, series.columns()))
                except LookupError:
                    continue  # its files were deleted a moment ago
        if not pieces and _is_plain(tag):
            raise unknown_name(SCALAR_KIND, str(tag), known)
        return cls(pieces)

    def __len__(self) -> int:
        return sum(len(piece.columns) for piece in self.pieces)

    def __repr__(self) -> str:
        return f"<ScalarTable of {len(self):,} rows, {len(self.pieces):,} series: {', '.join(COLUMNS)}>"

    def column(self, name: str) -> npt.NDArray[Any]:
        """One column, as it is in ``to_numpy``."""
        if name in ("run", "tag"):
            codes, names = self._codes(name)
            return np.array(names, np.str_)[codes] if names else np.empty(0, np.str_)
        if name not in _NUMBERS:
            raise UnknownName(f"no column {name!r}; there are {', '.join(COLUMNS)}")
        arrays = [getattr(piece.columns, name) for piece in self.pieces]
        return np.concatenate(arrays) if arrays else np.empty(0, _DTYPES[_NUMBERS.index(name)])

    def to_numpy(self) -> dict[str, npt.NDArray[Any]]:
        """Column name -> array of shape (n,); ``run`` and ``tag`` hold text."""
        return {name: self.column(name) for name in COLUMNS}

    def to_pandas(self) -> pandas.DataFrame:
        """``run`` and ``tag`` are categories, in the order of the log directory."""
        try:
            import pandas
        except ImportError as error:
            raise MissingExtra("to_pandas() needs pandas, which is not installed: pip install pandas") from error
        columns: dict[str, Any] = {}
        for name in ("run", "tag"):
            codes, names = self._codes(name)
            columns[name] = pandas.Categorical.from_codes(codes, pandas.Index(names, dtype=object))
        return pandas.DataFrame(columns | {name: self.column(name) for name in _NUMBERS})

    def to_polars(self) -> polars.DataFrame:
        """``run`` and ``tag`` are of type ``Enum``, in the order of the log directory."""
        try:
            import polars
        except ImportError as error:
            raise MissingExtra("to_polars() needs polars, which is not installed: pip install polars") from error
        columns = []
        for name in ("run", "tag"):
            codes, names = self._codes(name)
            columns.append(polars.Series(name, names, polars.Enum(names)).gather(codes))
        return polars.DataFrame([*columns, *(polars.Series(name, self.column(name)) for name in _NUMBERS)])

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule interface: pyarrow, polars, DuckDB, pandas ... read the table from it."""
        import nanoarrow

        types = (
            nanoarrow.string(),
            nanoarrow.string(),
            nanoarrow.int64(),
            nanoarrow.float64(),
            nanoarrow.float64(),
            nanoarrow.bool_(),
        )
        schema = nanoarrow.c_schema(nanoarrow.struct(dict(zip(COLUMNS, types, strict=True))))
        batches = [
            _batch(nanoarrow, schema, types, piece, start, min(start + rows, len(piece.columns)))
            for piece in self.pieces
            for rows in [MAX_TEXT_BYTES // max(len(piece.run.encode()), len(piece.tag.encode()), 1)]
            for start in range(0, len(piece.columns), rows)
        ]
        table = nanoarrow.Array.from_chunks(batches, None if batches else schema, validate=False)
        return table.__arrow_c_stream__(requested_schema)

    def _codes(self, name: str) -> tuple[npt.NDArray[np.int32], list[str]]:
        """Of a text column: the number of each row's text, and the texts."""
        numbers: dict[str, int] = {}
        each = [numbers.setdefault(getattr(piece, name), len(numbers)) for piece in self.pieces]
        rows = [len(piece.columns) for piece in self.pieces]
        return np.repeat(np.array(each, np.int32), rows), list(numbers)


def matcher(pattern: str | re.Pattern[str], names: Iterable[str] = ()) -> Callable[[str], object]:
    """Whether a name matches: a compiled expression is searched for; text is a name, or else a shell pattern.

    ``*`` is everything, also where something is called so.
    """
    if isinstance(pattern, re.Pattern):
        return pattern.search
    if not isinstance(pattern, str):
        raise ArgumentTypeError(f"got {pattern!r}: want a name, a shell pattern, or a compiled regular expression")
    if pattern != "*" and pattern in names:
        return pattern.__eq__  # a name may hold [ and *
    return re.compile(fnmatch.translate(pattern)).match


def _is_plain(pattern: str | re.Pattern[str]) -> bool:
    return isinstance(pattern, str) and not set(pattern) & set("*?[")


def _batch(nanoarrow: Any, schema: Any, types: tuple[Any, ...], piece: ScalarPiece, start: int, stop: int) -> Any:
    rows = stop - start
    children = [
        _constant(nanoarrow, text, rows, string_type)
        for text, string_type in zip((piece.run, piece.tag), types[:2], strict=True)
    ]
    for name, kind in zip(_NUMBERS, types[2:], strict=True):
        array = getattr(piece.columns, name)[start:stop]
        if name == "superseded":
            array = np.packbits(array, bitorder="little")
        children.append(nanoarrow.c_array_from_buffers(kind, rows, [None, array], null_count=0))
    return nanoarrow.c_array_from_buffers(schema, rows, [None], null_count=0, children=children)


def _constant(nanoarrow: Any, text: str, rows: int, kind: Any) -> Any:
    """A column that says the same in each row."""
    encoded = text.encode()
    offsets = np.arange(rows + 1, dtype=np.int64) * len(encoded)
    return nanoarrow.c_array_from_buffers(kind, rows, [None, offsets.astype(np.int32), encoded * rows], null_count=0)
