"""A matrix, labels and thumbnails to the files of TensorBoard's projector, under the paths that PyTorch gives them.

``<run>/projector_config.pbtxt`` lists the embeddings; each has a directory ``<run>/<step>/<tag>`` with ``tensors.tsv``,
``metadata.tsv`` and ``sprite.png``. A file is complete when it appears under its name.
"""

from __future__ import annotations

import math
import os
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sightline.errors import ArgumentError, ArgumentTypeError, MalformedMessage, MissingExtra
from sightline.format.kernel import format_table
from sightline.format.text import parse_text
from sightline.kinds.pixels import to_levels
from sightline.kinds.projector.message import EmbeddingInfo, ProjectorConfig, SpriteMetadata
from sightline.kinds.projector.schema import BLANK, CONFIG_NAME, STAND_INS

__all__ = ["MAX_SPRITE_SIZE", "PreparedEmbedding", "prepare_embedding", "write_embedding"]

MAX_SPRITE_SIZE = 8192
"""Pixels. TensorBoard refuses larger sprites, because graphics cards do; thumbnails are made smaller to fit."""
LONGEST_NAME = 255
"""Bytes that a directory's name may have on the usual file systems."""
BLOCK_VALUES = 65_536
"""Numbers that are printed at once: their text stays in the processor's cache."""
BLOCK_PICTURES = 256

_STAND_INS = str.maketrans(STAND_INS)


def write_embedding(
    directory: str | os.PathLike[str],
    mat: npt.NDArray[Any],
    metadata: Iterable[Any] | None = None,
    label_img: npt.NDArray[Any] | None = None,
    step: int | None = None,
    tag: str = "default",
    metadata_header: Sequence[str] | None = None,
) -> None:
    """Write one embedding into a run's ``directory``, which may have some already.

    ``mat`` is (n, d), a point in each row; further axes are flattened. Floats are written as PyTorch writes them:
    ``repr`` of their float64. ``metadata`` holds a label for each point or, with ``metadata_header``, a row of as many.
    ``label_img`` holds a thumbnail for each, (n, c, h, w) or (n, h, w), of 1, 3 or 4 channels (alpha is dropped), as
    numbers of 0 to 1 or levels of 0 to 255. ``step`` is 0 by default. An embedding of the same tag and step is
    replaced, any other stays, whoever wrote it.

    ``ArgumentError`` and ``ArgumentTypeError`` come before anything is written, ``OSError`` while it is.
    """
    prepare_embedding(mat, metadata, label_img, step, tag, metadata_header).write(directory)


def prepare_embedding(
    mat: npt.NDArray[Any],
    metadata: Iterable[Any] | None = None,
    label_img: npt.NDArray[Any] | None = None,
    step: int | None = None,
    tag: str = "default",
    metadata_header: Sequence[str] | None = None,
) -> PreparedEmbedding:
    """What ``write_embedding`` finds out before it writes: whether everything is as it should be."""
    matrix = _as_matrix(mat)
    lines = None if metadata is None else _label_lines(metadata, metadata_header, len(matrix))
    thumbnails = None if label_img is None else _as_thumbnails(label_img, len(matrix))
    number = str(step or 0).zfill(5)
    return PreparedEmbedding(f"{tag}:{number}", posixpath.join(number, _directory_name(tag)), matrix, lines, thumbnails)


@dataclass(frozen=True, slots=True, eq=False)
class PreparedEmbedding:
    """One embedding whose parts fit together."""

    name: str
    place: str
    """Its directory below the run's."""
    matrix: npt.NDArray[Any]
    """(n, d)"""
    lines: list[str] | None
    """The labels, as they stand in their table."""
    thumbnails: npt.NDArray[Any] | None
    """(n, c, h, w)"""

    def write(self, directory: str | os.PathLike[str]) -> None:
        """Into a run's directory. ``OSError``; what is there then is whole files that no configuration lists."""
        directory = os.fspath(directory)
        info = EmbeddingInfo(
            tensor_name=self.name,
            tensor_shape=list(self.matrix.shape),
            tensor_path=posixpath.join(self.place, "tensors.tsv"),
        )
        os.makedirs(os.path.join(directory, self.place), exist_ok=True)
        if self.lines is not None:
            info.metadata_path = posixpath.join(self.place, "metadata.tsv")
            table = "\n".join(self.lines).encode("utf-8", "backslashreplace")
            _write_file(os.path.join(directory, info.metadata_path), [table, b"\n"])
        if self.thumbnails is not None:
            sprite, size = _make_sprite(self.thumbnails)
            path = posixpath.join(self.place, "sprite.png")
            info.sprite = SpriteMetadata(image_path=path, single_image_dim=list(size))
            _write_file(os.path.join(directory, path), [sprite])
        _write_file(os.path.join(directory, info.tensor_path), _table_blocks(self.matrix))
        _add_to_config(os.path.join(directory, CONFIG_NAME), info)


# The points


def _as_matrix(mat: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if mat.ndim < 2 or mat.size == 0:
        raise ArgumentError(f"mat: got shape {mat.shape}, want (points, dimensions), at least one of each")
    if mat.dtype.kind not in "biuf":
        raise ArgumentTypeError(f"mat: got dtype {mat.dtype}, want real numbers")
    return mat.reshape(len(mat), -1)


def _table_blocks(matrix: npt.NDArray[Any]) -> Iterator[bytes]:
    rows = max(1, BLOCK_VALUES // matrix.shape[1])
    for start in range(0, len(matrix), rows):
        block = matrix[start : start + rows]
        if block.dtype.kind in "iu":
            yield "".join("\t".join(map(str, row)) + "\n" for row in block.tolist()).encode()
        elif block.dtype.itemsize > 4:
            yield format_table(np.ascontiguousarray(block, np.float64))
        else:
            yield format_table(np.ascontiguousarray(block, np.float32))


# The labels


def _label_lines(metadata: Iterable[Any], header: Sequence[str] | None, count: int) -> list[str]:
    labels = _as_list(metadata, "metadata")
    if len(labels) != count:
        raise ArgumentError(f"metadata: got {len(labels)} labels, want one for each of the {count} points")
    if not header:
        return [_line([label]) for label in labels]
    names = _as_list(header, "metadata_header")
    rows = [_as_list(row, f"metadata[{index}]") for index, row in enumerate(labels)]
    for index, row in enumerate(rows):
        if len(row) != len(names):
            raise ArgumentError(
                f"metadata[{index}]: got {len(row)} values, want {len(names)}, one for each name in metadata_header"
            )
    lines = list(map(_line, rows))
    # A first line without a tab is no header to TensorBoard: it would be the first point's label.
    return [_line(names), *lines] if len(names) > 1 else lines


def _as_list(values: Any, argument: str) -> list[Any]:
    if callable(getattr(values, "detach", None)):
        values = values.tolist()
    if isinstance(values, (str, bytes)):
        raise ArgumentTypeError(f"{argument}: got {type(values).__name__} {values!r}, want a list")
    try:
        return list(values)
    except TypeError:
        raise ArgumentTypeError(f"{argument}: got {type(values).__name__}, want a list") from None


def _line(cells: list[Any]) -> str:
    texts = []
    for cell in cells:
        if callable(getattr(cell, "detach", None)) and cell.numel() == 1:
            cell = cell.item()  # 3, not tensor(3)
        texts.append(str(cell).translate(_STAND_INS))
    line = "\t".join(texts)
    return line if line.strip().strip("\ufeff") else "\t".join([BLANK, *texts[1:]])


# The thumbnails


def _as_thumbnails(pictures: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
    """(n, c, h, w)"""
    if pictures.ndim == 3:
        pictures = pictures[:, np.newaxis]
    if pictures.ndim != 4 or pictures.shape[1] not in (1, 3, 4) or 0 in pictures.shape:
        raise ArgumentError(
            f"label_img: got shape {pictures.shape}, want (pictures, channels, height, width) with 1, 3 or 4 channels"
        )
    if len(pictures) != count:
        raise ArgumentError(f"label_img: got {len(pictures)} pictures, want one for each of the {count} points")
    if pictures.dtype.kind not in "biuf":
        raise ArgumentTypeError(f"label_img: got dtype {pictures.dtype}, want uint8, another integer, bool or a float")
    return pictures[:, :3]


def _make_sprite(pictures: npt.NDArray[Any]) -> tuple[bytes, tuple[int, int]]:
    """A PNG with all pictures, and the width and height of one.

    As many cells in a column as in a row: TensorBoard takes the one for the other when it looks for a picture's row, so
    others than PyTorch's square pictures would be mixed up. Cells that are left over are black.
    """
    try:
        import PIL.Image
    except ImportError as error:
        raise MissingExtra("pictures are encoded by Pillow, which is not installed: pip install pillow") from error
    import io

    count, _, height, width = pictures.shape
    cells = math.isqrt(count - 1) + 1
    shrunk = min(1.0, MAX_SPRITE_SIZE / (cells * max(width, height)))
    size = max(1, int(width * shrunk)), max(1, int(height * shrunk))
    sprite = np.zeros((cells, size[1], cells, size[0], 3), np.uint8)
    is_level = pictures.dtype.kind in "iu" and pictures.max() > 1
    for start in range(0, count, BLOCK_PICTURES):
        block = pictures[start : start + BLOCK_PICTURES]
        levels = np.asarray(block.clip(0, 255), np.uint8) if is_level else to_levels(block, "label_img")
        rgb = np.broadcast_to(levels.transpose(0, 2, 3, 1), (len(block), height, width, 3))
        if size != (width, height):
            # One above the other they are one picture, and no cell's average reaches into another.
            column = PIL.Image.fromarray(np.ascontiguousarray(rgb.reshape(-1, width, 3)))
            column = column.resize((size[0], size[1] * len(block)), PIL.Image.Resampling.BOX)
            rgb = np.asarray(column).reshape(len(block), size[1], size[0], 3)
        row, column_index = np.divmod(np.arange(start, start + len(block)), cells)
        sprite[row, :, column_index] = rgb
    out = io.BytesIO()
    PIL.Image.fromarray(sprite.reshape(cells * size[1], cells * size[0], 3)).save(out, format="PNG")
    return out.getvalue(), size


# The files


def _directory_name(tag: str) -> str:
    """The tag as a directory of its own, as PyTorch encodes it; what would lead elsewhere is encoded too."""
    name = tag.replace("%", "%25").replace("/", "%2f").replace("\\", "%5c").replace("\0", "%00")
    if name in (".", ".."):
        name = name.replace(".", "%2e")
    if len(os.fsencode(name)) > LONGEST_NAME:
        raise ArgumentError(
            f"tag: it is the name of a directory, got {len(os.fsencode(name))} bytes, want at most {LONGEST_NAME}"
        )
    return name


def _write_file(path: str, blocks: Iterable[bytes]) -> None:
    """Under another name until it is whole, so that nobody reads half of it."""
    partial = f"{path}.{os.getpid()}.partial"
    try:
        with open(partial, "wb") as file:
            file.writelines(blocks)
        os.replace(partial, path)
    except BaseException:
        if os.path.exists(partial):
            os.unlink(partial)
        raise


def _add_to_config(path: str, info: EmbeddingInfo) -> None:
    """List an embedding; what is listed already stays as it is written."""
    text = _read_config(path)
    try:
        config = parse_text(ProjectorConfig, text)
    except MalformedMessage as error:
        aside = f"{path}.unreadable"
        os.replace(path, aside)
        import logging  # here: it is a good part of what importing the writer would cost

        logging.getLogger("sightline").warning(f"add_embedding: {path} can't be read ({error}); it is now {aside}")
        text, config = "", ProjectorConfig()
    others = [each for each in config.embeddings if each.tensor_name != info.tensor_name]
    if len(others) < len(config.embeddings):
        config.embeddings = [*others, info]
        _write_file(path, [str(config).encode()])
        return
    entry = str(ProjectorConfig(embeddings=[info])).encode()
    # One write at the end, so that processes that share a run don't overwrite each other's entries.
    with open(path, "ab", buffering=0) as file:
        file.write(entry if not text or text.endswith("\n") else b"\n" + entry)


def _read_config(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""
