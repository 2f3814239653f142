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
    branch: npt.NDArray[np.int32]
    """0 for what stands. Superseded points of one number are of one branch: what the run logged from its beginning, or
    from a restart, until it was given up. From 1, in the order in which they were written."""

    def __len__(self) -> int:
        return len(self.step)

    def at(self, rows: npt.NDArray[np.bool_] | slice) -> ScalarColumns:
        """Some of the points: those for which ``rows`` (n,) is true, or a slice."""
        return ScalarColumns(
            self.step[rows], self.wall_time[rows], self.value[rows], self.superseded[rows], self.branch[rows]
        )

    @property
    def branches(self) -> list[int]:
        """Numbers of the branches that restarts have left behind, ascending."""
        return list(range(1, int(self.branch.max(initial=0)) + 1))

    def arrays(self) -> list[npt.NDArray[Any]]:
        """Those that are made anew, all of them, as soon as the series has grown."""
        return [self.step, self.wall_time, self.value, self.superseded]


class ScalarSeries(Series):
    """A curve."""

    __slots__ = ()
    _keeps_file = False

    def columns(self) -> ScalarColumns:
        """All points. Cheap when nothing was added since the last call; without a copy while steps are in order."""
        merged = self._merge()
        step, wall_time, value = merged.columns
        branch = np.broadcast_to(np.int32(0), len(step)) if merged.branch is None else merged.branch
        return ScalarColumns(step, wall_time, value, merged.superseded, branch)

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
