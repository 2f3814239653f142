"""Arrays to a ``Value`` that holds a video: an animated GIF, as torch's ``add_video`` means it, or MP4 or WebM.

Pillow makes the GIF, PyAV (the extra ``video``) the others; each is imported when the first such video is written.
"""

from __future__ import annotations

import io
import math
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from sightline.errors import ArgumentError, MissingExtra
from sightline.format.event import (
    DataType,
    Dim,
    Image,
    PluginData,
    SummaryMetadata,
    TensorProto,
    TensorShapeProto,
    Value,
)
from sightline.kinds.pixels import to_levels
from sightline.kinds.video.schema import KIND, SHORTEST_FRAME

__all__ = ["encode_video"]

Pixels = npt.NDArray[np.uint8]

CODECS = {"mp4": "libx264", "webm": "libvpx-vp9"}


def encode_video(
    tag: str,
    array: npt.NDArray[Any],
    fps: float = 4,
    dataformats: str = "NTCHW",
    format: Literal["gif", "mp4", "webm"] = "gif",
) -> Value:
    """One video of a batch: several clips side by side, in a grid as torch makes it.

    ``dataformats`` is any order of NTCHW: clips, frames, channels (1 is grey, 3 RGB, of 4 the alpha is dropped), height
    and width. Levels as in :func:`~sightline.kinds.pixels.to_levels`. ``fps`` is in frames a second.

    A GIF is a value of the images, which TensorBoard shows; it has 256 colours a frame and at most 50 frames a second.
    MP4 (H.264) and WebM (VP9) are values of this room, which TensorBoard does not know.

    Raises
    ------
    ArgumentError
        Another shape, nothing to show, or a frame rate that is not positive.
    ArgumentTypeError
        ``array`` holds no real numbers.
    MissingExtra
        PyAV or Pillow is not installed.
    """
    if format != "gif" and format not in CODECS:
        raise ArgumentError(f"format: got {format!r}, want 'gif', 'mp4' or 'webm'")
    if not (math.isfinite(fps) and fps > 0):
        raise ArgumentError(f"fps: got {fps}, want a positive number of frames a second")
    frames = _tile(to_levels(_to_ntchw(array, dataformats.upper()), "vid_tensor"))
    height, width, channels = frames.shape[1:]
    if format == "gif":
        gif = _encode_gif(frames, fps)
        return Value(tag=tag, image=Image(height=height, width=width, colorspace=channels, encoded_image_string=gif))
    video = _encode_by_codec(frames, fps, format)
    strings = [str(width).encode(), str(height).encode(), video]
    return Value(
        tag=tag,
        metadata=SummaryMetadata(plugin_data=PluginData(plugin_name=KIND.plugin_names[0])),
        tensor=TensorProto(dtype=DataType.STRING, tensor_shape=TensorShapeProto(dim=[Dim(size=3)]), string_val=strings),
    )


def _to_ntchw(array: npt.NDArray[Any], dataformats: str) -> npt.NDArray[Any]:
    if sorted(dataformats) != sorted("NTCHW"):
        raise ArgumentError(f"dataformats: got {dataformats!r}, want an order of NTCHW")
    if array.ndim != 5:
        raise ArgumentError(
            f"vid_tensor: got shape {array.shape} ({array.ndim} axes), want five: clip, frame, channel, height, width"
        )
    array = array.transpose([dataformats.index(axis) for axis in "NTCHW"])
    if 0 in array.shape:
        raise ArgumentError(f"vid_tensor: got shape {array.shape} as NTCHW, want at least one frame of one pixel")
    if array.shape[2] not in (1, 3, 4):
        raise ArgumentError(
            f"vid_tensor: got {array.shape[2]} channels (shape {array.shape} as NTCHW), want 1, 3 or 4; "
            f"is dataformats={dataformats!r} the order of your axes?"
        )
    return array[:, :, :3]


def _tile(clips: Pixels) -> Pixels:
    """(N, T, C, H, W) to (T, rows * H, columns * W, C), without gaps. N is filled up with black to a power of two, rows
    are the largest power of two whose square is at most N: torch's ``_prepare_video``."""
    count, frames, channels, height, width = clips.shape
    cells = count if count & (count - 1) == 0 else 1 << count.bit_length()
    rows = 1 << (count.bit_length() - 1) // 2
    columns = cells // rows
    grid = np.zeros((cells, frames, channels, height, width), np.uint8)
    grid[:count] = clips
    grid = grid.reshape(rows, columns, frames, channels, height, width).transpose(2, 0, 4, 1, 5, 3)
    return grid.reshape(frames, rows * height, columns * width, channels)


def _encode_gif(frames: Pixels, fps: float) -> bytes:
    try:
        import PIL.Image
    except ImportError as error:
        raise MissingExtra("GIFs are encoded by Pillow, which is not installed: pip install pillow") from error
    pictures = [PIL.Image.fromarray(frame[:, :, 0] if frame.shape[2] == 1 else frame) for frame in frames]
    # A GIF counts in hundredths of a second: the end of each frame is rounded, so that errors do not add up.
    ends = np.rint(np.arange(len(frames) + 1) * (100 / fps))
    milliseconds = (np.maximum(np.diff(ends), SHORTEST_FRAME) * 10).astype(int).tolist()
    out = io.BytesIO()
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], duration=milliseconds, loop=0, disposal=1)
    return out.getvalue()


def _encode_by_codec(frames: Pixels, fps: float, format: str) -> bytes:
    try:
        import av
    except ImportError as error:
        raise MissingExtra(
            f"{format} is encoded by PyAV, which is not installed: pip install 'sightline[video]'; or format='gif'"
        ) from error
    # Both codecs keep one colour for two by two pixels: an odd side gets its last pixels twice.
    odd = [(0, 0), (0, frames.shape[1] % 2), (0, frames.shape[2] % 2), (0, 0)]
    frames = np.pad(np.repeat(frames, 3, axis=3) if frames.shape[3] == 1 else frames, odd, mode="edge")
    out = io.BytesIO()
    with av.open(out, "w", format=format) as container:
        stream: Any = container.add_stream(CODECS[format], rate=Fraction(fps).limit_denominator(1000))
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), "rgb24")))
        container.mux(stream.encode(None))
    return out.getvalue()
