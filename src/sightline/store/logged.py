"""Pictures and texts of a run as a Python user meets them: a sequence over steps, each read from disk when asked for.

The only file of the store that knows kinds: it puts what the store finds and what a room decodes together.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar, overload

import numpy as np
import numpy.typing as npt

from sightline.errors import MissingExtra
from sightline.format.event import SummaryMetadata, Value
from sightline.kinds.image.decode import EncodedImage, decode_image
from sightline.kinds.text.decode import decode_text
from sightline.store.item_series import ItemColumns, ItemSeries

if TYPE_CHECKING:
    import PIL.Image

__all__ = ["Logged", "LoggedImage", "LoggedText", "find_row", "logged_images", "logged_texts"]


@dataclass(frozen=True, slots=True)
class LoggedImage:
    """The pictures of one step; ``width``, ``height``, ``mime`` and ``bytes`` are those of the first one."""

    step: int
    wall_time: float
    superseded: bool
    width: int
    height: int
    samples: tuple[EncodedImage, ...]

    @property
    def mime(self) -> str:
        return self.samples[0].mime if self.samples else ""

    @property
    def bytes(self) -> bytes:
        """As they were written: a whole PNG, JPEG ... file."""
        return self.samples[0].bytes if self.samples else b""

    def pil(self) -> PIL.Image.Image:
        """The first picture, decoded by Pillow."""
        try:
            import PIL.Image
        except ImportError as error:
            raise MissingExtra("pictures are decoded by Pillow, which is not installed: pip install pillow") from error
        return PIL.Image.open(io.BytesIO(self.bytes))


@dataclass(frozen=True, slots=True, eq=False)
class LoggedText:
    """The text of one step."""

    step: int
    wall_time: float
    superseded: bool
    strings: npt.NDArray[np.object_]
    """In the shape that was logged: () or (1,) for one text, more for a table."""

    @property
    def text(self) -> str:
        """One text as it is; the strings of a table one a line."""
        return "\n".join(str(string) for string in self.strings.flat)


T = TypeVar("T")
_Decode = Callable[[Value, SummaryMetadata, int, float, bool], T]


class Logged(Sequence[T], Generic[T]):
    """Every logged step, sorted by step; negative indexes count from the end, slices give lists.

    Reading an element may raise ``DamagedRecord``, ``MalformedMessage`` or ``OSError``.
    """

    def __init__(self, series: ItemSeries, decode: _Decode[T]) -> None:
        self._series = series
        self._columns: ItemColumns = series.columns()
        self._decode = decode

    @property
    def step(self) -> npt.NDArray[np.int64]:
        return self._columns.step

    @property
    def wall_time(self) -> npt.NDArray[np.float64]:
        return self._columns.wall_time

    @property
    def superseded(self) -> npt.NDArray[np.bool_]:
        return self._columns.superseded

    def __len__(self) -> int:
        return len(self._columns)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self[row] for row in range(len(self))[index]]
        row = find_row(index, len(self))
        return self._decode(
            self._series.read(row, self._columns),
            self._series.metadata,
            int(self._columns.step[row]),
            float(self._columns.wall_time[row]),
            bool(self._columns.superseded[row]),
        )

    def __iter__(self) -> Iterator[T]:
        return (self[row] for row in range(len(self)))

    def __repr__(self) -> str:
        return (
            f"<{len(self):,} step{'' if len(self) == 1 else 's'} of {self._series.key.kind} {self._series.key.tag!r}>"
        )


def find_row(index: int, steps: int) -> int:
    """The row that an index means, which may count from the end. ``IndexError`` where there is none."""
    if not -steps <= index < steps:
        there = "is 1 step" if steps == 1 else f"are {steps} steps"
        raise IndexError(f"index {index}: there {there}" + (f", want {-steps} to {steps - 1}" if steps else ""))
    return range(steps)[index]


def logged_images(series: ItemSeries) -> Logged[LoggedImage]:
    return Logged(series, _image)


def logged_texts(series: ItemSeries) -> Logged[LoggedText]:
    return Logged(series, _text)


def _image(value: Value, metadata: SummaryMetadata, step: int, wall_time: float, superseded: bool) -> LoggedImage:
    found = decode_image(value, metadata)
    return LoggedImage(step, wall_time, superseded, found.width, found.height, found.samples)


def _text(value: Value, metadata: SummaryMetadata, step: int, wall_time: float, superseded: bool) -> LoggedText:
    return LoggedText(step, wall_time, superseded, decode_text(value, metadata))
