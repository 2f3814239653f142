"""A ``Value`` to encoded videos. Nothing is decompressed here: a browser does that.

Forms accepted: string tensors ``[width, height, video, video ...]`` of plugin ``video`` (Sightline), and an animated
GIF in the legacy ``image`` message (PyTorch, tensorboardX, Sightline). The latter belongs to the room of images, which
shows it: whether a GIF moves can't be told without reading it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sightline.errors import MalformedMessage
from sightline.format.event import DataType, SummaryMetadata, Value

__all__ = ["EncodedVideo", "VideoSamples", "decode_video", "sniff_mime"]

UNKNOWN_MIME = "application/octet-stream"
"""Of whatever is no video that is known: never served as something that a browser would open."""


@dataclass(frozen=True, slots=True)
class EncodedVideo:
    """One video as it was written."""

    mime: str
    """From the bytes alone, whatever the writer says: MP4, WebM, GIF, else ``application/octet-stream``."""
    bytes: bytes

    def __repr__(self) -> str:  # a notebook shows it: not the bytes
        return f"<{self.mime}, {len(self.bytes):,} bytes>"


@dataclass(frozen=True, slots=True)
class VideoSamples:
    """The videos of one step."""

    width: int
    """In pixels, as the writer says; 0 when it does not."""
    height: int
    samples: tuple[EncodedVideo, ...]


def decode_video(value: Value, metadata: SummaryMetadata | None = None) -> VideoSamples:
    """All samples. ``MalformedMessage`` when the value holds no video in one of the forms above."""
    if value.HasField("image"):
        image = value.image
        samples = _samples(image.width, image.height, [image.encoded_image_string])
        if samples.samples[0].mime != "image/gif":
            raise MalformedMessage(f"video of tag {value.tag!r}: got an image that is no GIF")
        return samples
    strings = value.tensor.string_val if value.HasField("tensor") else []
    if value.tensor.dtype % 100 != DataType.STRING or len(strings) < 2:
        raise MalformedMessage(
            f"video of tag {value.tag!r}: got {value.WhichOneof('value')} with {len(strings)} strings, "
            "want a tensor of [width, height, video ...]"
        )
    return _samples(_size(strings[0]), _size(strings[1]), strings[2:])


def _samples(width: int, height: int, videos: list[bytes]) -> VideoSamples:
    return VideoSamples(width, height, tuple(EncodedVideo(sniff_mime(video), video) for video in videos))


def sniff_mime(video: bytes) -> str:
    """The type that the first bytes give away, as https://mimesniff.spec.whatwg.org/#signature-for-mp4 and -webm."""
    if video[4:8] == b"ftyp":
        return "video/mp4"
    if video.startswith(b"\x1a\x45\xdf\xa3") and b"\x42\x82\x84webm" in video[:64]:
        return "video/webm"
    if video.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return UNKNOWN_MIME


def _size(text: bytes) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0
