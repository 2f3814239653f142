"""The compiled kernel. ``sightline.format.kernel`` is the door to it; ``format/record.py`` and ``format/scan.py`` are
the readable twins of what is here."""

from typing import Literal

import numpy as np
import numpy.typing as npt
from typing_extensions import Buffer

from sightline.format.batch import Batch

CRC_METHOD: Literal["sse4.2", "armv8", "table"]
"""What computes the checksums on this machine."""

def crc32c(data: Buffer, crc: int = 0) -> int:
    """CRC-32C (Castagnoli) of ``data``; with ``crc``, of bytes with that checksum followed by ``data``."""

def crc32c_by_table(data: Buffer, crc: int = 0) -> int:
    """The same without the processor's instruction: for the tests."""

def masked_crc32c(data: Buffer) -> int:
    """The checksum as records store it."""

def frame(payload: Buffer) -> bytes:
    """A whole record around ``payload``: 16 bytes more."""

def frame_scalar(tag: bytes, value: float, step: int | None, wall_time: float) -> bytes:
    """A whole record of one scalar; a value beyond float32 is infinite, ``OverflowError`` if the step is no int64."""

def format_table(matrix: npt.NDArray[np.float32] | npt.NDArray[np.float64]) -> bytes:
    """A matrix (n, m), C-contiguous, as n lines of m numbers with tabs between, each as ``repr(float(number))``."""

def parse_table(text: Buffer) -> npt.NDArray[np.float32] | None:
    """Lines of as many numbers each, tabs between them, as a matrix (n, m); None when there is anything else in it.

    Missing where the standard library the kernel was compiled with does not read floating-point numbers.
    """

def timed_write(fd: int, data: Buffer) -> tuple[int, float]:
    """``os.write``, and the seconds that the write itself took: without the wait for the GIL after it."""

class Appender:
    """Scalars onto the end of an open file, one record in one ``write``, GIL held: no other thread comes in between."""

    def __init__(self) -> None: ...
    def arm(self, fd: int, seconds: float, slow_seconds: float) -> None:
        """Append to ``fd`` until ``seconds`` have passed, or a write fails, is cut short or takes ``slow_seconds``."""

    def disarm(self) -> None: ...
    def append(self, tag: object, value: object, step: object, wall_time: object) -> Literal[-1, 0, 1]:
        """1: written. 0: nothing was written: it is not armed, or an argument is not a str, a float, an int64 or None,
        a finite float or None (now). -1: the file ends in the first bytes of a record: see ``torn``."""

    @property
    def armed(self) -> bool: ...
    @property
    def torn(self) -> tuple[bytes, int]:
        """The record that was last cut short, and how many of its bytes were written."""

    @property
    def counts(self) -> tuple[int, int, int]:
        """Records, bytes, and the nanoseconds that they took."""

class Scanner:
    """One for each event file. The GIL is released while bytes are scanned; two threads at once take turns.

    ``scan_file`` verifies payloads of less than ``verify_below`` bytes; of longer ones it reads the structure only,
    unless that gives points.
    """

    def __init__(self, verify_below: int = ...) -> None: ...
    @property
    def offset(self) -> int:
        """The byte after the last whole record."""

    @property
    def ended(self) -> bool:
        """The length of the record at ``offset`` is damaged, and no record was found after it so far."""

    @property
    def series(self) -> list[tuple[bytes, int, bytes]]:
        """(tag, number of the Value field that holds it, SummaryMetadata bytes of its first value); the same list
        each time, which grows."""

    def resume(self, offset: int, series: list[tuple[bytes, int, bytes]]) -> None:
        """Go on at ``offset`` as one who has read up to there, and found these series. ``ValueError`` after a scan."""

    def scan(self, data: Buffer) -> Batch:
        """Scan ``data``, whose first byte is byte ``offset`` of the file."""

    def scan_file(self, fd: int, max_bytes: int) -> Batch:
        """Scan from ``offset`` of an open file: ``max_bytes``, or one record when that is longer.

        Whoever wants the whole file calls again until ``bytes_read`` is 0. The descriptor's own position is neither
        used nor moved. ``OSError`` from the system passes through, when nothing was scanned before it happened.
        """

def ema(value: npt.NDArray[np.float64], weight: float) -> npt.NDArray[np.float64]:
    """TensorBoard's smoothed curve: the debiased exponential moving average of ``value``, a contiguous (n,) array.

    With ``last`` = 0 before the first of the finite values y_1, y_2 ...: last = weight * last + (1 - weight) * y_k, and
    the result is last / (1 - weight**k), or last itself when ``weight`` is 1. Values that are not finite are passed on
    and change nothing. A series of equal values is given back as it is. ``ValueError`` unless 0 <= weight <= 1.
    """

def bucket(
    x: npt.NDArray[np.float64], value: npt.NDArray[np.float64], low: float, high: float, count: int
) -> tuple[
    npt.NDArray[np.int64],
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
]:
    """What each of ``count`` equal pixel columns over [low, high] holds: a row for each column that is not empty.

    ``x``, ascending, and ``value`` are contiguous (n,) arrays. A point is in column min(floor((x - low) * (count /
    (high - low))), count - 1), in column 0 when high == low. Points outside are left out, as are those whose x is NaN,
    which sort last.

    Gives the eight arrays of ``analysis.bucket.Buckets``: start (b + 1,), then (b,) each of first, last, min, max,
    nan_count, posinf_count, neginf_count. Rows ``start[i]:start[i + 1]`` are the bucket's; first, last, min and max are
    of its finite values, NaN when there is none. ``ValueError`` when the lengths differ, low and high are not finite or
    not in order, or ``count`` is below 1.
    """
