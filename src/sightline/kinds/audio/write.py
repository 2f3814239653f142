"""A waveform to a ``Value`` that holds a 16-bit WAV file, in the bytes of PyTorch's writer."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.format.event import Audio, Value
from sightline.kinds.audio.schema import FULL_SCALE, MAX_BYTES, MAX_SAMPLE_RATE

__all__ = ["encode_audio"]


def encode_audio(tag: str, samples: npt.NDArray[Any], sample_rate: float = 44100) -> Value:
    """One clip, mono or stereo.

    ``samples`` are (frames,), (frames, 2) or (2, frames); axes of length 1 do not count. Floats are -1..1 and clipped,
    NaN is silence. Integers of -1, 0 and 1 are the same; larger ones are PCM of their own width (int16 is taken as it
    is). Fractions are dropped. ``sample_rate`` is in frames a second.

    Raises
    ------
    ArgumentError
        Another shape, a sample rate that a WAV file can't hold, or more than 2 GiB.
    ArgumentTypeError
        ``samples`` are complex.
    """
    if samples.dtype.kind not in "biuf":
        raise ArgumentTypeError(f"snd_tensor: got dtype {samples.dtype}, want floats or integers")
    if not 1 <= sample_rate <= MAX_SAMPLE_RATE:
        raise ArgumentError(f"sample_rate: got {sample_rate}, want 1 to {MAX_SAMPLE_RATE} frames a second")
    if samples.size * 2 > MAX_BYTES:
        raise ArgumentError(f"snd_tensor: got {samples.size} samples, want at most {MAX_BYTES // 2}")
    frames = _frames(samples)
    import wave  # when the first clip is written

    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(frames.shape[1])
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(_to_pcm(frames).reshape(-1).data)
    audio = Audio(
        sample_rate=sample_rate,
        num_channels=frames.shape[1],
        length_frames=len(frames),
        encoded_audio_string=out.getvalue(),
        content_type="audio/wav",
    )
    return Value(tag=tag, audio=audio)


def _frames(samples: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """(frames, channels)."""
    if 0 in samples.shape:
        return samples.reshape(0, 1)
    array = samples.squeeze()
    if array.ndim < 2:
        return array.reshape(-1, 1)
    if array.ndim == 2 and array.shape[1] == 2:
        return array
    if array.ndim == 2 and array.shape[0] == 2:
        return array.T
    raise ArgumentError(
        f"snd_tensor: got shape {samples.shape}, want (frames,), (frames, 2) or (2, frames): one clip, mono or stereo"
    )


def _to_pcm(frames: npt.NDArray[Any]) -> npt.NDArray[np.int16]:
    if frames.dtype.kind in "iu" and frames.size and (frames.max() > 1 or frames.min() < -1):
        return _from_integers(frames)
    if frames.dtype.kind != "f" or frames.dtype == np.float16:  # half precision can't hold 32767
        frames = frames.astype(np.float32)
    if frames.size and not (frames.min() >= -1 and frames.max() <= 1):  # too loud, or NaN
        frames = np.nan_to_num(frames.clip(-1, 1), copy=False)
    pcm: npt.NDArray[np.int16] = (frames * frames.dtype.type(FULL_SCALE)).astype(np.int16)
    return pcm


def _from_integers(frames: npt.NDArray[Any]) -> npt.NDArray[np.int16]:
    """PCM of another width: the upper sixteen bits, unsigned values around their middle."""
    bits = 8 * frames.dtype.itemsize
    if frames.dtype.kind == "u":
        frames = (frames ^ frames.dtype.type(1 << (bits - 1))).view(f"i{frames.dtype.itemsize}")
    pcm: npt.NDArray[np.int16]
    if bits > 16:
        pcm = np.right_shift(frames, bits - 16).astype(np.int16)
    else:
        pcm = np.left_shift(frames.astype(np.int16), np.int16(16 - bits))
    return pcm
