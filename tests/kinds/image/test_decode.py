"""Every form in which pictures are written gives the same samples; Pillow says how large they are."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
import PIL.Image
import pytest
from tensorboard.compat.proto.summary_pb2 import Summary as TheirSummary
from tensorboard.util import tensor_util

from sightline.errors import MalformedMessage
from sightline.format.event import DataType, Image, TensorProto, Value
from sightline.kinds.image.decode import ImageSamples, decode_image, sniff_mime


def encode(format: str, size: tuple[int, int] = (7, 5), **options: Any) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    out = io.BytesIO()
    PIL.Image.fromarray(pixels).save(out, format, **options)
    return out.getvalue()


def tensor(*strings: bytes) -> Value:
    return Value(tag="x", tensor=TensorProto(dtype=DataType.STRING, string_val=list(strings)))


FORMATS = [("PNG", {}), ("GIF", {}), ("JPEG", {}), ("JPEG", {"progressive": True}), ("BMP", {}), ("WEBP", {})]


@pytest.mark.parametrize(("format", "options"), FORMATS, ids=lambda value: str(value))
def test_the_type_and_size_come_from_the_picture_itself(format: str, options: dict[str, Any]) -> None:
    picture = encode(format, **options)
    value = Value(tag="x", image=Image(width=1, height=2, encoded_image_string=picture))
    found = decode_image(value)
    assert found.samples[0].mime == f"image/{format.lower()}"
    assert found.samples[0].bytes == picture
    # WebP's size is not read: what the writer says stands.
    assert (found.width, found.height) == ((1, 2) if format == "WEBP" else (7, 5))


def test_a_large_jpeg_with_metadata_before_the_frame_has_its_size() -> None:
    exif = PIL.Image.Exif()
    exif[0x010E] = "description " * 500
    picture = encode("JPEG", (300, 200), exif=exif.tobytes())
    found = decode_image(tensor(b"", b"", picture))
    assert (found.width, found.height) == (300, 200)


def test_a_string_tensor_holds_several_samples() -> None:
    first, second = encode("PNG"), encode("JPEG", (3, 3))
    theirs = TheirSummary.Value(tag="x", tensor=tensor_util.make_tensor_proto([b"7", b"5", first, second]))
    found = decode_image(Value.FromString(theirs.SerializeToString()))
    assert [(sample.mime, sample.bytes, sample.width, sample.height) for sample in found.samples] == [
        ("image/png", first, 7, 5),
        ("image/jpeg", second, 3, 3),
    ]
    assert (found.width, found.height) == (7, 5)


def test_a_tensor_without_samples_has_the_size_it_says() -> None:
    assert decode_image(tensor(b"640", b"480")) == ImageSamples(640, 480, ())


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"<html>",
        b"%PDF-1.4",
        b"not a picture",
        b"\x89PNG",
    ],
)
def test_whatever_is_no_bitmap_is_never_called_a_picture(picture: bytes) -> None:
    found = decode_image(tensor(b"4", b"3", picture))
    assert found.samples[0].mime == "application/octet-stream"
    assert (found.samples[0].width, found.samples[0].height) == (4, 3)


@pytest.mark.parametrize("format", ["PNG", "GIF", "JPEG", "BMP"])
def test_a_picture_cut_anywhere_is_still_a_sample(format: str) -> None:
    picture = encode(format)
    for length in range(len(picture)):
        found = decode_image(tensor(b"4", b"3", picture[:length]))
        assert found.samples[0].bytes == picture[:length]


@pytest.mark.parametrize("mime", ["image/png", "image/jpeg", "image/gif", "image/bmp", "image/webp"])
def test_pillow_agrees_on_the_type(mime: str) -> None:
    picture = encode(mime.removeprefix("image/").upper())
    assert sniff_mime(picture) == mime == PIL.Image.open(io.BytesIO(picture)).get_format_mimetype()


@pytest.mark.parametrize(
    "value",
    [
        Value(tag="x", simple_value=1.0),
        Value(tag="x"),
        tensor(b"4"),
        Value(tag="x", tensor=TensorProto(dtype=DataType.FLOAT, float_val=[1.0, 2.0, 3.0])),
    ],
)
def test_a_value_that_holds_no_picture_is_malformed(value: Value) -> None:
    with pytest.raises(MalformedMessage, match="want"):
        decode_image(value)


def test_odd_sizes_in_a_tensor_count_as_unknown() -> None:
    assert decode_image(tensor(b"-1", b"9" * 5000, b"?")).samples[0].width == 0


def test_a_picture_is_told_of_without_its_bytes() -> None:
    found = decode_image(tensor(b"4", b"3", encode("PNG") + bytes(10_000)))
    assert re.fullmatch(r"<image/png, 7 x 5, 10,\d{3} bytes>", repr(found.samples[0]))
