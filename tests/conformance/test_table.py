"""Both kernels print a matrix as Python prints its numbers, and as PyTorch's writer prints embeddings."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.format import table


class Tools(Protocol):
    compiled: ModuleType | None


@pytest.fixture(scope="session", params=["python", "native"])
def format_table(request: pytest.FixtureRequest, tools: Tools) -> Callable[[Any], bytes]:
    if request.param == "python":
        return table.format_table
    if tools.compiled is None:
        pytest.skip("the kernel is not compiled here")
    found: Callable[[Any], bytes] = tools.compiled.format_table
    return found


def lines(matrix: npt.NDArray[Any]) -> bytes:
    """What PyTorch's writer does: ``str`` of ``item()``, value by value."""
    return "".join("\t".join(str(value.item()) for value in row) + "\n" for row in matrix).encode()


doubles = st.floats() | st.floats(-1e17, 1e17) | st.integers(-(2**60), 2**60).map(float)


@settings(max_examples=300)
@given(values=st.lists(doubles, min_size=1, max_size=20))
def test_every_double_is_printed_as_python_prints_it(format_table: Callable[[Any], bytes], values: list[float]) -> None:
    matrix = np.array([values])
    assert format_table(matrix) == lines(matrix)


@settings(max_examples=300)
@given(bits=st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=20))
def test_every_float32_is_printed_as_python_prints_it(format_table: Callable[[Any], bytes], bits: list[int]) -> None:
    matrix = np.array([bits], np.uint32).view(np.float32)
    assert format_table(matrix) == lines(matrix)


EDGES = [
    *(0.0, -0.0, 1.0, 0.1, 1e15, 9999999999999998.0, 1e16, 1.5e16, 1e-4, 9.999e-5, 1e-5, 5e-324),
    *(2.2250738585072014e-308, 1.7976931348623157e308, float("nan"), -float("nan"), float("inf"), -float("inf")),
    *(123456789012.0, 2.0**53),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(20, 1), (4, 5), (1, 20)])
def test_rows_are_lines_and_columns_stand_between_tabs(
    format_table: Callable[[Any], bytes], dtype: Any, shape: tuple[int, int]
) -> None:
    with np.errstate(over="ignore"):
        matrix = np.array(EDGES).astype(dtype).reshape(shape)
    assert format_table(matrix) == lines(matrix)


@pytest.mark.parametrize(("shape", "text"), [((0, 3), b""), ((2, 0), b"\n\n"), ((0, 0), b"")])
def test_an_empty_matrix_is_empty_lines(
    format_table: Callable[[Any], bytes], shape: tuple[int, int], text: bytes
) -> None:
    assert format_table(np.empty(shape, np.float32)) == text


def test_the_longest_numbers_fit(format_table: Callable[[Any], bytes]) -> None:
    matrix = np.full((300, 70), -1.2345678901234567e-308)
    assert format_table(matrix) == lines(matrix)
