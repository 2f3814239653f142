"""How the answers about scalars are read, by what docs/api.md says of them: the reader that tests use."""

from __future__ import annotations

import json
from typing import Any

import nanoarrow
import numpy as np
import numpy.typing as npt

Columns = dict[str, npt.NDArray[Any]]


def read_stream(data: bytes) -> tuple[dict[str, Any], dict[str, tuple[str, list[list[Any]]]]]:
    """The metadata, and of each column its Arrow type and its lists as they were sent."""
    stream = nanoarrow.ArrayStream.from_readable(data)
    metadata = json.loads(dict(stream.schema.metadata.items())[b"sightline"])
    with stream:
        (batch,) = stream.iter_chunks()
        fields = [batch.schema.field(i) for i in range(batch.schema.n_fields)]
        sent = {field.name: (field.value_type.type.name, batch.child(i).to_pylist()) for i, field in enumerate(fields)}
    return metadata, sent


def read_series_answer(data: bytes) -> tuple[dict[str, Any], list[Columns]]:
    """The metadata, and every column of every line with what was left out put back."""
    metadata, sent = read_stream(data)
    lines: list[Columns] = []
    for index, line in enumerate(metadata["lines"]):
        rows = line["rows"]

        def column(name: str, otherwise: Any, line: dict[str, Any] = line, index: int = index) -> npt.NDArray[Any]:
            values = sent[name][1][line["same"].get(name, index)] if name in sent else []
            if not values:
                return np.asarray(np.broadcast_to(otherwise, line["rows"]))
            return np.array(values)[: line["rows"]]

        origin = np.nan if line["origin"] is None else line["origin"]
        step = column("step", [] if rows == 0 else np.nan)
        least = column("min", np.nan)
        most = column("max", least)
        last = column("last", most)
        on_time = metadata["x"] in ("relative", "wall")
        x = column("x", np.nan) if metadata["x"] != "step" else step
        lines.append(
            {
                "step": step,
                "wall_time": (x if on_time else column("wall_time", np.nan)) + origin,
                "x": x + origin if metadata["x"] == "wall" else x,
                "first": column("first", least),
                "last": last,
                "min": least,
                "max": most,
                "smooth": column("smooth", last),
                **{
                    name: column(name, int(name == "count"))
                    for name in ("count", "nan_count", "posinf_count", "neginf_count")
                },
            }
        )
        if "band" in metadata:  # groups have more columns than lines of runs
            lines[-1] |= {name: column(name, np.nan) for name in ("low", "high", "runs")}
            lines[-1]["runs_max"] = column("runs_max", lines[-1]["runs"])
    return metadata, lines
