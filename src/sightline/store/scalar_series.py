"""Numbers by step, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sightline.store.series import Series

__all__ = ["ScalarColumns", "ScalarSeries"]


@dataclass(frozen=True, slots=True, eq=False)
class ScalarColumns:
    """Every point of a scalar series, sorted by step; read-only arrays of shape (n,)."""

    step: npt.NDArray[np.int64]
    wall_time: npt.NDArray[np.float64]
    """Seconds since the Unix epoch, as stored; may be NaN."""
    value: npt.NDArray[np.float64]
    """As stored: NaN and infinities stay."""
    superseded: npt.NDArray[np.bool_]
    """Overtaken by a restart."""

    def __len__(self) -> int:
        return len(self.step)

    def arrays(self) -> list[npt.NDArray[Any]]:
        """All four: others as soon as the series has grown."""
        return [self.step, self.wall_time, self.value, self.superseded]


class ScalarSeries(Series):
    """A curve."""

    __slots__ = ()
    _keeps_file = False

    def columns(self) -> ScalarColumns:
        """All points. Cheap when nothing was added since the last call; without a copy while steps are in order."""
        merged = self._merge()
        step, wall_time, value = merged.columns
        return ScalarColumns(step, wall_time, value, merged.superseded)

    def current(self) -> npt.NDArray[np.float64]:
        """Values of the points that no restart has overtaken, in the order of steps; read-only, (n,).

        Of a series of one file nothing is merged or remembered: a table asks this of tens of thousands at once.
        """
        if self._merged is None:
            with self._run.lock:
                parts = self._loaded()
                if len(parts) == 1 and not self._run.session_starts:
                    step, _, value = parts[0].columns()
                    if self._is_sorted(parts, step):
                        only: npt.NDArray[np.float64] = value
                        return only
        columns = self.columns()
        return columns.value[~columns.superseded] if columns.superseded.any() else columns.value
