"""Meshes of a run: vertices, faces and colours are logged under a tag each, and belong together step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from sightline.kinds.mesh.decode import decode_mesh
from sightline.kinds.mesh.schema import Component
from sightline.store.item_series import ItemColumns, ItemSeries
from sightline.store.logged import find_row

__all__ = ["LoggedMesh", "LoggedMeshes"]


@dataclass(frozen=True, slots=True, eq=False)
class LoggedMesh:
    """The mesh of one step; arrays have shape (batch, n, 3)."""

    step: int
    wall_time: float
    superseded: bool
    vertices: npt.NDArray[np.float32]
    faces: npt.NDArray[np.int64] | None
    """Three indexes into the vertices each; None where none were logged: a cloud of points."""
    colors: npt.NDArray[Any] | None
    """Of the vertices, as stored (0 to 255); None where none were logged."""
    config: dict[str, Any]
    """Camera, lights and material for three.js; empty when none was given."""


class LoggedMeshes(Sequence[LoggedMesh]):
    """Every logged step, sorted by step, read from disk when asked for; slices give lists.

    Faces and colours are those of the same step; of several at one step the first go with the first vertices, and the
    last of them with all that follow. Reading one may raise ``DamagedRecord``, ``MalformedMessage`` or ``OSError``.
    """

    def __init__(self, name: str, components: Mapping[Component, ItemSeries]) -> None:
        self._name = name
        self._series = dict(components)
        self._columns = {component: series.columns() for component, series in components.items()}

    @property
    def step(self) -> npt.NDArray[np.int64]:
        return self._vertices.step

    @property
    def wall_time(self) -> npt.NDArray[np.float64]:
        return self._vertices.wall_time

    @property
    def _vertices(self) -> ItemColumns:
        return self._columns[Component.VERTEX]

    def __len__(self) -> int:
        return len(self._vertices)

    @overload
    def __getitem__(self, index: int) -> LoggedMesh: ...
    @overload
    def __getitem__(self, index: slice) -> list[LoggedMesh]: ...
    def __getitem__(self, index: int | slice) -> LoggedMesh | list[LoggedMesh]:
        if isinstance(index, slice):
            return [self[row] for row in range(len(self))[index]]
        row = find_row(index, len(self))
        step = int(self.step[row])
        value = self._series[Component.VERTEX].read(row, self._vertices)
        vertices = decode_mesh(value, self._series[Component.VERTEX].metadata)
        return LoggedMesh(
            step,
            float(self.wall_time[row]),
            bool(self._vertices.superseded[row]),
            vertices.data,
            self._other(Component.FACE, step, row),
            self._other(Component.COLOR, step, row),
            vertices.config,
        )

    def __iter__(self) -> Iterator[LoggedMesh]:
        return (self[row] for row in range(len(self)))

    def __repr__(self) -> str:
        return f"<{len(self)} steps of mesh {self._name!r}>"

    def _other(self, component: Component, step: int, row: int) -> npt.NDArray[Any] | None:
        columns = self._columns.get(component)
        if columns is None:
            return None
        first, end = np.searchsorted(columns.step, step, "left"), np.searchsorted(columns.step, step, "right")
        if first == end:
            return None
        nth = row - int(np.searchsorted(self.step, step))
        series = self._series[component]
        return decode_mesh(series.read(int(min(first + nth, end - 1)), columns), series.metadata).data
