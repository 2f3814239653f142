"""The one door to the kernel: the compiled one when it is there, its pure-Python twin otherwise.

``SIGHTLINE_KERNEL=python`` in the environment forces the twin, ``=native`` makes a missing kernel an error. The two
give the same answers (``tests/conformance``); the native one is some hundred times faster.
"""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__all__ = [
    "NAME",
    "Appender",
    "Batch",
    "Damage",
    "Scanner",
    "bucket",
    "crc32c",
    "ema",
    "format_table",
    "frame",
    "frame_scalar",
    "masked_crc32c",
    "parse_table",
    "timed_write",
]

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt
    from typing_extensions import Buffer

    from sightline._native._kernel import Appender, timed_write
    from sightline.format.batch import Batch, Damage
    from sightline.format.record import crc32c, frame, frame_scalar, masked_crc32c
    from sightline.format.scan import Scanner
    from sightline.format.table import format_table

    Column = npt.NDArray[np.float64]

NAME: str
"""``"native"`` or ``"python"``."""
ema: Callable[[Column, float], Column] | None
"""``ema(value, weight)`` of the native kernel; None without it: ``analysis/`` has the NumPy twin."""
bucket: Callable[[Column, Column, float, float, int], tuple[Any, ...]] | None
"""``bucket(x, value, low, high, count)`` of the native kernel: the eight arrays of ``analysis.bucket.Buckets``; None
without it: ``analysis/`` has the NumPy twin."""

parse_table: Callable[[Buffer], npt.NDArray[np.float32] | None] | None
"""Numbers in lines with tabs between them as a matrix (n, m), None when there is anything else; None where it is not
compiled: whoever reads tables has NumPy's way, which is slower and takes more."""

_wanted = os.environ.get("SIGHTLINE_KERNEL", "")
if _wanted not in ("", "native", "python"):
    raise ImportError(f"SIGHTLINE_KERNEL is {_wanted!r}: want 'native', 'python' or nothing")

_native: ModuleType | None = None
if _wanted != "python":
    try:
        _native = import_module("sightline._native._kernel")
    except ImportError as error:
        if _wanted == "native":
            raise ImportError(
                f"SIGHTLINE_KERNEL=native, but the compiled kernel can't be loaded ({error}); "
                "reinstall Sightline where a C++20 compiler is present, or unset the variable"
            ) from error

if _native is not None:
    NAME = "native"
    if not TYPE_CHECKING:
        Appender = _native.Appender
        Scanner = _native.Scanner
        crc32c = _native.crc32c
        format_table = _native.format_table
        frame = _native.frame
        frame_scalar = _native.frame_scalar
        masked_crc32c = _native.masked_crc32c
        timed_write = _native.timed_write
    ema = _native.ema
    bucket = _native.bucket
    parse_table = getattr(_native, "parse_table", None)
else:
    NAME = "python"
    if not TYPE_CHECKING:
        from sightline.format.append import Appender, timed_write
        from sightline.format.record import crc32c, frame, frame_scalar, masked_crc32c
        from sightline.format.scan import Scanner
        from sightline.format.table import format_table
    ema = None
    bucket = None
    parse_table = None


def __getattr__(name: str) -> Any:
    # Only reading needs these two; their module would be half of what importing the writer costs.
    if name not in ("Batch", "Damage"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("sightline.format.batch"), name)
