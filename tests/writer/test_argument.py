"""Everything people pass as a number, a step, a time or an array is understood or refused in a clear sentence."""

from __future__ import annotations

import datetime
import decimal
import fractions
import math
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.writer.argument import (
    as_array,
    as_float,
    as_log_directory,
    as_picture,
    as_step,
    as_tag,
    as_wall_time,
)


class Dlpack:
    """An array that offers nothing but DLPack."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def __dlpack__(self, **options: Any) -> Any:
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self.array.__dlpack_device__()


class Jax:
    """As JAX's arrays are: ``__array__``, ``item``, ``size``, no ``detach``."""

    def __init__(self, array: Any) -> None:
        self.array = np.asarray(array)
        self.size, self.shape, self.dtype = self.array.size, self.array.shape, self.array.dtype

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.array

    def item(self) -> Any:
        return self.array.item()


ONE_AND_A_HALF = [
    1.5,
    "1.5",
    b" 1.5\n",
    [1.5],
    (np.float32(1.5),),
    [[1.5]],
    decimal.Decimal("1.5"),
    fractions.Fraction(3, 2),
    np.float16(1.5),
    np.float64(1.5),
    np.array(1.5),
    np.array([1.5]),
    np.array([[[1.5]]], np.longdouble),
    np.array(["1.5"]),
    Jax([1.5]),
    torch.tensor(1.5),
    torch.tensor([[1.5]], dtype=torch.float64),
    torch.tensor(1.5, requires_grad=True),
    torch.tensor(1.5, dtype=torch.float16),
    torch.tensor(1.5, dtype=torch.bfloat16),
    torch.tensor(1.5).to(torch.float8_e4m3fn),
    torch.tensor(1.5).to(torch.float8_e5m2),
    torch.nn.Parameter(torch.tensor([1.5])),
    [torch.tensor(1.5, requires_grad=True)],
]


@pytest.mark.parametrize("value", ONE_AND_A_HALF, ids=lambda value: type(value).__name__)
def test_whatever_holds_one_number_is_that_number(value: Any) -> None:
    assert as_float(value) == 1.5


def test_a_bfloat16_beyond_float16_is_exact() -> None:
    assert as_float(torch.tensor(3e38, dtype=torch.bfloat16)) == float(torch.tensor(3e38, dtype=torch.bfloat16))


def test_booleans_and_large_integers_are_numbers() -> None:
    assert [as_float(True), as_float(np.bool_(False)), as_float(2**70)] == [1.0, 0.0, 2.0**70]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([1.0, 2.0], "list [1.0, 2.0] with 2 elements, want one number; reduce it first"),
        ([], "with 0 elements, want one number; it is empty"),
        (np.zeros(3), "numpy.ndarray of shape (3,) and dtype float64 with 3 elements"),
        (torch.zeros(2, 2), "torch.Tensor of shape (2, 2) and dtype torch.float32 with 4 elements"),
        (torch.zeros(1, device="meta"), "meta device"),
        ("high", "str 'high', want a number or a numeric string"),
        (10**400, "within float64's range"),
    ],
)
def test_a_value_that_is_no_number_is_refused_with_what_was_got(value: Any, words: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        as_float(value)
    assert str(caught.value).startswith("scalar_value: got ")
    assert words in str(caught.value)


@pytest.mark.parametrize("value", [None, {}, object(), 1j, np.datetime64("2026-01-01"), torch.tensor(1j)])
def test_a_type_that_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(ArgumentTypeError, match="want a number, or an array or tensor of one element"):
        as_float(value)


def test_an_error_of_the_device_is_passed_on() -> None:
    class Broken:
        size = 1

        def item(self) -> float:
            raise RuntimeError("CUDA error: device-side assert triggered")

    with pytest.raises(RuntimeError, match="device-side assert"):
        as_float(Broken())


@pytest.mark.parametrize(
    "step",
    [7, 7.9, "7", np.int8(7), np.uint64(7), np.float32(7.5), np.array([7]), torch.tensor(7), Jax(7)],
    ids=lambda step: type(step).__name__,
)
def test_whatever_holds_an_integer_is_that_step(step: Any) -> None:
    assert as_step(step) == 7


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_64_bit_step_is_kept(step: int) -> None:
    assert as_step(step) == step
    assert as_step(np.int64(step)) == step


@pytest.mark.parametrize("step", [2**63, -(2**63) - 1, np.uint64(2**63), math.nan, math.inf, "x", np.arange(2)])
def test_a_step_beyond_64_bits_or_no_number_is_refused(step: Any) -> None:
    with pytest.raises(ArgumentError, match=r"^global_step: got .*integer"):
        as_step(step)


@pytest.mark.parametrize("step", [[1], {}, object(), 1j])
def test_a_type_that_is_no_step_is_refused(step: Any) -> None:
    with pytest.raises(ArgumentTypeError, match="want an integer or None"):
        as_step(step)


@pytest.mark.parametrize("wall_time", [math.nan, math.inf, -math.inf])
def test_a_wall_time_has_to_be_finite(wall_time: float) -> None:
    with pytest.raises(ArgumentError, match="want finite seconds"):
        as_wall_time(wall_time)


def test_a_datetime_is_answered_with_what_to_pass() -> None:
    with pytest.raises(ArgumentTypeError, match=r"pass its \.timestamp\(\)"):
        as_wall_time(datetime.datetime(2026, 1, 1))


def test_a_lone_surrogate_becomes_a_readable_escape() -> None:
    assert as_tag("caf\udce9/损失") == "caf\\udce9/损失"


@pytest.mark.parametrize("tag", [None, 5, b"loss", ["loss"]])
def test_a_tag_has_to_be_a_string(tag: Any) -> None:
    with pytest.raises(ArgumentTypeError, match="want a string such as 'loss/train'"):
        as_tag(tag)


def test_a_directory_is_made_absolute() -> None:
    assert as_log_directory(Path("runs/a")) == str(Path.cwd() / "runs" / "a")


@pytest.mark.parametrize("path", ["s3://bucket/run", "gs://bucket/run", "hdfs://host/run", "run\0"])
def test_a_directory_that_is_not_local_is_refused(path: str) -> None:
    with pytest.raises(ArgumentError, match=r"^log_dir: got"):
        as_log_directory(path)


@pytest.mark.parametrize("path", [5, 1.5, ["runs"]])
def test_a_directory_has_to_be_a_path(path: Any) -> None:
    with pytest.raises(ArgumentTypeError, match="want a path"):
        as_log_directory(path)


GRID = [[0.0, 0.5], [1.0, -1.5]]


@pytest.mark.parametrize(
    "value",
    [
        np.array(GRID),
        GRID,
        Jax(GRID),
        Dlpack(np.array(GRID)),
        torch.tensor(GRID, requires_grad=True),
        torch.tensor(GRID).to_sparse(),
        torch.tensor(GRID, dtype=torch.bfloat16),
        torch.tensor(GRID).to(torch.float8_e4m3fn),
        torch.tensor(GRID, dtype=torch.complex64).conj().real,
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_array_of_any_library_is_numpys(value: Any) -> None:
    assert as_array(value, "img_tensor").tolist() == GRID


def test_numpys_bfloat16_by_jax_is_exact() -> None:
    bfloat16 = pytest.importorskip("ml_dtypes", reason="ml_dtypes, which comes with JAX, is not installed").bfloat16

    assert as_float(np.array(1.5, bfloat16)) == 1.5
    assert as_array(np.array(GRID, bfloat16), "img_tensor").tolist() == GRID


@pytest.mark.filterwarnings("ignore:ComplexHalf support is experimental")
def test_a_complex_tensor_that_numpy_has_not_keeps_its_imaginary_part() -> None:
    tensor = torch.tensor([1 + 2j, -0.5j]).to(torch.complex32)

    assert as_array(tensor, "tensor").tolist() == [1 + 2j, -0.5j]


@pytest.mark.parametrize("value", [None, "x.png", b"", [[1], [1, 2]], object(), np.array(["a"])])
def test_what_is_no_array_is_refused(value: Any) -> None:
    with pytest.raises(ArgumentTypeError, match=r"^img_tensor: got"):
        as_array(value, "img_tensor")


def test_a_meta_tensor_is_refused_where_torch_writes_random_numbers() -> None:
    with pytest.raises(ArgumentError, match="meta device"):
        as_array(torch.zeros(2, device="meta"), "img_tensor")


@pytest.mark.parametrize(
    ("mode", "shape", "axes"),
    [("1", (4, 6), "HW"), ("L", (4, 6), "HW"), ("RGB", (4, 6, 3), "HWC"), ("RGBA", (4, 6, 4), "HWC"),
     ("LA", (4, 6, 4), "HWC"), ("P", (4, 6, 3), "HWC"), ("CMYK", (4, 6, 3), "HWC")],
)  # fmt: skip
def test_a_pil_image_brings_its_own_axes(mode: str, shape: tuple[int, ...], axes: str) -> None:
    array, got_axes = as_picture(PIL.Image.new(mode, (6, 4)), "CHW")

    assert (array.shape, got_axes) == (shape, axes)
    assert array.dtype == np.uint8


def test_dataformats_has_to_be_a_string() -> None:
    with pytest.raises(ArgumentTypeError, match=r"^dataformats: got NoneType None"):
        as_picture(np.zeros((2, 2)), None)
