"""The scale of an axis: how far apart values stand on it.

    linear: t = v          log: t = log10(v), for v > 0          symlog: t = sign(v) * log10(1 + |v| / c)

``symlog`` is linear near zero and logarithmic far from it, with ``c`` the value where one becomes the other; it is the
"bi-symmetric log transformation" of Webber, https://doi.org/10.1088/0957-0233/24/2/027001, with C = c / ln(10) up to a
constant factor.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["Scale", "forward"]

Scale = Literal["linear", "log", "symlog"]

Floats = npt.NDArray[np.float64]


def forward(scale: Scale, value: Floats, c: float = 1.0) -> Floats:
    """``t`` (n,) for ``value`` (n,). NaN where the scale has no place for a value: a log scale at zero and below."""
    if scale == "linear":
        return value
    with np.errstate(invalid="ignore", divide="ignore"):
        if scale == "log":
            return np.where(value > 0, np.log10(value), np.nan)
        return np.copysign(np.log10(1.0 + np.abs(value) / c), value)
