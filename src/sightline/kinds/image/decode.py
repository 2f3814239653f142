"""A ``Value`` to encoded pictures. Nothing is decompressed here: a browser or Pillow does that.

Forms accepted: the legacy ``image`` message (PyTorch, tensorboardX, TensorFlow 1), which holds one picture; and string
tensors ``[width, height, picture, picture, ...]`` of plugin ``images`` (TensorFlow 2, JAX, Keras 3).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from sightline.errors import MalformedMessage
from sightline.format.event import DataType, SummaryMetadata, TensorProto, Value

__all__ = ["EncodedImage", "ImageSamples", "decode_image", "sniff_mime"]

UNKNOWN_MIME = "application/octet-stream"
"""Also of SVG: it may hold script, so it is never served as a picture."""


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """One picture as it was written."""

    mime: str
    """From the bytes alone, whatever the writer says: PNG, GIF, JPEG, BMP, WebP, else ``application/octet-stream``."""
    bytes: bytes
    width: int
    """From the picture's own header where there is one, else what the writer says; pixels."""
    height: int

    def __repr__(self) -> str:  # a notebook shows it: not the bytes
        return f"<{self.mime}, {self.width} x {self.height}, {len(self.bytes):,} bytes>"


@dataclass(frozen=True, slots=True)
class ImageSamples:
    """The pictures of one step."""

    width: int
    """Of the first sample, in pixels; what the writer says where there is none."""
    height: int
    samples: tuple[EncodedImage, ...]


def decode_image(value: Value, metadata: SummaryMetadata | None = None) -> ImageSamples:
    """All samples. ``MalformedMessage`` when the value holds no picture in one of the forms above."""
    if value.HasField("image"):
        image = value.image
        return _samples(image.width, image.height, [image.encoded_image_string])
    if value.HasField("tensor"):
        return _from_tensor(value.tensor)
    raise MalformedMessage(f"value of tag {value.tag!r}: got {value.WhichOneof('value')}, want an image or a tensor")


def _from_tensor(tensor: TensorProto) -> ImageSamples:
    strings = tensor.string_val
    if tensor.dtype % 100 != DataType.STRING or len(strings) < 2:
        raise MalformedMessage(
            f"image tensor: got dtype {tensor.dtype}, {len(strings)} strings; want strings [width, height, picture ...]"
        )
    return _samples(_size(strings[0]), _size(strings[1]), strings[2:])


def _samples(width: int, height: int, pictures: list[bytes]) -> ImageSamples:
    samples = tuple(_encoded(picture, width, height) for picture in pictures)
    if samples:
        width, height = samples[0].width, samples[0].height
    return ImageSamples(width, height, samples)


def _encoded(picture: bytes, width: int, height: int) -> EncodedImage:
    mime = sniff_mime(picture)
    read_size = _SIZES.get(mime)
    try:
        size = read_size(picture) if read_size is not None else None
    except (struct.error, IndexError):
        size = None  # cut short: the browser shows what there is
    return EncodedImage(mime, picture, *(size or (width, height)))


def sniff_mime(picture: bytes) -> str:
    """The type that the first bytes give away, as https://mimesniff.spec.whatwg.org/#image-type-pattern-matching-algorithm."""
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if picture.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if picture.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if picture.startswith(b"BM"):
        return "image/bmp"
    if picture[:4] == b"RIFF" and picture[8:14] == b"WEBPVP":
        return "image/webp"
    return UNKNOWN_MIME


def _size(text: bytes) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0


def _png_size(picture: bytes) -> tuple[int, int] | None:
    if picture[12:16] != b"IHDR":  # always the first chunk: PNG specification, 5.6
        return None
    width, height = struct.unpack_from(">II", picture, 16)
    return width, height


def _gif_size(picture: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", picture, 6)
    return width, height


def _bmp_size(picture: bytes) -> tuple[int, int]:
    (header_bytes,) = struct.unpack_from("<I", picture, 14)
    width, height = struct.unpack_from("<HH" if header_bytes == 12 else "<ii", picture, 18)
    return width, abs(height)  # negative: rows run from the top


def _jpeg_size(picture: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 <= len(picture):
        marker, kind, length = struct.unpack_from(">BBH", picture, position)
        if marker != 0xFF:
            return None
        if kind == 0xFF:  # a fill byte: T.81, B.1.1.2
            position += 1
        elif 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):  # start of a frame: T.81, table B.1
            height, width = struct.unpack_from(">HH", picture, position + 5)
            return width, height
        else:
            position += 2 + length
    return None


_SIZES = {"image/png": _png_size, "image/gif": _gif_size, "image/bmp": _bmp_size, "image/jpeg": _jpeg_size}
