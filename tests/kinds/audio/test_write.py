"""A clip has the bytes of torch's own function; the standard library reads what torch can't write."""

from __future__ import annotations

import importlib
import io
import wave
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.format.event import Value
from sightline.kinds.audio.write import encode_audio

torch_summary: Any = importlib.import_module("torch.utils.tensorboard.summary")

Array = npt.NDArray[Any]


def by_torch(samples: Any, sample_rate: int = 44100) -> bytes:
    encoded: bytes = torch_summary.audio("snd", samples, sample_rate).value[0].SerializeToString()
    return encoded


def frames_of(value: Value) -> Array:
    """(frames, channels) of the WAV file, by the standard library; what the message says must agree."""
    with wave.open(io.BytesIO(value.audio.encoded_audio_string)) as file:
        assert (file.getsampwidth(), file.getnchannels()) == (2, value.audio.num_channels)
        assert (file.getframerate(), file.getnframes()) == (value.audio.sample_rate, value.audio.length_frames)
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert value.audio.content_type == "audio/wav"
    return data.reshape(-1, value.audio.num_channels)


def tone(dtype: Any = np.float32, count: int = 1000) -> Array:
    return np.sin(np.arange(count) / 7).astype(dtype)


MONO: dict[str, Any] = {
    "float32": tone(),
    "float64": tone(np.float64),
    "torch": torch.tensor(tone()),
    "(1, frames)": tone().reshape(1, -1),
    "(frames, 1)": tone().reshape(-1, 1),
    "too loud": tone() * 3,
    "infinite": np.array([np.inf, -np.inf, 0.5]),
    "integers of -1, 0 and 1": np.array([1, -1, 0, 0, 1]),
    "the ends of the scale": np.array([1.0, -1.0, 1 / 32767, -1 / 32767, 1 / 32768]),
}


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast")
@pytest.mark.parametrize("rate", [44100, 8000, 1])
@pytest.mark.parametrize("samples", MONO.values(), ids=MONO.keys())
def test_the_bytes_are_torchs(samples: Any, rate: int) -> None:
    assert encode_audio("snd", np.asarray(samples), rate).SerializeToString() == by_torch(samples, rate)


@given(
    arrays.arrays(
        st.sampled_from([np.float32, np.float64]),
        st.integers(2, 100),
        elements=st.floats(-2, 2, width=32) | st.floats(allow_nan=False, width=32),
    )
)
def test_any_waveform_has_torchs_bytes(samples: Array) -> None:
    assert encode_audio("snd", samples).SerializeToString() == by_torch(samples)


def test_nan_is_silence_and_half_precision_does_not_overflow() -> None:
    assert frames_of(encode_audio("x", np.array([np.nan, 1.0])))[:, 0].tolist() == [0, 32767]
    assert frames_of(encode_audio("x", np.array([1.0, -1.0], np.float16)))[:, 0].tolist() == [32767, -32767]


@pytest.mark.parametrize("shape", ["(frames, 2)", "(2, frames)", "(1, 2, frames)"])
def test_two_channels_are_stereo(shape: str) -> None:
    left, right = tone(), -tone() / 2
    stereo = {
        "(frames, 2)": np.stack([left, right], axis=1),
        "(2, frames)": np.stack([left, right]),
        "(1, 2, frames)": np.stack([left, right])[np.newaxis],
    }[shape]
    found = frames_of(encode_audio("x", stereo, 16000))
    np.testing.assert_array_equal(found[:, 0], frames_of(encode_audio("x", left))[:, 0])
    np.testing.assert_array_equal(found[:, 1], frames_of(encode_audio("x", right))[:, 0])


def test_two_frames_of_two_channels_are_read_as_tensorboardx_reads_them() -> None:
    assert frames_of(encode_audio("x", np.array([[1.0, 0.0], [0.5, 0.25]]))).tolist() == [[32767, 0], [16383, 8191]]


@pytest.mark.parametrize(
    ("samples", "want"),
    [
        (np.array([-32768, 0, 32767], np.int16), [-32768, 0, 32767]),
        (np.array([-(2**31), 0, 2**31 - 1], np.int32), [-32768, 0, 32767]),
        (np.array([-(2**63), 0, 2**63 - 1], np.int64), [-32768, 0, 32767]),
        (np.array([-128, 0, 127], np.int8), [-32768, 0, 32512]),
        (np.array([0, 128, 255], np.uint8), [-32768, 0, 32512]),
        (np.array([0, 32768, 65535], np.uint16), [-32768, 0, 32767]),
        (np.array([True, False]), [32767, 0]),
    ],
    ids=lambda value: str(getattr(value, "dtype", "")),
)
def test_larger_integers_are_pcm_of_their_own_width(samples: Array, want: list[int]) -> None:
    assert frames_of(encode_audio("x", samples))[:, 0].tolist() == want


@pytest.mark.parametrize(
    "samples", [np.zeros(0), np.zeros((0, 2)), np.zeros((2, 0))], ids=lambda value: str(value.shape)
)
def test_nothing_is_a_clip_of_no_length(samples: Array) -> None:
    assert frames_of(encode_audio("x", samples)).shape == (0, 1)


def test_a_single_sample_is_a_clip() -> None:
    for samples in (np.array(0.5), np.array([0.5]), np.array([[0.5]])):
        assert frames_of(encode_audio("x", samples)).tolist() == [[16383]]


def test_a_fraction_of_a_sample_rate_is_rounded_in_the_file_only() -> None:
    value = encode_audio("x", tone(), 22050.4)
    assert value.audio.sample_rate == 22050.4
    with wave.open(io.BytesIO(value.audio.encoded_audio_string)) as file:
        assert file.getframerate() == 22050


def test_wrong_arguments_are_refused() -> None:
    for shape in ((3, 100), (100, 3), (2, 2, 100)):
        with pytest.raises(ArgumentError, match=r"snd_tensor: got shape .* mono or stereo"):
            encode_audio("x", np.zeros(shape))
    for rate in (0, -1, 2**32, float("nan")):
        with pytest.raises(ArgumentError, match="sample_rate: got"):
            encode_audio("x", tone(), rate)
    with pytest.raises(ArgumentTypeError, match="complex64"):
        encode_audio("x", np.zeros(3, np.complex64))
    with pytest.raises(ArgumentError, match="got 1073741824 samples"):
        encode_audio("x", np.broadcast_to(np.float32(0), (1 << 30,)))
