"""Videos have torch's layout; Pillow and PyAV say what a viewer gets to see."""

from __future__ import annotations

import importlib
import io
import sys
from itertools import permutations
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import PIL.Image
import PIL.ImageSequence
import pytest

from sightline.errors import ArgumentError, ArgumentTypeError, MissingExtra
from sightline.format.event import Value
from sightline.kinds.video.decode import decode_video
from sightline.kinds.video.write import encode_video

torch_utils: Any = importlib.import_module("torch.utils.tensorboard._utils")
tensorboardx_utils: Any = importlib.import_module("tensorboardX.utils")

Array = npt.NDArray[Any]


def clips(count: int = 1, frames: int = 3, channels: int = 3, height: int = 8, width: int = 10) -> Array:
    """Few colours in each frame, so that a GIF has them exactly."""
    generator = np.random.default_rng(count)
    return generator.integers(0, 256, (count, frames, channels, height, width)).astype(np.uint8)


def gif_frames(value: Value) -> tuple[Array, list[int]]:
    """(T, H, W, 3) as a viewer shows them, and how long each in milliseconds."""
    gif = PIL.Image.open(io.BytesIO(value.image.encoded_image_string))
    assert gif.format == "GIF"
    frames = [(np.asarray(frame.convert("RGB")), frame.info["duration"]) for frame in PIL.ImageSequence.Iterator(gif)]
    return np.stack([pixels for pixels, _ in frames]), [duration for _, duration in frames]


def video_frames(value: Value) -> tuple[Array, Any]:
    (sample,) = decode_video(value).samples
    with av.open(io.BytesIO(sample.bytes), "r") as container:
        stream = container.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        return np.stack(frames), stream.average_rate


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17])
def test_a_batch_is_laid_out_as_torch_lays_it_out(count: int) -> None:
    colour = clips(count, height=2, width=3)
    want = torch_utils._prepare_video(colour.astype(np.float64)).astype(np.uint8)
    np.testing.assert_array_equal(gif_frames(encode_video("v", colour))[0], want)
    grey = clips(count, channels=1)
    want = torch_utils._prepare_video(grey.astype(np.float64)).astype(np.uint8)
    np.testing.assert_array_equal(gif_frames(encode_video("v", grey))[0], np.repeat(want, 3, axis=3))


@pytest.mark.parametrize("order", ["".join(order) for order in permutations("NTCHW")])
def test_any_order_of_the_axes_is_tensorboardxs(order: str) -> None:
    batch = clips(1, 2, 1, 3, 4)
    given = batch.transpose(["NTCHW".index(axis) for axis in order])
    np.testing.assert_array_equal(tensorboardx_utils.convert_to_NTCHW(given, order), batch)
    want = encode_video("v", batch).SerializeToString()
    assert encode_video("v", given, dataformats=order).SerializeToString() == want
    assert encode_video("v", given, dataformats=order.lower()).SerializeToString() == want


@pytest.mark.parametrize("channels", [1, 3])
def test_a_gif_has_the_pixels_exactly_where_256_colours_are_enough(channels: int) -> None:
    batch = clips(1, 4, channels, 12, 16)
    value = encode_video("v", batch, 4)
    frames, durations = gif_frames(value)
    want = batch[0].transpose(0, 2, 3, 1)
    np.testing.assert_array_equal(frames, np.repeat(want, 4 - channels, axis=3) if channels == 1 else want)
    assert (value.image.height, value.image.width, value.image.colorspace) == (12, 16, channels)
    assert durations == [250] * 4


def test_floats_are_levels_as_for_images_and_bytes_are_not_changed() -> None:
    ramp = np.arange(256, dtype=np.uint8).reshape(1, 1, 1, 16, 16)
    for batch in (ramp, (ramp.astype(np.float64) + 0.01) / 255, ramp.astype(np.int64)):
        np.testing.assert_array_equal(gif_frames(encode_video("v", batch))[0][0, :, :, 0], ramp[0, 0, 0])
    odd = np.array([-1.0, 0.0, 1.0, 2.0, np.nan, np.inf]).reshape(1, 1, 1, 1, 6)
    assert gif_frames(encode_video("v", odd))[0][0, 0, :, 0].tolist() == [0, 0, 255, 255, 0, 255]


def test_alpha_is_dropped() -> None:
    batch = clips(1, 2, 4)
    value = encode_video("v", batch)
    assert value.image.colorspace == 3
    np.testing.assert_array_equal(gif_frames(value)[0], batch[0, :, :3].transpose(0, 2, 3, 1))


def test_a_single_frame_is_a_gif_too_and_several_go_on_for_ever() -> None:
    batch = clips(1, 1)
    still = PIL.Image.open(io.BytesIO(encode_video("v", batch).image.encoded_image_string))
    np.testing.assert_array_equal(np.asarray(still.convert("RGB")), batch[0, 0].transpose(1, 2, 0))
    gif = PIL.Image.open(io.BytesIO(encode_video("v", clips()).image.encoded_image_string))
    assert gif.info["loop"] == 0  # without end


@pytest.mark.parametrize(
    ("fps", "want"),
    [
        (4, [250] * 6),
        (10, [100] * 6),
        (30, [30, 40, 30, 30, 40, 30]),
        (25.0, [40] * 6),
        (60, [20] * 6),
        (1000, [20] * 6),
        (0.5, [2000] * 6),
    ],
)
def test_errors_of_rounding_the_time_of_a_frame_do_not_add_up(fps: float, want: list[int]) -> None:
    assert gif_frames(encode_video("v", clips(1, 6), fps))[1] == want


@pytest.mark.parametrize(("format", "mime"), [("mp4", "video/mp4"), ("webm", "video/webm")])
@pytest.mark.parametrize("channels", [1, 3])
def test_mp4_and_webm_hold_the_frames(format: Any, mime: str, channels: int) -> None:
    shade = np.linspace(20, 230, 5).astype(np.uint8)
    batch = np.broadcast_to(shade[np.newaxis, :, np.newaxis, np.newaxis, np.newaxis], (1, 5, channels, 31, 50))
    value = encode_video("v", batch, 12.5, format=format)
    found = decode_video(value)
    assert (found.width, found.height, [sample.mime for sample in found.samples]) == (50, 31, [mime])
    frames, rate = video_frames(value)
    assert frames.shape == (5, 32, 50, 3)  # an even number of rows
    assert float(rate) == 12.5
    np.testing.assert_allclose(frames[:, :, :, 0].mean(axis=(1, 2)), shade, atol=3)
    assert value.metadata.plugin_data.plugin_name == "video"
    assert not value.HasField("image")


def test_without_pyav_a_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    encode_video("v", clips())
    with pytest.raises(MissingExtra, match=r"pip install 'sightline\[video\]'; or format='gif'"):
        encode_video("v", clips(), format="mp4")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: encode_video("v", clips()[0]), r"got shape \(3, 3, 8, 10\) \(4 axes\), want five"),
        (lambda: encode_video("v", clips(), dataformats="NTHWX"), "dataformats: got 'NTHWX'"),
        (lambda: encode_video("v", clips(), dataformats="NTHWC"), r"got 10 channels .* is dataformats='NTHWC'"),
        (lambda: encode_video("v", clips()[:, :0]), "want at least one frame"),
        (lambda: encode_video("v", clips()[:0]), "want at least one frame"),
        (lambda: encode_video("v", clips(), 0), "fps: got 0"),
        (lambda: encode_video("v", clips(), float("nan")), "fps: got nan"),
        (lambda: encode_video("v", clips(), format="avi"), "format: got 'avi'"),  # type: ignore[arg-type]
    ],
)
def test_wrong_arguments_are_refused(call: Any, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        call()


def test_what_are_no_real_numbers_is_refused() -> None:
    with pytest.raises(ArgumentTypeError, match="vid_tensor: got dtype complex128"):
        encode_video("v", clips() * 1j)
