"""A ``Value`` to encoded clips. Nothing is decoded here: a browser does that.

Forms accepted: the legacy ``audio`` message (PyTorch, tensorboardX, TensorFlow 1), which holds one clip; and string
tensors of plugin ``audio``: [k, 2] of clips with their labels, or [k] of clips (TensorFlow 2, JAX).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from sightline.errors import MalformedMessage
from sightline.format.event import Audio, DataType, SummaryMetadata, TensorProto, Value
from sightline.format.tensor import decode_array

__all__ = ["AudioSamples", "EncodedAudio", "decode_audio", "sniff_mime"]

UNKNOWN_MIME = "application/octet-stream"
"""Of whatever is no audio file that is known: never served as something that a browser would open."""


@dataclass(frozen=True, slots=True)
class EncodedAudio:
    """One clip as it was written."""

    mime: str
    """From the bytes alone, whatever the writer says: WAV, MP3, Ogg, FLAC, else ``application/octet-stream``."""
    bytes: bytes
    label: str
    """Markdown; empty where there is none."""
    sample_rate: float
    """Frames a second, as the next two from a WAV file's own header, else what the writer says; 0 when unknown."""
    channels: int
    frames: int

    def __repr__(self) -> str:  # a notebook shows it: not the bytes
        return f"<{self.mime}, {self.frames:,} frames at {self.sample_rate:g} Hz, {len(self.bytes):,} bytes>"


@dataclass(frozen=True, slots=True)
class AudioSamples:
    """The clips of one step."""

    samples: tuple[EncodedAudio, ...]


def decode_audio(value: Value, metadata: SummaryMetadata | None = None) -> AudioSamples:
    """All samples. ``MalformedMessage`` when the value holds no clip in one of the forms above."""
    if value.HasField("audio"):
        return AudioSamples((_encoded(value.audio.encoded_audio_string, "", value.audio),))
    if value.HasField("tensor"):
        return AudioSamples(tuple(_from_tensor(value.tag, value.tensor)))
    raise MalformedMessage(f"audio of tag {value.tag!r}: got {value.WhichOneof('value')}, want an audio or a tensor")


def _from_tensor(tag: str, tensor: TensorProto) -> Iterator[EncodedAudio]:
    if tensor.dtype % 100 != DataType.STRING:
        raise MalformedMessage(f"audio of tag {tag!r}: got dtype {tensor.dtype}, want a tensor of strings")
    try:
        strings = decode_array(tensor)
    except MalformedMessage as error:
        raise MalformedMessage(f"audio of tag {tag!r}: {error}") from None
    if strings.ndim < 2:
        rows = [(clip, b"") for clip in strings.flat]
    elif strings.ndim == 2 and strings.shape[1] == 2:
        rows = [(clip, label) for clip, label in strings]
    else:
        raise MalformedMessage(f"audio of tag {tag!r}: got a tensor of shape {strings.shape}, want [k, 2] or [k]")
    return (_encoded(clip, label.decode("utf-8", "backslashreplace"), Audio()) for clip, label in rows)


def _encoded(clip: bytes, label: str, says: Audio) -> EncodedAudio:
    mime = sniff_mime(clip)
    header = _wav_header(clip) if mime == "audio/wav" else None
    rate, channels, frames = header or (says.sample_rate, says.num_channels, says.length_frames)
    return EncodedAudio(mime, clip, label, rate, channels, frames)


def sniff_mime(clip: bytes) -> str:
    """The type that the first bytes give away, as https://mimesniff.spec.whatwg.org/#matching-an-audio-or-video-type-pattern;
    and FLAC, RFC 9639, 6."""
    if clip[:4] == b"RIFF" and clip[8:12] == b"WAVE":
        return "audio/wav"
    if clip.startswith(b"OggS\0"):
        return "audio/ogg"
    if clip.startswith(b"fLaC"):
        return "audio/flac"
    if clip.startswith(b"ID3") or _is_mp3_frame(clip):
        return "audio/mpeg"
    return UNKNOWN_MIME


def _is_mp3_frame(clip: bytes) -> bool:
    """Eleven bits set, then neither a reserved version, nor another layer than III, nor a reserved bit rate."""
    return len(clip) > 2 and clip[0] == 0xFF and clip[1] & 0xE6 == 0xE2 and clip[1] & 0x18 != 0x08 and clip[2] < 0xF0


def _wav_header(clip: bytes) -> tuple[float, int, int] | None:
    """Frames a second, channels and frames; None when the header is cut short."""
    position, rate, channels, frame_bytes = 12, 0, 0, 0
    while position + 8 <= len(clip):
        name, size = struct.unpack_from("<4sI", clip, position)
        position += 8
        if name == b"fmt " and position + 16 <= len(clip):
            channels, rate, frame_bytes = struct.unpack_from("<2xHI4xH", clip, position)
        elif name == b"data":
            present = min(size, len(clip) - position)
            return (float(rate), channels, present // frame_bytes) if frame_bytes else None
        position += size + size % 2  # chunks begin at even places
    return None
