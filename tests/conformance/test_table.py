"""Both kernels print a matrix as Python prints its numbers, and as PyTorch's writer prints embeddings."""

from __future__ import annotations

import io
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


def read_by_numpy(text: bytes) -> npt.NDArray[np.float32] | None:
    try:
        with np.errstate(over="ignore"):
            return np.loadtxt(io.StringIO(text.decode()), np.float64, None, "\t", ndmin=2).astype(np.float32)
    except ValueError:
        return None


@pytest.fixture(scope="session")
def parse_table(tools: Tools) -> Callable[[bytes], npt.NDArray[np.float32] | None]:
    if not hasattr(tools.compiled, "parse_table"):
        pytest.skip("the kernel is not compiled here, or can't read tables")
    found: Callable[[bytes], npt.NDArray[np.float32] | None] = tools.compiled.parse_table  # type: ignore[union-attr]
    return found


@settings(max_examples=300)
@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.lists(doubles, min_size=n, max_size=n), min_size=1, max_size=5)))
def test_a_table_is_read_as_numpy_reads_it(parse_table: Any, rows: list[list[float]]) -> None:
    matrix = np.array(rows, np.float64)
    for end in (b"\n", b"\r\n"):
        text = table.format_table(matrix).replace(b"\n", end)
        for content in (text, text.removesuffix(end)):
            found = parse_table(content)
            np.testing.assert_array_equal(found, read_by_numpy(content), strict=True)


FIELDS = (
    "1",
    "-0.5",
    "1e5",
    "nan",
    "-inf",
    "Infinity",
    "1e999",
    "+1",
    "",
    " ",
    "1 2",
    "x",
    "1_0",
    "0x1",
    "nan(7)",
    "1.",
    ".5",
)


@given(st.lists(st.lists(st.sampled_from(FIELDS), max_size=3), max_size=3), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_what_is_read_at_all_is_read_as_numpy_reads_it(parse_table: Any, rows: list[list[str]], end: str) -> None:
    content = end.join("\t".join(row) for row in rows).encode()
    found = parse_table(content)
    if found is not None:
        np.testing.assert_array_equal(found, read_by_numpy(content), strict=True)


@given(st.binary(max_size=50))
def test_no_bytes_are_a_table_to_us_and_none_to_numpy(parse_table: Any, content: bytes) -> None:
    found = parse_table(content)
    if found is not None:
        np.testing.assert_array_equal(found, read_by_numpy(content), strict=True)
