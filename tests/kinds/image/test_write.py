"""Pictures have the size, the channels and the pixels that torch's own functions give them."""

from __future__ import annotations

import importlib
import io
from itertools import permutations
from typing import Any

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.summary_pb2 import Summary

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.format.event import Value
from sightline.kinds.image.write import encode_figure, encode_image

torch_summary: Any = importlib.import_module("torch.utils.tensorboard.summary")
torch_utils: Any = importlib.import_module("torch.utils.tensorboard._utils")
tensorboardx_summary: Any = importlib.import_module("tensorboardX.summary")


def decode(value: Any) -> tuple[tuple[str, int, int, int], npt.NDArray[Any]]:
    """What a Value says of its picture, and the pixels of the picture."""
    image = value.image
    pixels = np.asarray(PIL.Image.open(io.BytesIO(image.encoded_image_string)))
    return (value.tag, image.height, image.width, image.colorspace), pixels


def assert_same(mine: Value, want: Any) -> None:
    mine_header, mine_pixels = decode(Summary.Value.FromString(mine.SerializeToString()))
    want_header, want_pixels = decode(want)
    assert mine_header == want_header
    np.testing.assert_array_equal(mine_pixels, want_pixels)


def array_of(axes: str, channels: int, dtype: Any, seed: int = 0) -> npt.NDArray[Any]:
    sizes = {"N": 11, "C": channels, "H": 5, "W": 7}
    shape = [sizes[axis] for axis in axes]
    generator = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        return (generator.random(shape) * 1.5 - 0.25).astype(dtype)  # some below 0, some above 1
    return generator.integers(0, 2 if np.dtype(dtype).kind == "b" else 256, shape).astype(dtype)


ORDERS = ["".join(order) for axes in ("HW", "CHW", "NCHW") for order in permutations(axes)]


@pytest.mark.parametrize("dtype", [np.uint8, np.float16, np.float32, np.float64, np.bool_])
@pytest.mark.parametrize("order", ORDERS)
def test_every_order_of_the_axes_gives_torchs_pixels(order: str, dtype: Any) -> None:
    for channels in (1, 3):
        array = array_of(order, channels, dtype)
        assert_same(encode_image("x", array, order), torch_summary.image("x", array, dataformats=order).value[0])


@pytest.mark.parametrize("order", ["CHW", "hwc"])
def test_four_channels_keep_their_alpha(order: str) -> None:
    array = array_of(order.upper(), 4, np.uint8)

    assert_same(encode_image("x", array, order), torch_summary.image("x", array, dataformats=order).value[0])


def test_a_batch_with_alpha_is_tensorboardxs_where_torch_refuses() -> None:
    array = array_of("NCHW", 4, np.uint8)

    assert_same(encode_image("x", array, "NCHW"), tensorboardx_summary.image("x", array, dataformats="NCHW").value[0])


@pytest.mark.parametrize("count", [1, 7, 8, 9, 17])
def test_a_grid_has_eight_columns_at_most(count: int) -> None:
    array = np.random.default_rng(1).random((count, 3, 4, 6))

    assert_same(encode_image("x", array, "NCHW"), torch_summary.image("x", array, dataformats="NCHW").value[0])


@given(st.lists(st.floats(allow_nan=False, width=32) | st.floats(-0.1, 1.1), min_size=1, max_size=50))
def test_every_finite_or_infinite_float_gives_torchs_level(values: list[float]) -> None:
    array = np.array([values], np.float64)
    with np.errstate(over="ignore"):
        want = torch_summary.image("x", array, dataformats="HW").value[0]
        mine = encode_image("x", array, "HW")

    assert_same(mine, want)


def test_nan_is_black() -> None:
    _, pixels = decode(encode_image("x", np.array([[np.nan, 1.0]]), "HW"))

    assert pixels.tolist() == [[[0, 0, 0], [255, 255, 255]]]


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.int64, np.uint16, np.uint32, np.uint64])
def test_integers_of_zero_and_one_are_a_mask_as_in_torch(dtype: Any) -> None:
    array = np.array([[0, 1], [1, 0]], dtype)

    assert_same(encode_image("x", array, "HW"), torch_summary.image("x", array, dataformats="HW").value[0])


def test_larger_integers_are_levels_where_torch_makes_everything_white() -> None:
    array = np.array([[-5, 0, 1, 2, 200, 255, 300]])

    _, pixels = decode(encode_image("x", array, "HW"))

    assert pixels[0, :, 0].tolist() == [0, 0, 1, 2, 200, 255, 255]


@pytest.mark.parametrize(
    ("shape", "order", "words"),
    [
        ((3, 4), "CHW", "want 3 axes"),
        ((3, 4, 5), "CHHW", "dataformats: got 'CHHW'"),
        ((3, 4, 5), "CHX", "dataformats: got 'CHX'"),
        ((2, 5, 3), "CHW", "got shape (2, 5, 3), which is 2 channels with dataformats='CHW', want 1, 3 or 4; is"),
        ((3, 0, 5), "CHW", "want at least one pixel"),
        ((0, 3, 5, 5), "NCHW", "want at least one pixel"),
    ],
)
def test_what_is_no_picture_is_refused_with_what_was_got(shape: tuple[int, ...], order: str, words: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        encode_image("x", np.zeros(shape), order)
    assert words in str(caught.value)


def test_complex_numbers_are_refused() -> None:
    with pytest.raises(ArgumentTypeError, match="complex128"):
        encode_image("x", np.zeros((4, 4), complex), "HW")


def make_figure(width: float = 2) -> Any:
    figure, axes = plt.subplots(figsize=(width, 1.5), dpi=80)
    axes.plot([1, 3, 2])
    figure.patch.set_alpha(0.5)
    return figure


def test_a_figure_has_torchs_pixels() -> None:
    want = torch_summary.image("x", torch_utils.figure_to_image(make_figure()), dataformats="CHW").value[0]

    assert_same(encode_figure("x", make_figure()), want)
    assert plt.get_fignums() == []


def test_several_figures_are_torchs_grid() -> None:
    pair = torch_utils.figure_to_image([make_figure(), make_figure()])
    want = torch_summary.image("x", pair, dataformats="NCHW").value[0]

    assert_same(encode_figure("x", [make_figure(), make_figure()]), want)


def test_a_figure_that_stays_open_keeps_its_canvas() -> None:
    figure = make_figure()
    canvas = figure.canvas

    encode_figure("x", figure, close=False)

    assert figure.canvas is canvas
    assert plt.fignum_exists(figure.number)
    plt.close(figure)


def test_figures_of_different_sizes_are_refused() -> None:
    figures = [make_figure(2), make_figure(3)]
    with pytest.raises(ArgumentError, match="160x120, 240x120 pixels, want one size"):
        encode_figure("x", figures)


def test_what_is_no_figure_is_refused() -> None:
    figure = make_figure()
    with pytest.raises(ArgumentTypeError, match=r"pass its \.figure"):
        encode_figure("x", figure.axes[0])
    plt.close(figure)
    with pytest.raises(ArgumentError, match="empty list"):
        encode_figure("x", [])
