"""What is no scalar, as files: ``OUT/RUN/KIND/TAG/step-N.png``."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sightline.cli.safe_name import run_path, safe_name
from sightline.errors import ArgumentError, DamagedRecord, MalformedMessage
from sightline.format.event import SummaryMetadata, Value
from sightline.kinds.audio.decode import decode_audio
from sightline.kinds.custom_scalars.decode import decode_custom_scalars
from sightline.kinds.graph.schema import KERAS_PLUGIN
from sightline.kinds.histogram.decode import decode_histogram
from sightline.kinds.hparams.decode import decode_hparams
from sightline.kinds.image.decode import decode_image
from sightline.kinds.tensor.decode import decode_tensor
from sightline.kinds.text.decode import decode_text

if TYPE_CHECKING:
    from sightline.store import ItemSeries

__all__ = ["BlobExport"]

Files = list[tuple[str, bytes]]
"""Ending -> content; several when a step holds several samples."""


class BlobExport:
    """Writes below one directory; nothing that is there is written over."""

    def __init__(self, out: Path, steps: tuple[int, int]) -> None:
        self._out = out
        self._steps = steps
        self.written = 0
        self.unreadable: list[str] = []
        """What could not be read, and why, in words."""

    def add_series(self, run: str, series: ItemSeries) -> None:
        """Every item of the series; the n-th of one step, from the second on, has ``-n`` in its name."""
        columns = series.columns()
        directory = self._out / run_path(run) / safe_name(series.key.kind) / safe_name(series.key.tag)
        convert = CONVERTERS.get(series.key.kind, _any)
        seen: dict[int, int] = {}
        for row, step in enumerate(columns.step.tolist()):
            if not self._steps[0] <= step <= self._steps[1]:
                continue
            seen[step] = seen.get(step, 0) + 1
            name = f"step-{step}" if seen[step] == 1 else f"step-{step}-{seen[step]}"
            try:
                files = convert(series.read(row, columns), series.metadata)
            except (DamagedRecord, MalformedMessage, OSError) as error:
                self.unreadable.append(f"{series.key.tag} at step {step} of run {run}: {error}")
                continue
            for number, (ending, content) in enumerate(files):
                sample = f"-sample-{number}" if len(files) > 1 else ""
                self._write(directory / f"{name}{sample}{ending}", content)

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            raise ArgumentError(
                f"{path} exists already, and nothing is written over: give --out another name"
            ) from None
        self.written += 1


_IMAGE_ENDINGS = {
    "image/png": ".png",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/bmp": ".bmp",
    "image/webp": ".webp",
}


def _image(value: Value, metadata: SummaryMetadata) -> Files:
    """As they were written: nothing is encoded again."""
    return [(_IMAGE_ENDINGS.get(each.mime, ".bin"), each.bytes) for each in decode_image(value, metadata).samples]


_AUDIO_ENDINGS = {"audio/wav": ".wav", "audio/mpeg": ".mp3", "audio/ogg": ".ogg", "audio/flac": ".flac"}


def _audio(value: Value, metadata: SummaryMetadata) -> Files:
    return [(_AUDIO_ENDINGS.get(each.mime, ".bin"), each.bytes) for each in decode_audio(value, metadata).samples]


def _text(value: Value, metadata: SummaryMetadata) -> Files:
    """One text as Markdown; a table as tab-separated values, quoted where a cell needs it."""
    strings = decode_text(value, metadata)
    if strings.size == 1:
        return [(".md", str(strings.flat[0]).encode())]
    rows = strings.reshape(-1, strings.shape[-1]) if strings.ndim > 1 else strings.reshape(-1, 1)
    table = io.StringIO()
    csv.writer(table, delimiter="\t", lineterminator="\n").writerows(rows.tolist())
    return [(".tsv", table.getvalue().encode())]


def _histogram(value: Value, metadata: SummaryMetadata) -> Files:
    """One bucket a line."""
    histogram = decode_histogram(value, metadata)
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("left", "right", "count"))
    writer.writerows(zip(histogram.left.tolist(), histogram.right.tolist(), histogram.count.tolist(), strict=True))
    return [(".csv", table.getvalue().encode())]


def _hparams(value: Value, metadata: SummaryMetadata) -> Files:
    described: dict[str, Any] = dataclasses.asdict(decode_hparams(value, metadata))
    return [(".json", json.dumps(described, indent=1, default=str).encode())]


def _custom_scalars(value: Value, metadata: SummaryMetadata) -> Files:
    """The layout of charts: categories, charts, the tags of each."""
    return [(".json", json.dumps(dataclasses.asdict(decode_custom_scalars(value, metadata)), indent=1).encode())]


def _graph(value: Value, metadata: SummaryMetadata) -> Files:
    """The message in it: ``GraphDef`` or ``RunMetadata``; a Keras model's JSON."""
    keras = metadata.plugin_data.plugin_name == KERAS_PLUGIN
    return [(".json" if keras else ".pb", bytes(string)) for string in value.tensor.string_val]


def _any(value: Value, metadata: SummaryMetadata) -> Files:
    """Numbers as a NumPy array, one text as it is, anything else as the message it is."""
    if value.HasField("tensor"):
        try:
            array = decode_tensor(value, metadata)
        except MalformedMessage:
            return [(".pb", value.SerializeToString())]
        if array.dtype != object:
            content = io.BytesIO()
            np.save(content, array, allow_pickle=False)
            return [(".npy", content.getvalue())]
        if array.size == 1 and len(value.tensor.string_val) == 1:
            return [(".bin", bytes(value.tensor.string_val[0]))]
    return [(".pb", value.SerializeToString())]


CONVERTERS: dict[str, Callable[[Value, SummaryMetadata], Files]] = {
    "image": _image,
    "audio": _audio,
    "text": _text,
    "histogram": _histogram,
    "hparams": _hparams,
    "custom_scalars": _custom_scalars,
    "graph": _graph,
}
"""By kind; anything else goes through ``_any``."""
