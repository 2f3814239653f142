"""Arrays and matplotlib figures to a ``Value`` that holds one PNG, with the pixels that PyTorch's writer makes.

Pillow is imported when the first picture is written, matplotlib never before a figure of its own is given.
"""

from __future__ import annotations

import io
import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sightline.errors import ArgumentError, ArgumentTypeError, MissingExtra
from sightline.format.event import Image, Value
from sightline.kinds.pixels import to_levels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    Pixels = npt.NDArray[np.uint8]

__all__ = ["GRID_COLUMNS", "encode_figure", "encode_image", "encode_image_with_boxes"]

GRID_COLUMNS = 8
"""A batch is laid out in rows of eight, as PyTorch's writer does."""


def encode_image(tag: str, array: npt.NDArray[Any], dataformats: str) -> Value:
    """One picture.

    ``dataformats`` names the axes of ``array``, in any order: HW (grey), CHW with 1 (grey), 3 (RGB) or 4 (RGBA)
    channels, NCHW for a batch, which is laid out as a grid. uint8 is taken as it is; bool, floats and integers of
    0 and 1 are multiplied by 255; integers with a larger maximum are levels 0..255. Everything is clipped to 0..255,
    fractions are dropped, NaN is black.
    """
    return _encode_pixels(tag, to_levels(_to_hwc(array, dataformats.upper()), "img_tensor"))


def encode_image_with_boxes(
    tag: str,
    array: npt.NDArray[Any],
    boxes: npt.NDArray[Any],
    dataformats: str,
    rescale: float = 1,
    labels: Sequence[str] | None = None,
) -> Value:
    """One picture with rectangles drawn on it, red and two pixels wide, each with its label at its foot.

    ``boxes`` is (N, 4), or (4,) for one: x and y of two opposite corners in pixels, from the top left. ``rescale``
    resizes the picture afterwards. Labels are one for each box.
    """
    boxes = boxes.reshape(1, 4) if boxes.shape == (4,) else boxes
    if boxes.ndim != 2 or boxes.shape[1] != 4 or boxes.dtype.kind not in "iuf":
        raise ArgumentError(
            f"box_tensor: got shape {boxes.shape} and dtype {boxes.dtype}, want (N, 4) numbers: x1, y1, x2, y2"
        )
    if not np.isfinite(boxes).all():
        raise ArgumentError("box_tensor: got a corner that is NaN or infinite, want pixels")
    if labels is not None and len(labels) != len(boxes):
        raise ArgumentError(f"labels: got {len(labels)} for {len(boxes)} boxes, want one for each")
    if not 0 < rescale < math.inf:
        raise ArgumentError(f"rescale: got {rescale}, want a positive number")
    pixels = _to_rgb(to_levels(_to_hwc(array, dataformats.upper()), "img_tensor"))
    image_module, draw_module = _import_pillow()
    picture = image_module.fromarray(np.ascontiguousarray(pixels))
    draw = draw_module.Draw(picture)
    for place, (x1, y1, x2, y2) in enumerate(boxes.tolist()):
        draw.line([(x1, y1), (x1, y2), (x2, y2), (x2, y1), (x1, y1)], width=2, fill="Red")
        if labels is not None and labels[place]:
            _draw_label(draw, labels[place], x1, y2)
    height, width, _ = pixels.shape
    if rescale != 1:
        size = max(1, int(width * rescale)), max(1, int(height * rescale))
        picture = picture.resize(size, image_module.Resampling.LANCZOS)
    return _encode_pixels(tag, np.asarray(picture))


def _draw_label(draw: Any, label: str, left: float, bottom: float) -> None:
    """Black on red, upwards from the box's lower left corner."""
    from PIL import ImageFont

    font = ImageFont.load_default()
    x1, y1, x2, y2 = font.getbbox(label)
    width, height = x2 - x1, y2 - y1
    margin = math.ceil(0.05 * height)
    draw.rectangle([(left, bottom - height - 2 * margin), (left + width, bottom)], fill="Red")
    draw.text((left + margin, bottom - height - margin), label, fill="black", font=font)


def encode_figure(tag: str, figure: Figure | Sequence[Figure], close: bool = True) -> Value:
    """A matplotlib figure, or several of one size as a grid, drawn by the Agg renderer without its alpha channel.

    ``close`` also closes the figures in pyplot; otherwise they keep the canvas they had.
    """
    if not isinstance(figure, Sequence):
        return _encode_pixels(tag, _render(figure, close))
    if not figure:
        raise ArgumentError("figure: got an empty list, want at least one matplotlib figure")
    pictures = [_render(one, close) for one in figure]
    sizes = {picture.shape[1::-1] for picture in pictures}
    if len(sizes) > 1:
        got = ", ".join(f"{width}x{height}" for width, height in sorted(sizes))
        raise ArgumentError(f"figure: got figures of {got} pixels, want one size; log them under tags of their own")
    return _encode_pixels(tag, _to_hwc(np.stack(pictures), "NHWC"))


def _to_hwc(array: npt.NDArray[Any], dataformats: str) -> npt.NDArray[Any]:
    """Axes in the order height, width, channels; a batch as a grid; one channel stays one."""
    if sorted(dataformats) not in (sorted("HW"), sorted("CHW"), sorted("NCHW")):
        raise ArgumentError(f"dataformats: got {dataformats!r}, want an order of HW, CHW or NCHW")
    if array.ndim != len(dataformats):
        raise ArgumentError(
            f"img_tensor: got shape {array.shape} ({array.ndim} axes) with dataformats {dataformats!r}, "
            f"want {len(dataformats)} axes, or dataformats that names {array.ndim}"
        )
    if 0 in array.shape:
        raise ArgumentError(f"img_tensor: got shape {array.shape}, want at least one pixel")
    given = array.shape
    order = "NHWC"[4 - array.ndim :] if array.ndim > 2 else "HW"
    array = array.transpose([dataformats.index(axis) for axis in order])
    if array.ndim == 2:
        array = array[:, :, np.newaxis]
    if array.shape[-1] not in (1, 3, 4):
        raise ArgumentError(
            f"img_tensor: got shape {given}, which is {array.shape[-1]} channels with dataformats={dataformats!r}, "
            "want 1, 3 or 4; is that the order of your axes?"
        )
    return _make_grid(array) if array.ndim == 4 else array


def _make_grid(batch: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """(N, H, W, C) to one picture of up to eight columns, without gaps; cells left over are zero."""
    count, height, width, channels = batch.shape
    columns = min(count, GRID_COLUMNS)
    rows = -(-count // columns)
    cells = np.zeros((rows * columns, height, width, channels), batch.dtype)
    cells[:count] = batch
    cells = cells.reshape(rows, columns, height, width, channels).transpose(0, 2, 1, 3, 4)
    return cells.reshape(rows * height, columns * width, channels)


def _render(figure: Figure, close: bool) -> Pixels:
    if not callable(getattr(figure, "savefig", None)) or not hasattr(figure, "canvas"):
        raise ArgumentTypeError(
            f"figure: got {type(figure).__name__}, want a matplotlib figure or a list of them; "
            "for an Axes pass its .figure"
        )
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    shown_on = figure.canvas
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[:, :, :3].copy()
    # Making a canvas takes the figure away from the window or notebook cell it was shown in.
    figure.set_canvas(shown_on)
    pyplot = sys.modules.get("matplotlib.pyplot")
    if close and pyplot is not None:
        pyplot.close(figure)
    return pixels


def _encode_pixels(tag: str, pixels: Pixels) -> Value:
    pixels = _to_rgb(pixels)
    height, width, channels = pixels.shape
    image = Image(height=height, width=width, colorspace=channels, encoded_image_string=_encode_png(pixels))
    return Value(tag=tag, image=image)


def _to_rgb(pixels: Pixels) -> Pixels:
    """Three or four channels: grey in three, as PyTorch's writer does."""
    return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels


def _import_pillow() -> tuple[Any, Any]:
    try:
        import PIL.Image
        import PIL.ImageDraw
    except ImportError as error:
        raise MissingExtra("pictures are encoded by Pillow, which is not installed: pip install pillow") from error
    return PIL.Image, PIL.ImageDraw


def _encode_png(pixels: Pixels) -> bytes:
    image_module, _ = _import_pillow()
    out = io.BytesIO()
    image_module.fromarray(np.ascontiguousarray(pixels)).save(out, format="PNG")
    return out.getvalue()
