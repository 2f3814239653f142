"""The pictures of the demo: arrays (height, width, 3) uint8, and a matplotlib figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    Picture = npt.NDArray[np.uint8]
    Floats = npt.NDArray[np.floating[Any]]
    Integers = npt.NDArray[np.integer[Any]]

__all__ = ["confusion_figure", "draw_filters", "draw_predictions", "tile"]

DIGIT_PIXELS = 56
"""Side of a digit in a picture; the data has 8."""
PAPER = (247, 246, 242)
INK = (30, 30, 40)
WRONG = (213, 94, 0)
"""Vermillion of Okabe and Ito's palette: stands out for colour-blind people too. The written number says the same."""
COOL, WARM = np.array([0, 114, 178]), np.array([213, 94, 0])


def tile(digits: Floats, columns: int, gap: int = 4) -> Picture:
    """Digits (n, 8, 8), ink in 0..1, enlarged smoothly, as dark ink on paper in rows of ``columns``."""
    import PIL.Image

    size = (DIGIT_PIXELS, DIGIT_PIXELS)
    enlarged = np.stack(
        [
            np.asarray(PIL.Image.fromarray(np.asarray(digit, np.float32)).resize(size, PIL.Image.Resampling.BICUBIC))
            for digit in digits
        ]
    )
    ink = np.clip(enlarged, 0, 1)[..., np.newaxis]
    return _grid(np.asarray(PAPER) * (1 - ink) + np.asarray(INK) * ink, columns, gap)


def draw_predictions(digits: Floats, labels: Integers, predictions: Integers, columns: int) -> Picture:
    """Digits with what the network takes them for: wrong answers are written beside and framed."""
    import PIL.Image
    import PIL.ImageDraw

    gap = 10
    picture = PIL.Image.fromarray(tile(digits, columns, gap))
    pen = PIL.ImageDraw.Draw(picture)
    cell = DIGIT_PIXELS + gap
    for index, (label, prediction) in enumerate(zip(labels, predictions, strict=True)):
        row, column = divmod(index, columns)
        left, top = gap + column * cell, gap + row * cell
        if prediction != label:
            pen.rectangle((left - 4, top - 4, left + DIGIT_PIXELS + 3, top + DIGIT_PIXELS + 3), outline=WRONG, width=3)
            pen.rectangle((left, top, left + 10, top + 12), fill=WRONG)
            pen.text((left + 3, top), str(prediction), fill=(255, 255, 255))
    return np.asarray(picture)


def draw_filters(weights: Floats) -> Picture:
    """Filters (n, k, k): blue where they subtract, orange where they add, white where they ignore."""
    strength = weights / max(float(np.abs(weights).max()), 1e-9)
    amount = np.abs(strength)[..., np.newaxis]
    colour = np.where(strength[..., np.newaxis] < 0, COOL, WARM)
    pixels = 255 * (1 - amount) + colour * amount
    return _grid(pixels.repeat(12, axis=1).repeat(12, axis=2), 8, 4)


def confusion_figure(labels: Integers, predictions: Integers, title: str) -> Figure:
    """Which digits are taken for which, as a matplotlib figure."""
    from matplotlib.figure import Figure

    counts = np.zeros((10, 10), int)
    np.add.at(counts, (labels, predictions), 1)
    figure = Figure(figsize=(4.6, 4.4), dpi=100, layout="constrained")
    axes = figure.subplots()
    most = counts.sum(axis=1).max()
    axes.imshow(np.sqrt(counts), cmap="Blues", vmin=0, vmax=np.sqrt(most))
    for row, column in zip(*np.nonzero(counts), strict=True):
        dark = counts[row, column] > most / 5
        axes.text(
            column,
            row,
            str(counts[row, column]),
            ha="center",
            va="center",
            fontsize=9,
            color="white" if dark else "#202028" if row == column else "#b04a00",
            fontweight="normal" if row == column else "bold",
        )
    axes.set(xticks=range(10), yticks=range(10), xlabel="taken for", ylabel="is", title=title)
    return figure


def _grid(cells: Floats, columns: int, gap: int) -> Picture:
    """(n, h, w, 3) in 0..255, in rows of ``columns`` on paper."""
    count, height, width, _ = cells.shape
    rows = -(-count // columns)
    picture = np.empty((rows * (height + gap) + gap, columns * (width + gap) + gap, 3), np.uint8)
    picture[:] = PAPER
    for index, cell in enumerate(cells):
        row, column = divmod(index, columns)
        top, left = gap + row * (height + gap), gap + column * (width + gap)
        picture[top : top + height, left : left + width] = cell
    return picture
