"""Numbers to levels of 0 to 255, as pictures and videos have them: not a room, but what two of them share."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sightline.errors import ArgumentTypeError

__all__ = ["to_levels"]


def to_levels(array: npt.NDArray[Any], argument: str) -> npt.NDArray[np.uint8]:
    """``array`` of any shape as uint8; ``argument`` is its name in messages.

    uint8 is taken as it is; bool, floats and integers of 0 and 1 are multiplied by 255, in float32 whatever the input,
    so that every rounding is PyTorch's; integers with a larger maximum are levels already. Everything is clipped to
    0..255, fractions are dropped, NaN is 0. ``ArgumentTypeError`` for what are no real numbers.
    """
    if array.dtype == np.uint8:
        return np.asarray(array, np.uint8)
    if array.dtype.kind not in "biuf":
        raise ArgumentTypeError(f"{argument}: got dtype {array.dtype}, want uint8, another integer, bool or a float")
    if array.dtype.kind in "iu" and array.size and array.max() > 1:
        return np.asarray(array.clip(0, 255), np.uint8)
    scaled = (array.astype(np.float32) * np.float32(255)).clip(0, 255)
    return np.asarray(np.nan_to_num(scaled, copy=False), np.uint8)
