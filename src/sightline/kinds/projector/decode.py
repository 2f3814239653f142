"""The files of the projector, whoever wrote them, to matrices, labels and pictures.

Forms accepted: a configuration in the run's directory (PyTorch, tensorboardX, TensorFlow, Keras) or in the plugin's
directory there; tables as text or as raw float32; paths with backslashes, as Windows writes them. A path is followed
only to files at or below the configuration's directory. No event file is needed.
"""

from __future__ import annotations

import io
import json
import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sightline.errors import MalformedMessage
from sightline.format import kernel
from sightline.format.text import parse_text
from sightline.kinds.projector.message import EmbeddingInfo, ProjectorConfig
from sightline.kinds.projector.schema import BLANK, CONFIG_NAME, PLUGIN_DIRECTORY, STAND_INS

__all__ = ["Embedding", "Labels", "parse_labels", "read_embeddings"]

_SIGNS = str.maketrans({stand_in: sign for sign, stand_in in STAND_INS.items()})


@dataclass(frozen=True, slots=True)
class Labels:
    """A table of labels, one row for each point."""

    columns: tuple[str, ...]
    """Names; ``("label",)`` where the file has none."""
    rows: list[tuple[str, ...]]
    """As many cells in each as there are columns; empty where the file has too few."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """One embedding of a configuration. The ``read_*`` methods raise ``OSError`` when a file can't be read or lies
    outside the configuration's directory, ``MalformedMessage`` when it holds something else."""

    name: str
    """``<tag>:<step>`` by PyTorch; a variable's name by TensorFlow."""
    directory: str
    """Of the configuration: paths are relative to it."""
    tensor_path: str
    """Empty when the values are in a TensorFlow checkpoint, which is not read."""
    metadata_path: str = ""
    bookmarks_path: str = ""
    sprite_path: str = ""
    sprite_size: tuple[int, int] | None = None
    """Width and height of one thumbnail, in pixels."""
    declared_shape: tuple[int, ...] = ()
    """What the configuration says; empty when it says nothing."""
    checkpoint: str = ""
    """The checkpoint's path, where the configuration gives one."""

    def read_tensor(self) -> npt.NDArray[np.float32]:
        """(n, d)"""
        if not self.tensor_path:
            where = f" ({self.checkpoint})" if self.checkpoint else ""
            raise FileNotFoundError(
                f"embedding {self.name!r}: its values are in a TensorFlow checkpoint{where}, which Sightline does not "
                "read; write them to a table of numbers, and name that in tensor_path"
            )
        return parse_tensor(self._read(self.tensor_path), self.declared_shape)

    def read_labels(self) -> Labels | None:
        """None where there are none."""
        return parse_labels(self._read(self.metadata_path)) if self.metadata_path else None

    def read_sprite(self) -> bytes | None:
        """The encoded picture, None where there is none."""
        return self._read(self.sprite_path) if self.sprite_path else None

    def read_bookmarks(self) -> Any:
        """Saved views, as TensorBoard's page stores them; an empty list where there are none."""
        if not self.bookmarks_path:
            return []
        try:
            return json.loads(self._read(self.bookmarks_path))
        except (ValueError, RecursionError) as error:
            raise MalformedMessage(f"bookmarks: got no JSON ({error}): {self.bookmarks_path}") from None

    def _read(self, path: str) -> bytes:
        with open(resolve_path(self.directory, path), "rb") as file:
            return file.read()


def read_embeddings(directory: str | os.PathLike[str]) -> list[Embedding]:
    """The embeddings of the run in ``directory``, in the order of its configurations; empty when it has none.

    ``MalformedMessage`` when a configuration is damaged; files that it names are not opened.
    """
    found = []
    for place in (os.fspath(directory), os.path.join(directory, PLUGIN_DIRECTORY)):
        path = os.path.join(place, CONFIG_NAME)
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8", errors="backslashreplace") as file:
            text = file.read()
        try:
            config = parse_text(ProjectorConfig, text)
        except MalformedMessage as error:
            raise MalformedMessage(f"{error}: {path}") from None
        found += [_embedding(place, config, info) for info in config.embeddings]
    return found


def _embedding(directory: str, config: ProjectorConfig, info: EmbeddingInfo) -> Embedding:
    sizes = info.sprite.single_image_dim
    return Embedding(
        name=info.tensor_name.removesuffix(":0") or os.path.basename(info.tensor_path),
        directory=directory,
        tensor_path=info.tensor_path,
        metadata_path=info.metadata_path,
        bookmarks_path=info.bookmarks_path,
        sprite_path=info.sprite.image_path,
        sprite_size=(sizes[0], sizes[1]) if len(sizes) == 2 and all(sizes) else None,
        declared_shape=tuple(info.tensor_shape),
        checkpoint=config.model_checkpoint_path,
    )


def resolve_path(directory: str, path: str) -> str:
    """Where a path in a configuration leads. ``PermissionError`` when that is outside its directory, links followed."""
    root = os.path.realpath(directory)
    for way in (path, path.replace("\\", "/")):
        found = os.path.realpath(os.path.join(root, way))
        if os.path.commonpath([root, found]) == root and os.path.exists(found):
            return found
    if os.path.commonpath([root, found]) != root:
        raise PermissionError(f"{path!r} leads out of the configuration's directory {directory}")
    return found


def parse_tensor(content: bytes, shape: tuple[int, ...] = ()) -> npt.NDArray[np.float32]:
    """A table (n, d) of tab-separated numbers or, where ``shape`` says its size, of raw little-endian float32.

    Text is text even where it would fit the shape; raw bytes may be text by chance, so they are taken as numbers when
    that text is no table. Numbers beyond float32 are infinite. ``MalformedMessage``.
    """
    problem = "no numbers"
    if kernel.parse_table is not None and (table := kernel.parse_table(content)) is not None:
        return table
    try:
        text = content.decode()
        if text.strip():
            matrix = np.loadtxt(io.StringIO(text), np.float64, comments=None, delimiter="\t", ndmin=2)
            with np.errstate(over="ignore"):
                return matrix.astype(np.float32)
    except (UnicodeDecodeError, ValueError) as error:
        problem = str(error)
    if len(shape) == 2 and all(shape) and len(content) == 4 * shape[0] * shape[1]:
        return np.frombuffer(content, "<f4").astype(np.float32).reshape(shape)
    raise MalformedMessage(f"embedding: got {len(content)} bytes with {problem}, want a table of numbers")


def parse_labels(content: bytes) -> Labels:
    """The labels of a table, by TensorBoard's rules: lines without a visible character are left out, and the first is a
    header when there is a tab in it. What stands for tabs and line ends becomes those again."""
    text = content.decode("utf-8", "backslashreplace").replace("\r\n", "\n").replace("\r", "\n")
    rows = [line.split("\t") for line in text.split("\n") if line.strip().strip("\ufeff")]
    columns = tuple(_label(name) for name in rows.pop(0)) if rows and len(rows[0]) > 1 else ("label",)
    cells = len(columns)
    return Labels(columns, [tuple(map(_label, (row + [""] * cells)[:cells])) for row in rows])


def _label(text: str) -> str:
    return "" if text == BLANK else text.translate(_SIGNS)
