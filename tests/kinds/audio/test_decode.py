"""Every form in which clips are written gives the same samples; the standard library says how long they are."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.util import tensor_util

from sightline.errors import MalformedMessage
from sightline.format.event import Audio, DataType, TensorProto, Value
from sightline.kinds.audio.decode import decode_audio, sniff_mime
from sightline.kinds.audio.write import encode_audio
from sightline.store import ItemSeries, LogDir, SeriesKey

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"


def clip(frames: int = 100, channels: int = 1, rate: int = 8000, width: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(bytes(frames * channels * width))
    return out.getvalue()


def tensor(strings: Any) -> Value:
    proto = tensor_util.make_tensor_proto(np.array(strings, np.object_))
    return Value.FromString(Summary.Value(tag="x", tensor=proto).SerializeToString())


def test_a_legacy_clip_is_one_sample() -> None:
    value = encode_audio("x", np.zeros((50, 2)), 16000)
    (sample,) = decode_audio(Value.FromString(value.SerializeToString())).samples
    assert (sample.mime, sample.sample_rate, sample.channels, sample.frames) == ("audio/wav", 16000, 2, 50)
    assert (sample.bytes, sample.label) == (value.audio.encoded_audio_string, "")


def test_rows_are_clips_with_labels() -> None:
    first, second = clip(10, 1, 8000), clip(20, 2, 44100)
    samples = decode_audio(tensor([[first, b"a *label*"], [second, b"caf\xe9"]])).samples
    assert [(each.bytes, each.label) for each in samples] == [(first, "a *label*"), (second, "caf\\xe9")]
    assert [(each.sample_rate, each.channels, each.frames) for each in samples] == [(8000, 1, 10), (44100, 2, 20)]


def test_a_list_is_clips_without_labels() -> None:
    samples = decode_audio(tensor([clip(1), clip(2)])).samples
    assert [(each.frames, each.label) for each in samples] == [(1, ""), (2, "")]
    assert len(decode_audio(tensor(clip(3))).samples) == 1
    assert decode_audio(tensor(np.zeros((0, 2)))).samples == ()


@pytest.mark.parametrize(
    ("start", "mime"),
    [
        (clip(), "audio/wav"),
        (b"ID3\x04\x00", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"\xff\xf3\x40\xc0", "audio/mpeg"),
        (b"OggS\x00\x02", "audio/ogg"),
        (b"fLaC\x00\x00\x00\x22", "audio/flac"),
        (b"\xff\xf1\x50\x80", "application/octet-stream"),  # AAC
        (b"\xff\xff\xff\xff", "application/octet-stream"),
        (b"RIFF\x00\x00\x00\x00WEBP", "application/octet-stream"),
        (b"<html><script>", "application/octet-stream"),
        (b"<svg", "application/octet-stream"),
        (b"", "application/octet-stream"),
        (b"\xff", "application/octet-stream"),
    ],
)
def test_the_type_comes_from_the_bytes_alone(start: bytes, mime: str) -> None:
    assert sniff_mime(start) == mime
    value = Value(tag="x", audio=Audio(content_type="text/html", encoded_audio_string=start))
    assert decode_audio(value).samples[0].mime == mime


def test_what_is_no_wav_has_what_the_writer_says() -> None:
    audio = Audio(sample_rate=22050.0, num_channels=2, length_frames=7, encoded_audio_string=b"OggS\0")
    (sample,) = decode_audio(Value(tag="x", audio=audio)).samples
    assert (sample.sample_rate, sample.channels, sample.frames) == (22050, 2, 7)


def test_chunks_before_the_data_are_stepped_over() -> None:
    whole = clip(10)
    listed = whole[:12] + b"LIST" + struct.pack("<I", 3) + b"abc\0" + whole[12:]
    (sample,) = decode_audio(tensor([listed])).samples
    assert (sample.sample_rate, sample.frames) == (8000, 10)


def test_a_clip_cut_anywhere_is_still_a_sample() -> None:
    whole = clip(10, 2)
    for length in range(len(whole)):
        (sample,) = decode_audio(tensor([whole[:length]])).samples
        assert sample.bytes == whole[:length]
        assert 0 <= sample.frames <= 10
        assert sample.frames == max(0, length - 44) // 4


def test_a_header_that_says_nonsense_is_no_error() -> None:
    whole = bytearray(clip(10))
    for place in range(12, 44):
        for byte in (0, 255):
            hostile = bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
            assert len(decode_audio(tensor([hostile])).samples) == 1


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (Value(tag="x", simple_value=1.0), "audio of tag 'x': got simple_value"),
        (Value(tag="x", tensor=TensorProto(dtype=DataType.FLOAT, float_val=[1.0])), "got dtype 1"),
        (tensor([[b"a", b"b", b"c"]]), r"shape \(1, 3\)"),
        (tensor([[[b"a", b"b"]]]), r"shape \(1, 1, 2\)"),
    ],
)
def test_what_holds_no_clip_is_malformed(value: Value, why: str) -> None:
    with pytest.raises(MalformedMessage, match=why):
        decode_audio(value)


def expected() -> list[Any]:
    if not CORPUS.is_dir():
        return [pytest.param("", "", "", {}, marks=pytest.mark.skip(reason="the corpus is not beside the project"))]
    return [
        pytest.param(slug, run["run"], tag, facts, id=f"{slug}:{run['run']}:{tag}")
        for slug in ("gen-tb-audio_demo", "gen-jax-flax")
        for run in json.loads((CORPUS / "expected" / f"{slug}.json").read_text())["runs"]
        for tag, facts in run["tags"].items()
        if facts["plugin"] == "audio"
    ]


@pytest.mark.parametrize(("slug", "run", "tag", "facts"), expected())
def test_the_corpus_holds_what_tensorboard_finds(slug: str, run: str, tag: str, facts: dict[str, Any]) -> None:
    logdir = LogDir(CORPUS / "files" / slug)
    logdir.refresh()
    series = logdir.runs[run].series[SeriesKey("audio", tag)]
    assert isinstance(series, ItemSeries)
    assert len(series) == facts["count"]
    for end, row in (("first", 0), ("last", len(series) - 1)):
        samples = decode_audio(series.read(row), series.metadata).samples
        assert len(samples) == facts[end]["shape"][0]
        assert hashlib.sha256(samples[0].bytes).hexdigest() == facts[end]["first_string_sha256"]
        assert {sample.mime for sample in samples} == {"audio/wav"}
        with wave.open(io.BytesIO(samples[0].bytes)) as file:
            assert (samples[0].sample_rate, samples[0].channels, samples[0].frames) == (
                file.getframerate(),
                file.getnchannels(),
                file.getnframes(),
            )


def test_a_clip_is_told_of_without_its_bytes() -> None:
    (sample,) = decode_audio(tensor([[clip(frames=5000), b""]])).samples
    assert repr(sample) == "<audio/wav, 5,000 frames at 8000 Hz, 10,044 bytes>"
