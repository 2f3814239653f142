"""Videos in every form there is, told from their bytes."""

from __future__ import annotations

import numpy as np
import pytest

from sightline.errors import MalformedMessage
from sightline.format.event import DataType, Image, TensorProto, Value
from sightline.kinds.image.decode import decode_image
from sightline.kinds.video.decode import decode_video, sniff_mime
from sightline.kinds.video.write import encode_video
from sightline.store.naming import TENSOR, claiming_kind

CLIP = np.random.default_rng(0).integers(0, 256, (1, 4, 3, 16, 12)).astype(np.uint8)
IMAGE = 4


def tensor(*strings: bytes) -> Value:
    return Value(tag="v", tensor=TensorProto(dtype=DataType.STRING, string_val=list(strings)))


def test_a_gif_is_an_image_and_can_be_read_as_a_video() -> None:
    value = Value.FromString(encode_video("v", CLIP).SerializeToString())
    found = decode_video(value)
    assert (found.width, found.height) == (12, 16)
    assert [sample.mime for sample in found.samples] == ["image/gif"]
    assert found.samples[0].bytes == decode_image(value).samples[0].bytes
    kind = claiming_kind(IMAGE, "")
    assert kind is not None
    assert kind.name == "image"


@pytest.mark.parametrize(("format", "mime"), [("mp4", "video/mp4"), ("webm", "video/webm")])
def test_a_file_of_its_own_belongs_to_the_room(format: str, mime: str) -> None:
    value = Value.FromString(encode_video("v", CLIP, format=format).SerializeToString())  # type: ignore[arg-type]
    (sample,) = decode_video(value).samples
    assert sample.mime == mime
    kind = claiming_kind(TENSOR, value.metadata.plugin_data.plugin_name)
    assert kind is not None
    assert kind.name == "video"


def test_several_samples_and_odd_sizes() -> None:
    found = decode_video(tensor(b"7", b"9" * 5000, b"GIF89a...", b"\0\0\0\x20ftypisom"))
    assert (found.width, found.height) == (7, 0)
    assert [sample.mime for sample in found.samples] == ["image/gif", "video/mp4"]
    assert decode_video(tensor(b"1", b"1")).samples == ()


@pytest.mark.parametrize(
    "start", [b"", b"\0\0\0", b"<html>", b"\x1a\x45\xdf\xa3" + b"\x42\x82\x88matroska", b"RIFF\0\0\0\0AVI LIST"]
)
def test_anything_else_is_of_no_type(start: bytes) -> None:
    assert sniff_mime(start) == "application/octet-stream"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (Value(tag="v", simple_value=1.0), "video of tag 'v': got simple_value"),
        (Value(tag="v"), "got None"),
        (tensor(b"4"), "with 1 strings"),
        (Value(tag="v", tensor=TensorProto(dtype=DataType.FLOAT, float_val=[1.0])), "with 0 strings"),
        (Value(tag="v", image=Image(encoded_image_string=b"\x89PNG\r\n\x1a\n")), "an image that is no GIF"),
    ],
)
def test_what_holds_no_video_is_malformed(value: Value, why: str) -> None:
    with pytest.raises(MalformedMessage, match=why):
        decode_video(value)


def test_a_video_is_told_of_without_its_bytes() -> None:
    (sample,) = decode_video(tensor(b"1", b"1", b"GIF89a" + bytes(5000))).samples
    assert repr(sample) == "<image/gif, 5,006 bytes>"
