"""Checksums and frames: published vectors, and other writers' bytes."""

from __future__ import annotations

import math
import random
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New, masked_crc32c

# RFC 3720, appendix B.4, and the check value of the CRC catalogues.
VECTORS = [
    (b"", 0),
    (b"123456789", 0xE3069283),
    (bytes(32), 0x8A9136AA),
    (b"\xff" * 32, 0x62A8AB43),
    (bytes(range(32)), 0x46DD794E),
    (bytes(reversed(range(32))), 0x113FDB5C),
]
GOLDEN_FIRST_RECORD = bytes.fromhex("1800000000000000a37f4b22090000803899d6d7411a0d627261696e2e4576656e743a32124b36ab")


@pytest.mark.parametrize(("data", "crc"), VECTORS)
def test_published_vectors(kernel: Any, data: bytes, crc: int) -> None:
    assert kernel.crc32c(data) == crc


def test_masked_vectors(kernel: Any) -> None:
    assert kernel.masked_crc32c(b"\x1a\x11CRC test, one two") == 0x5794D08A
    assert kernel.masked_crc32c(struct.pack("<Q", 24)) == 0x224B7FA3


@pytest.mark.parametrize("size", [*range(70), 255, 1023, 1024, 3071, 3072, 3073, 6144, 10_001])
def test_every_length_and_alignment_has_one_checksum(tools: Any, size: int) -> None:
    data = random.Random(size).randbytes(size + 8)
    for start in range(1 if size > 70 else 8):
        piece = memoryview(data)[start : start + size]
        want = tools.python.crc32c(piece)
        for kernel in tools.kernels:
            assert kernel.crc32c(piece) == want
            half = size // 2
            assert kernel.crc32c(piece[half:], kernel.crc32c(piece[:half])) == want
        if tools.compiled:
            assert tools.compiled.crc32c_by_table(piece) == want


def test_the_mask_is_tensorboards(kernel: Any) -> None:
    data = random.Random(1).randbytes(1000)
    assert kernel.masked_crc32c(data) == masked_crc32c(data)


def test_any_buffer_is_accepted(kernel: Any) -> None:
    for data in (b"123456789", bytearray(b"123456789"), memoryview(b"0123456789")[1:]):
        assert kernel.crc32c(data) == 0xE3069283
    with pytest.raises(TypeError):
        kernel.crc32c("123456789")


def test_a_frame_is_the_golden_record(kernel: Any) -> None:
    assert kernel.frame(GOLDEN_FIRST_RECORD[12:-4]) == GOLDEN_FIRST_RECORD


@pytest.mark.parametrize("size", [0, 1, 100, 70_000])
def test_tensorboard_reads_a_frame(kernel: Any, size: int, tmp_path: Any) -> None:
    payload = random.Random(size).randbytes(size)
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(kernel.frame(payload))
    reader = PyRecordReader_New(str(path))
    reader.GetNext()
    assert reader.record() == payload


@given(
    tag=st.binary(max_size=300),
    value=st.floats(),
    step=st.none() | st.integers(-(2**63), 2**63 - 1),
    wall_time=st.floats(),
)
def test_both_kernels_frame_the_same_scalar(
    tools: Any, tag: bytes, value: float, step: int | None, wall_time: float
) -> None:
    first, *others = (kernel.frame_scalar(tag, value, step, wall_time) for kernel in tools.kernels)
    assert all(other == first for other in others)


@given(
    tag=st.text(st.characters(codec="utf-8"), max_size=200),
    value=st.floats(width=32),
    step=st.integers(-(2**63), 2**63 - 1),
    wall_time=st.floats(),
)
def test_a_framed_scalar_is_what_protobuf_writes(
    tools: Any, tag: str, value: float, step: int, wall_time: float
) -> None:
    event = Event(wall_time=wall_time, step=step)
    event.summary.value.add(tag=tag, simple_value=value)
    if not tag:
        event.summary.value[0].ClearField("tag")
    payload = event.SerializeToString()
    for kernel in tools.kernels:
        record = kernel.frame_scalar(tag.encode(), value, step, wall_time)
        if tag:
            assert record == kernel.frame(payload)
        else:
            assert Event.FromString(record[12:-4]).summary.value[0].WhichOneof("value") == "simple_value"


def test_a_value_beyond_float32_becomes_infinite(kernel: Any) -> None:
    for value, want in ((1e39, math.inf), (-1e39, -math.inf)):
        event = Event.FromString(kernel.frame_scalar(b"a", value, 1, 2.0)[12:-4])
        assert event.summary.value[0].simple_value == want


def test_no_step_is_step_zero(kernel: Any) -> None:
    assert kernel.frame_scalar(b"a", 1.0, None, 2.0) == kernel.frame_scalar(b"a", 1.0, 0, 2.0)


@pytest.mark.parametrize("step", [2**63, -(2**63) - 1])
def test_a_step_that_is_no_int64_is_refused(kernel: Any, step: int) -> None:
    with pytest.raises(OverflowError):
        kernel.frame_scalar(b"a", 1.0, step, 2.0)


def test_a_step_that_is_no_integer_is_refused(kernel: Any) -> None:
    for step in (1.5, "1"):
        with pytest.raises(TypeError):
            kernel.frame_scalar(b"a", 1.0, step, 2.0)
