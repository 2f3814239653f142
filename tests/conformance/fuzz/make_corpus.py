"""Writes the kept corpus of the kernel's fuzzer: small event files, each named for what it shows.

``python tests/conformance/fuzz/make_corpus.py``. The bytes are by TensorBoard's protocol buffers and checksums. A fault
that the fuzzer finds goes in here as well, as small as it can be made.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.compat.proto.types_pb2 import DataType
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

CORPUS = Path(__file__).parent / "corpus"
TIME = 1_700_000_000.25


def header(length: int) -> bytes:
    packed = struct.pack("<Q", length)
    return packed + struct.pack("<I", masked_crc32c(packed))


def framed(payload: bytes) -> bytes:
    return header(len(payload)) + payload + struct.pack("<I", masked_crc32c(payload))


def event(step: int, *values: Summary.Value, **fields: Any) -> bytes:
    summary = Summary(value=values) if values else None
    return bytes(Event(wall_time=TIME + step, step=step, summary=summary, **fields).SerializeToString())


def scalar(step: int, tag: str = "a") -> bytes:
    return framed(event(step, Summary.Value(tag=tag, simple_value=step / 2)))


def damaged_length(record: bytes) -> bytes:
    return record[:8] + bytes([record[8] ^ 1]) + record[9:]


def metadata(plugin: str, description: str = "") -> SummaryMetadata:
    return SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name=plugin), summary_description=description)


def tensor(step: int, name: str, **fields: Any) -> bytes:
    return framed(event(step, Summary.Value(tag=name, tensor=TensorProto(**fields), metadata=metadata("scalars"))))


def tensors_of_every_type() -> bytes:
    records = []
    for name, dtype in DataType.items():
        shape = TensorShapeProto(dim=[TensorShapeProto.Dim(size=1)])
        records.append(tensor(1, name, dtype=dtype, tensor_shape=shape))
        records += [tensor(size, name, dtype=dtype, tensor_content=b"\x3f" * size) for size in (1, 2, 4, 8)]
        lists = {
            "float_val": [0.5, 2.0],
            "double_val": [0.5],
            "int_val": [-1],
            "int64_val": [-(2**63)],
            "bool_val": [True],
            "half_val": [0x3C00, 0x1FFFF],
            "uint32_val": [2**32 - 1],
            "uint64_val": [2**64 - 1],
            "float8_val": b"\x38",
        }
        records.append(tensor(9, name, dtype=dtype, **lists))
    return b"".join(records)


def picture(step: int, size: int) -> bytes:
    value = Summary.Value(tag="image", image=Summary.Image(width=3, encoded_image_string=b"p" * size))
    value.metadata.CopyFrom(metadata("images", "d" * 2000))
    return framed(event(step, value))


def cut(record: bytes, at: int) -> bytes:
    return scalar(1) + record[:at]


def files() -> dict[str, bytes]:
    malformed = event(2, Summary.Value(tag="new", simple_value=1.0)) + b"\x2a\x03\x0a\x05x"
    wrong_payload = bytearray(scalar(3))
    wrong_payload[-1] ^= 1
    double = b"".join((b"\x0a\x01d", b"\x42\x07", b"\x08\x02", b"\x32\x03\0\0\0", metadata_field()))
    return {
        "nothing": b"",
        "no-events": framed(b"") * 3,
        "first-event": framed(event(0, file_version="brain.Event:2")),
        "scalars": b"".join(scalar(step, tag) for step in range(4) for tag in "ab"),
        "negative-step": framed(event(-1, Summary.Value(tag="a", simple_value=1.0))),
        "several-values-in-an-event": framed(
            event(1, Summary.Value(tag="a", simple_value=1), Summary.Value(tag="b"), Summary.Value(tag="a"))
        ),
        "wall-time-and-step-behind-the-summary": framed(
            Event(summary=Summary(value=[Summary.Value(tag="a", simple_value=2)])).SerializeToString()
            + Event(wall_time=TIME, step=7).SerializeToString()
        ),
        "two-summaries-in-an-event": framed(event(1, Summary.Value(tag="a", simple_value=1)) * 2),
        "tag-in-node-name": framed(event(1, Summary.Value(node_name="node", simple_value=1))),
        "tag-that-is-no-text": framed(b"\x2a\x0a\x0a\x08\x0a\x01\xff\x15\0\0\x80\x3f"),
        "graph-and-session-log": framed(event(0, graph_def=b"\x22\x02\x08\x1b"))
        + framed(Event(session_log={"status": 1}).SerializeToString()),
        "tensors-of-every-type": tensors_of_every_type(),
        "number-behind-a-long-field": tensor(
            1, "a", dtype=1, string_val=[b"s" * 3000], float8_val=b"8", float_val=[2.0]
        ),
        "list-element-cut-short": framed(b"\x2a" + bytes([len(double) + 2]) + b"\x0a" + bytes([len(double)]) + double),
        "long-tag-and-description": picture(1, 10) + scalar(2, "t" * 3000),
        "long-picture": scalar(1) + picture(2, 6000) + scalar(3),
        "malformed-event-brings-a-series": scalar(1) + framed(malformed) + scalar(3, "b") + scalar(4, "new"),
        "length-past-the-end-of-a-message": framed(b"\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        "varint-without-end": framed(b"\x10" + b"\xff" * 11),
        "group": framed(b"\x0b\x0c"),
        "cut-in-the-header": cut(scalar(2), 7),
        "cut-behind-the-header": cut(scalar(2), 12),
        "cut-in-the-payload": cut(scalar(2), 20),
        "cut-in-the-last-checksum": cut(scalar(2), len(scalar(2)) - 2),
        "wrong-payload-checksum": scalar(1) + bytes(wrong_payload) + scalar(4),
        "wrong-length-and-a-record-behind-it": scalar(1) + damaged_length(scalar(2)) + scalar(3),
        "wrong-length-and-nothing-behind-it": scalar(1) + damaged_length(scalar(2)),
        "wrong-length-every-other-record": (scalar(1) + damaged_length(scalar(2))) * 20,
        "wrong-length-and-a-wrong-payload-behind-it": damaged_length(scalar(2)) + bytes(wrong_payload) + scalar(4),
        "wrong-length-and-a-record-that-is-not-whole": damaged_length(scalar(2)) + cut(scalar(3), 30)[:-5],
        "wrong-length-around-a-whole-record": damaged_length(framed(b"\x0a\x7f" + scalar(2))) + scalar(3),
        "record-close-behind-a-wrong-length": b"x" * 13 + scalar(1),
        "zeros-at-the-end": scalar(1) + bytes(300),
        "noise-at-the-end": scalar(1) + bytes(range(255, 0, -1)),
        "length-of-all-ones": scalar(1) + header(2**64 - 1) + scalar(2),
        "length-that-overflows-with-the-frame": scalar(1) + header(2**64 - 16) + scalar(2),
        "length-of-a-terabyte": scalar(1) + header(2**40) + bytes(500),
        "length-beyond-protobufs-after-damage": damaged_length(scalar(1)) + header(2**31) + scalar(2),
        "headers-whose-payloads-overlap": b"x" * 12 + b"".join(header(n) for n in range(200, 0, -5)) + scalar(1),
        "headers-without-payloads": b"x" * 12 + header(0) * 50,
    }


def metadata_field() -> bytes:
    packed = bytes(metadata("scalars").SerializeToString())
    return b"\x4a" + bytes([len(packed)]) + packed


def main() -> None:
    CORPUS.mkdir(exist_ok=True)
    for name, content in files().items():
        (CORPUS / f"{name}.tfevents").write_bytes(content)


if __name__ == "__main__":
    main()
