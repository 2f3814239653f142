"""Whatever people pass as a number, a step, a time, a tag or an array, to the one form that is kept.

Tensors are recognised by what they can do (``item``, ``detach``, ``__array__``, ``__dlpack__``), never by importing
the library they come from. What can't be used raises at once: what was got, what is wanted, what to do.
"""

from __future__ import annotations

import math
import operator
import os
from collections.abc import Sequence
from typing import Any, SupportsFloat, SupportsInt, TypeAlias

import numpy as np
import numpy.typing as npt

from sightline.errors import ArgumentError, ArgumentTypeError

__all__ = [
    "ArrayLike",
    "ScalarLike",
    "StepLike",
    "as_array",
    "as_float",
    "as_log_directory",
    "as_picture",
    "as_step",
    "as_tag",
    "as_text",
    "as_wall_time",
    "describe",
]

ScalarLike: TypeAlias = SupportsFloat | str | npt.NDArray[Any] | Sequence[float]
"""A Python or NumPy number, an array or tensor of one element on any device, a list of one, a numeric string."""
StepLike: TypeAlias = SupportsInt | SupportsFloat | str
"""An integer of any library; like torch, also a float or a numeric string, whose fraction is dropped."""
ArrayLike: TypeAlias = Any
"""An array or tensor of any library on any device, a nested list of numbers, or a PIL image."""

_LOWEST_STEP, _HIGHEST_STEP = -(2**63), 2**63 - 1


def as_float(value: Any, argument: str = "scalar_value") -> float:
    """One number. A tensor's value is fetched with ``item()``: exact for bfloat16 and float8, silent with grad."""
    if isinstance(value, (float, int)):
        return _to_float(value, value, argument)
    if isinstance(value, (list, tuple)):
        if len(value) != 1:
            raise ArgumentError(_not_one_number(value, argument, len(value)))
        return as_float(value[0], argument)
    number = value
    if callable(getattr(value, "item", None)):
        count = _element_count(value)
        if count is not None and count != 1:
            raise ArgumentError(_not_one_number(value, argument, count))
        if getattr(value, "is_meta", False):
            raise ArgumentError(f"{argument}: got {describe(value)} on the meta device, which holds no value")
        # An error from here is the device's own (an assertion on the GPU, say) and is passed on as it is.
        number = value.item()
    return _to_float(number, value, argument)


def _to_float(number: Any, value: Any, argument: str) -> float:
    try:
        return float(number)
    except OverflowError:
        raise ArgumentError(f"{argument}: got {describe(value)}, want a number within float64's range") from None
    except ValueError:
        raise ArgumentError(f"{argument}: got {describe(value)}, want a number or a numeric string") from None
    except TypeError:
        raise ArgumentTypeError(
            f"{argument}: got {describe(value)}, want a number, or an array or tensor of one element"
        ) from None


def _not_one_number(value: Any, argument: str, count: int) -> str:
    advice = "reduce it first (for example .mean()) or log it with add_histogram" if count else "it is empty"
    return f"{argument}: got {describe(value)} with {count} elements, want one number; {advice}"


def as_step(step: Any, argument: str = "global_step") -> int:
    """A step as int64; the fraction of a float is dropped, as torch does."""
    number = step
    if callable(getattr(step, "item", None)):
        count = _element_count(step)
        if count is not None and count != 1:
            raise ArgumentError(f"{argument}: got {describe(step)} with {count} elements, want one integer")
        number = step.item()
    try:
        result = operator.index(number) if hasattr(number, "__index__") else int(number)
    except (ValueError, OverflowError):  # int("x"), int(nan), int(inf)
        raise ArgumentError(f"{argument}: got {describe(step)}, want an integer") from None
    except TypeError:
        raise ArgumentTypeError(f"{argument}: got {describe(step)}, want an integer or None") from None
    if not _LOWEST_STEP <= result <= _HIGHEST_STEP:
        raise ArgumentError(f"{argument}: got {result}, want a 64-bit integer: -2**63 to 2**63 - 1")
    return result


def as_wall_time(wall_time: Any, argument: str = "walltime") -> float:
    """Seconds since the Unix epoch, finite: a NaN there makes some readers give up on the whole file."""
    if not isinstance(wall_time, (float, int)) and hasattr(wall_time, "timestamp"):
        raise ArgumentTypeError(f"{argument}: got {describe(wall_time)}, want seconds: pass its .timestamp()")
    seconds = as_float(wall_time, argument)
    if not math.isfinite(seconds):
        raise ArgumentError(
            f"{argument}: got {seconds}, want finite seconds since the Unix epoch, as time.time() gives"
        )
    return seconds


def as_tag(tag: Any, argument: str = "tag") -> str:
    """A tag, any text. Halves of surrogate pairs, which UTF-8 can't hold, become readable escapes."""
    if not isinstance(tag, str):
        raise ArgumentTypeError(f"{argument}: got {describe(tag)}, want a string such as 'loss/train'")
    return tag if tag.isascii() else tag.encode("utf-8", "backslashreplace").decode("utf-8")


def as_text(text: Any, argument: str = "text_string") -> str:
    """Text to log, any string; escapes as for tags."""
    if not isinstance(text, str):
        raise ArgumentTypeError(
            f"{argument}: got {describe(text)}, want a string (Markdown); use str(...) or repr(...)"
        )
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def as_log_directory(log_dir: Any, argument: str = "log_dir") -> str:
    """A local directory's absolute path, so that a later ``chdir`` does not scatter a run."""
    try:
        path = os.fsdecode(log_dir)
    except TypeError:
        raise ArgumentTypeError(f"{argument}: got {describe(log_dir)}, want a path: str or pathlib.Path") from None
    if path.partition("://")[0].isalnum() and "://" in path:
        raise ArgumentError(
            f"{argument}: got {path!r}, want a local directory; write locally and copy the files (they only ever grow)"
        )
    if "\0" in path:
        raise ArgumentError(f"{argument}: got {path!r}, want a path without NUL characters")
    return os.path.abspath(path)


def as_array(value: Any, argument: str) -> npt.NDArray[Any]:
    """Any library's array or tensor as NumPy's, detached and on the host.

    Types that NumPy has not (bfloat16, float8) become float32, which holds them exactly. Where nothing has to be
    converted the memory is shared.
    """
    if isinstance(value, np.ndarray):
        array = value
    elif callable(getattr(value, "detach", None)):  # torch
        array = _from_torch(value, argument)
    else:
        array = _from_other(value, argument)
    if array.dtype.kind not in "biufc":
        # The extension types of JAX's ml_dtypes convert; text and objects do not.
        try:
            array = array.astype(np.float32)
        except (TypeError, ValueError):
            raise ArgumentTypeError(f"{argument}: got {describe(value)}, want an array of numbers") from None
    return array


def _from_torch(tensor: Any, argument: str) -> npt.NDArray[Any]:
    if getattr(tensor, "is_meta", False):
        raise ArgumentError(f"{argument}: got {describe(tensor)} on the meta device, which holds no values")
    tensor = tensor.detach().cpu()
    if getattr(tensor, "is_sparse", False) or getattr(tensor, "is_sparse_csr", False):
        tensor = tensor.to_dense()
    if callable(getattr(tensor, "resolve_neg", None)):  # a view with the sign or conjugation still to be applied
        tensor = tensor.resolve_conj().resolve_neg()
    try:
        array: npt.NDArray[Any] = tensor.numpy()
    except TypeError:  # bfloat16, float8; complex32
        array = (tensor.cfloat() if tensor.is_complex() else tensor.float()).numpy()
    return array


def _from_other(value: Any, argument: str) -> npt.NDArray[Any]:
    for fetch in ("get", "asnumpy"):  # CuPy, MXNet: their __array__ refuses to copy from the device
        if hasattr(value, "__cuda_array_interface__") and callable(getattr(value, fetch, None)):
            return np.asarray(getattr(value, fetch)())
    if value is None or isinstance(value, (str, bytes)):
        raise ArgumentTypeError(f"{argument}: got {describe(value)}, want an array or a tensor")
    if hasattr(value, "__dlpack__") and not hasattr(value, "__array__"):
        return np.from_dlpack(value)
    try:
        return np.asarray(value)
    except (TypeError, ValueError):  # a ragged list, an object that refuses
        raise ArgumentTypeError(f"{argument}: got {describe(value)}, want an array or a tensor") from None


def as_picture(value: Any, dataformats: Any, argument: str = "img_tensor") -> tuple[npt.NDArray[Any], str]:
    """An array and its axes. A PIL image brings its own axes, whatever ``dataformats`` says."""
    if type(value).__module__.partition(".")[0] == "PIL" or hasattr(value, "getbands"):
        mode = "L" if value.mode in ("1", "L") else "RGBA" if value.has_transparency_data else "RGB"
        return np.asarray(value.convert(mode)), "HW" if mode == "L" else "HWC"
    if not isinstance(dataformats, str):
        raise ArgumentTypeError(f"dataformats: got {describe(dataformats)}, want a string such as 'CHW' or 'NHWC'")
    return as_array(value, argument), dataformats


def describe(value: Any) -> str:
    """What was got, in a few words: type, and shape and dtype where it has them, or else its repr."""
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    shape = getattr(value, "shape", None)
    if shape is not None and hasattr(value, "dtype"):
        return f"{name} of shape {tuple(shape)} and dtype {value.dtype}"
    text = repr(value)
    return f"{name} {text if len(text) <= 60 else text[:57] + '...'}"


def _element_count(value: Any) -> int | None:
    """How many elements an array has: torch and Paddle say ``numel()``, the others ``size``; None if neither."""
    numel = getattr(value, "numel", None)
    if callable(numel):
        return int(numel())
    size = getattr(value, "size", None)
    return size if isinstance(size, int) else None
