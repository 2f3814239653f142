"""Histograms, PR curves, clips, videos and arrays of a run as a Python user meets them: what the room decodes, when.

An item has the fields of its room's class (``kinds/*/decode.py``) and ``step``, ``wall_time``, ``superseded``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy.typing as npt

from sightline.format.event import SummaryMetadata, Value
from sightline.kinds.audio.decode import AudioSamples, decode_audio
from sightline.kinds.histogram.decode import Histogram, decode_histogram
from sightline.kinds.pr_curve.decode import PrCurve, decode_pr_curve
from sightline.kinds.tensor.decode import decode_tensor
from sightline.kinds.video.decode import VideoSamples, decode_video
from sightline.store.item_series import ItemSeries
from sightline.store.logged import Logged

__all__ = [
    "LoggedAudio",
    "LoggedHistogram",
    "LoggedPrCurve",
    "LoggedTensor",
    "LoggedVideo",
    "logged_audio",
    "logged_histograms",
    "logged_pr_curves",
    "logged_tensors",
    "logged_videos",
]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LoggedHistogram(Histogram):
    """The buckets of one step."""

    step: int
    wall_time: float
    superseded: bool


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LoggedPrCurve(PrCurve):
    """The curve of one step."""

    step: int
    wall_time: float
    superseded: bool


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LoggedAudio(AudioSamples):
    """The clips of one step; ``mime``, ``bytes`` and the like are those of the first one."""

    step: int
    wall_time: float
    superseded: bool

    @property
    def mime(self) -> str:
        return self.samples[0].mime if self.samples else ""

    @property
    def bytes(self) -> bytes:
        """As it was written: a whole WAV file, or whatever it is."""
        return self.samples[0].bytes if self.samples else b""

    @property
    def sample_rate(self) -> float:
        """Frames a second; 0 when unknown."""
        return self.samples[0].sample_rate if self.samples else 0.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LoggedVideo(VideoSamples):
    """The videos of one step; ``mime`` and ``bytes`` are those of the first one."""

    step: int
    wall_time: float
    superseded: bool

    @property
    def mime(self) -> str:
        return self.samples[0].mime if self.samples else ""

    @property
    def bytes(self) -> bytes:
        """As it was written: a whole MP4, WebM or GIF file."""
        return self.samples[0].bytes if self.samples else b""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LoggedTensor:
    """The array of one step, in its shape; strings are ``bytes`` in an array of objects."""

    array: npt.NDArray[Any]
    step: int
    wall_time: float
    superseded: bool


T = TypeVar("T")


def logged_histograms(series: ItemSeries) -> Logged[LoggedHistogram]:
    return Logged(series, _with_step(LoggedHistogram, decode_histogram))


def logged_pr_curves(series: ItemSeries) -> Logged[LoggedPrCurve]:
    return Logged(series, _with_step(LoggedPrCurve, decode_pr_curve))


def logged_audio(series: ItemSeries) -> Logged[LoggedAudio]:
    return Logged(series, _with_step(LoggedAudio, decode_audio))


def logged_videos(series: ItemSeries) -> Logged[LoggedVideo]:
    return Logged(series, _with_step(LoggedVideo, decode_video))


def logged_tensors(series: ItemSeries) -> Logged[LoggedTensor]:
    def tensor(value: Value, metadata: SummaryMetadata, step: int, wall_time: float, superseded: bool) -> LoggedTensor:
        array = decode_tensor(value, metadata)
        return LoggedTensor(array=array, step=step, wall_time=wall_time, superseded=superseded)

    return Logged(series, tensor)


def _with_step(
    kind: Callable[..., T], decode: Callable[[Value, SummaryMetadata], Any]
) -> Callable[[Value, SummaryMetadata, int, float, bool], T]:
    """Puts what a room decodes and where in the series it stands into one object."""

    def convert(value: Value, metadata: SummaryMetadata, step: int, wall_time: float, superseded: bool) -> T:
        found = decode(value, metadata)
        fields = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
        return kind(**fields, step=step, wall_time=wall_time, superseded=superseded)

    return convert
