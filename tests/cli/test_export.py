"""``sightline export``: what was logged, in the files of other programs."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import PIL.Image
import pytest
import torch.utils.tensorboard
from tests.unprivileged import unprivileged

from sightline.cli.safe_name import MAX_BYTES, run_path, safe_name
from sightline.format.event import (
    DataType,
    Event,
    Image,
    PluginData,
    Summary,
    SummaryMetadata,
    TensorProto,
    Value,
)
from sightline.format.kernel import frame, frame_scalar

VALUES = (0.1, -1e30, float("nan"), float("inf"), float("-inf"), 1 / 3)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "sightline", *arguments], capture_output=True, text=True, timeout=60)


def write(path: Path, *records: bytes) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    (path / "events.out.tfevents.1.x").write_bytes(b"".join(records))
    return path


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    for name in ("a", "b/c"):
        records = [frame_scalar(b"loss", value, step, 1000.5 + step) for step, value in enumerate(VALUES)]
        write(tmp_path / "logs" / name, *records, frame_scalar(b'odd, "tag"', 1.0, -5, 1000.0))
    return tmp_path / "logs"


def expected(run: str, value: float, step: int) -> tuple[Any, ...]:
    return (run, "loss", step, 1000.5 + step, float(np.float32(value)))


WANT = [expected(run, value, step) for run in ("a", "b/c") for step, value in enumerate(VALUES)]


def same(got: list[tuple[Any, ...]]) -> None:
    assert [repr(row) for row in got] == [repr(row) for row in WANT]


def test_scalars_are_printed_as_csv(logs: Path) -> None:
    done = run("export", str(logs), "--tag", "loss")
    assert (done.returncode, done.stderr) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == ["run", "tag", "step", "wall_time", "value", "superseded"]
    same([(r["run"], r["tag"], int(r["step"]), float(r["wall_time"]), float(r["value"])) for r in rows])
    frame_ = pandas.read_csv(io.StringIO(done.stdout))
    assert frame_["value"].isna().sum() == 2
    assert frame_["superseded"].dtype == bool


def test_scalars_as_json_lines(logs: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.jsonl"
    done = run("export", str(logs), "--tag", "loss", "--out", str(out))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"{len(WANT)} points written to {out}\n")

    def refuse(name: str) -> None:
        raise AssertionError(name)

    rows = [json.loads(line, parse_constant=refuse) for line in out.read_text().splitlines()]
    same([(r["run"], r["tag"], r["step"], r["wall_time"], float(r["value"])) for r in rows])
    assert {row["superseded"] for row in rows} == {False}


def test_scalars_as_parquet(logs: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    out = tmp_path / "x.parquet"
    assert run("export", str(logs), "--tag", "loss", "--out", str(out)).returncode == 0
    table = parquet.read_table(out)
    columns = [table[name].to_pylist() for name in ("run", "tag", "step", "wall_time", "value")]
    same(list(zip(*columns, strict=True)))


@pytest.mark.parametrize(("steps", "rows"), [("2:3", 4), (":1", 6), ("4:", 4), ("5", 2), ("-5:-1", 2), (":", 14)])
def test_steps_are_cut_with_both_ends(logs: Path, steps: str, rows: int) -> None:
    done = run("export", str(logs), f"--steps={steps}")
    assert len(list(csv.reader(io.StringIO(done.stdout)))) - 1 == rows


def test_a_pattern_that_matches_nothing_is_said(logs: Path) -> None:
    done = run("export", str(logs), "--tag", "nothing*")
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, 1, "no scalar matches\n")


def test_a_tag_with_commas_and_quotes_comes_back(logs: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("export", str(logs), "--run", "a", "--tag", "odd*").stdout)))
    assert [row["tag"] for row in rows] == ['odd, "tag"']


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--kind", "image"], "--kind image needs --out DIRECTORY"),
        (["--steps", "x"], "--steps x: want LOW:HIGH"),
        (["--steps", "3:2"], "--steps 3:2: 3 is greater than 2"),
        (["--format", "parquet"], "--format parquet needs --out FILE"),
        (["--tag", "los"], "no scalar 'los'; near: 'loss'"),
        (["--kind", "imag", "--out", "{tmp}"], "no kind 'imag'; there are"),
        (["--out", "{there}"], "exists already, and nothing is written over"),
        (["--kind", "all", "--out", "{there}"], "is a file: anything but scalars alone is written to a directory"),
    ],
)
def test_a_wrong_call_is_one_clear_sentence(logs: Path, tmp_path: Path, arguments: list[str], message: str) -> None:
    there = tmp_path / "there.csv"
    there.write_text("mine")
    given = [each.format(tmp=tmp_path / "out", there=there) for each in arguments]
    done = run("export", str(logs), *given)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("sightline: ")
    assert message in done.stderr
    assert there.read_text() == "mine"


def test_a_reader_that_has_seen_enough_is_no_error(logs: Path) -> None:
    write(logs, *(frame_scalar(b"many", 1.0, step, 1000.0) for step in range(50_000)))
    command = [sys.executable, "-m", "sightline", "export", str(logs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@pytest.mark.filterwarnings("ignore")
def test_everything_that_torch_writes_becomes_files(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    picture = generator.integers(0, 255, (3, 4, 5), np.uint8)
    with torch.utils.tensorboard.SummaryWriter(str(tmp_path / "logs" / "run 1")) as writer:
        writer.add_scalar("loss", 0.5, 1)
        writer.add_image("gan/out", picture, 7)
        writer.add_image("gan/out", picture, 7)
        writer.add_text("note", "*hello*", 2)
        writer.add_histogram("w", np.array([0.0, 1.0, 1.0]), 3, bins=[0.0, 0.5, 1.0])
        writer.add_audio("tone", torch.zeros(10), 6)
        writer.add_tensor("t", torch.arange(6).reshape(2, 3), 4)
        writer.add_graph(torch.nn.Linear(2, 2), torch.zeros(1, 2))
        writer.add_custom_scalars({"train": {"losses": ["Multiline", ["loss/.*"]]}})
    out = tmp_path / "out"
    done = run("export", str(tmp_path / "logs"), "--kind", "all", "--out", str(out))
    assert done.returncode == 0, done.stderr
    run_files = [name.removeprefix("run%201/") for name in files(out)]
    assert run_files == [
        "audio/tone/step-6.wav",
        "custom_scalars/custom_scalars__config__/step-0.json",
        "graph/__run_graph__/step-0.pb",
        "graph/step1/step-0.pb",
        "histogram/w/step-3.csv",
        "image/gan%2Fout/step-7-2.png",
        "image/gan%2Fout/step-7.png",
        "tensor/t/step-4.npy",
        "text/note%2Ftext_summary/step-2.md",
        "scalars.csv",
    ]
    there = out / "run%201"
    np.testing.assert_array_equal(np.load(there / "tensor/t/step-4.npy"), np.arange(6).reshape(2, 3))
    image = np.asarray(PIL.Image.open(there / "image/gan%2Fout/step-7.png"))
    np.testing.assert_array_equal(image, picture.transpose(1, 2, 0))
    assert (there / "text/note%2Ftext_summary/step-2.md").read_text() == "*hello*"
    (category,) = json.loads((there / "custom_scalars/custom_scalars__config__/step-0.json").read_text())["categories"]
    assert (category["title"], category["charts"][0]["tags"]) == ("train", ["loss/.*"])
    counts = pandas.read_csv(there / "histogram/w/step-3.csv")
    assert counts["count"].sum() == 3
    from tensorboard.compat.proto.graph_pb2 import GraphDef

    assert len(GraphDef.FromString((there / "graph/__run_graph__/step-0.pb").read_bytes()).node) > 0


def image(tag: str, picture: bytes = b"\x89PNG\r\n\x1a\n") -> bytes:
    value = Value(tag=tag, image=Image(encoded_image_string=picture))
    return frame(Event(wall_time=1.0, summary=Summary(value=[value])).SerializeToString())


HOSTILE = ["../../up", "/etc/passwd", "..", ".", ".hidden", "a\nb", "x" * 5000, "x" * 5001, "é/ü", "%2F", "/", "con:1"]


def test_hostile_tags_stay_below_the_directory_and_apart(tmp_path: Path) -> None:
    write(tmp_path / "logs", *map(image, HOSTILE))
    out = tmp_path / "deep" / "out"
    done = run("export", str(tmp_path / "logs"), "--kind", "image", "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert len(files(out)) == len(HOSTILE)
    assert len(files(tmp_path)) == len(HOSTILE) + 1


def test_names_are_plain_distinct_and_short() -> None:
    names = [safe_name(tag) for tag in [*HOSTILE, "", "a b", "a%20b"]]
    assert len(set(names)) == len(names)
    for name in names:
        assert name.isascii()
        assert "/" not in name
        assert not name.startswith(".")
        assert 0 < len(name) <= MAX_BYTES
    assert safe_name("lr=0.1,b_2") == "lr=0.1,b_2"
    assert run_path("a/../b") == Path("a/%2E./b")
    assert run_path(".") == Path()


def test_what_can_not_be_read_is_said_and_the_rest_is_written(tmp_path: Path) -> None:
    metadata = SummaryMetadata(plugin_data=PluginData(plugin_name="images"))
    value = Value(
        tag="bad\x1b[2J", metadata=metadata, tensor=TensorProto(dtype=DataType.STRING, string_val=[b"no picture"])
    )
    bad = Event(wall_time=1.0, step=4, summary=Summary(value=[value]))
    write(tmp_path / "logs", image("good"), frame(bad.SerializeToString()))
    out = tmp_path / "out"
    done = run("export", str(tmp_path / "logs"), "--kind", "image", "--out", str(out))
    assert done.returncode == 1
    assert files(out) == ["image/good/step-0.png"]
    first, last = done.stderr.splitlines()
    assert first.startswith("sightline: bad\\x1b[2J at step 4 of run .: image tensor: got dtype 7, 1 strings")
    assert last == f"1 file written below {out}"


@pytest.mark.parametrize("options", [[], ["--kind", "all", "--out", "OUT"]])
def test_what_is_missing_is_said_and_the_rest_is_written(logs: Path, tmp_path: Path, options: list[str]) -> None:
    options = [str(tmp_path / "out") if each == "OUT" else each for each in options]
    hurt = bytearray(frame_scalar(b"loss", 1.0, 0, 1000.0))
    hurt[-1] ^= 1
    write(logs / "hurt", frame_scalar(b"loss", 7.0, 3, 1000.0), bytes(hurt))
    done = run("export", str(logs), *options)
    assert done.returncode == 1
    assert (
        "sightline: 1 event file could not be read, or not whole; the rest is written. sightline check says where\n"
    ) in done.stderr
    written = done.stdout if not options else (tmp_path / "out" / "scalars.csv").read_text()
    assert "hurt,loss,3,1000.0,7.0,False\n" in written
    sound = run("export", str(logs), "--run", "a")
    assert (sound.returncode, sound.stderr) == (0, "")


def test_negative_steps_need_no_equals_sign(logs: Path) -> None:
    for steps in (["--steps", "-5:-1"], ["--steps=-5:-1"]):
        done = run("export", str(logs), "--run", "a", *steps)
        assert [line.split(",")[-4] for line in done.stdout.splitlines()[1:]] == ["-5"]


@pytest.mark.parametrize("forbidden", ["hurt/events.out.tfevents.1.x", "hurt"])
def test_what_may_not_be_read_is_said(logs: Path, forbidden: str) -> None:
    write(logs / "hurt", frame_scalar(b"loss", 7.0, 3, 1000.0))
    (logs / forbidden).chmod(0)
    command = unprivileged(sys.executable, "-m", "sightline", "export", "--no-cache", str(logs))
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    what = "event file" if "/" in forbidden else "directory"
    assert (done.returncode, done.stderr) == (
        1,
        f"sightline: 1 {what} could not be read, or not whole; the rest is written. sightline check says where\n",
    )
    assert "a,loss,0," in done.stdout
    (logs / forbidden).chmod(0o700)
