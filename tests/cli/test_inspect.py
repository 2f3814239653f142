"""``sightline inspect``: what TensorBoard's inspector counts, for every tag."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing import event_file_inspector, event_file_loader
from tests.unprivileged import unprivileged

from sightline import SummaryWriter
from sightline.cli import main
from sightline.format.event import Event, Image, SessionLog, SessionStatus, Summary, Value
from sightline.format.kernel import frame, frame_scalar

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "files"
FIELDS = {"scalar": "scalars", "image": "images", "audio": "audio", "histogram": "histograms"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "sightline", *arguments], capture_output=True, text=True, timeout=60)


def describe(*arguments: str, capsys: pytest.CaptureFixture[str]) -> Any:
    assert main(["inspect", "--json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def corpus_runs() -> list[Any]:
    slugs = (
        "tbreducer",
        "torch-nan",
        "tbx-mnist",
        "renamed-face",
        "tf1-mnist-dist",
        "catboost-ml",
        "gen-tb-images_demo",
    )
    found = [each for slug in slugs for each in sorted({path.parent for path in (CORPUS / slug).rglob("*tfevents*")})]
    missing = pytest.mark.skip(reason="the corpus is not beside the project")
    return [pytest.param(each, id=str(each.relative_to(CORPUS))) for each in found] or [pytest.param("", marks=missing)]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("directory", corpus_runs())
def test_counts_and_steps_are_those_of_tensorboards_inspector(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sorted(str(path) for path in directory.glob("*tfevents*"))
    want: dict[str, dict[str, list[int]]] = {}
    for file in files:
        events = event_file_loader.LegacyEventFileLoader(file).Load()
        for field, seen in event_file_inspector.get_field_to_observations_map(events).items():
            for each in seen:
                want.setdefault(field, {}).setdefault(each["tag"], []).append(each["step"])
    (ours,) = describe(*files, capsys=capsys)["runs"] if len(files) == 1 else [
        each for each in describe(str(directory), capsys=capsys)["runs"] if each["run"] == "."
    ]  # fmt: skip
    for tag in ours["tags"]:
        field = FIELDS.get(tag["kind"])
        if field is None or tag["tag"] not in want.get(field, {}):
            continue  # TensorFlow 2's scalars and pictures are tensors for the inspector
        steps = want[field].pop(tag["tag"])
        observed = event_file_inspector.get_dict_to_print({"scalars": [{"step": step} for step in steps]})["scalars"]
        assert tag["distinct_steps"] == observed["num_steps"]
        assert tag["points"] == len(steps)
        assert [tag[name] for name in ("min_step", "max_step", "first_step", "last_step")] == [
            observed[name] for name in ("min_step", "max_step", "first_step", "last_step")
        ]
        assert tag["out_of_order"] == len(observed["outoforder_steps"])
        assert [tuple(pair) for pair in tag["out_of_order_steps"]] == observed["outoforder_steps"][:100]
    assert [field for field in FIELDS.values() if want.get(field)] == []
    assert ours["graphs"] == len(want.get("graph", {}).get("", []))
    assert len(ours["session_starts"]) == len(want.get("sessionlog:start", {}).get("", []))


def write(path: Path, *records: bytes) -> None:
    path.mkdir(parents=True, exist_ok=True)
    (path / "events.out.tfevents.1.x").write_bytes(b"".join(records))


def test_a_table_for_people(tmp_path: Path) -> None:
    steps = (3, 4, 4, 2, 9, 5)
    write(tmp_path / "a", *(frame_scalar(b"loss/train", 1.0, step, 1000.0) for step in steps))
    write(tmp_path / "b", frame_scalar(b"acc", 1.0, 0, 1000.0), b"rest")
    done = run("inspect", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("a  (1 event file, ")
    assert lines[1] == "  scalar: 1 tag, 6 points"
    assert lines[2] == (
        "    loss/train  6 points, steps 3 to 5 (smallest 2, largest 9), 5 different, 2 out of order (first 2 after 4)"
    )
    assert "    acc  1 point, steps 0 to 0" in lines
    assert any(line.startswith("  ! events.out.tfevents.1.x: the last 4 bytes are an unfinished") for line in lines)
    assert lines[-1] == "2 runs, 2 series"


def test_patterns_choose_runs_and_tags(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        write(tmp_path / name, frame_scalar(b"loss/x", 1.0, 0, 1000.0), frame_scalar(b"acc", 1.0, 0, 1000.0))
    described = describe(str(tmp_path), "--run", "a*", "--tag", "loss/*", capsys=capsys)
    assert [(each["run"], [tag["tag"] for tag in each["tags"]]) for each in described["runs"]] == [("a", ["loss/x"])]


def test_a_tag_that_is_called_as_the_pattern_for_all_hides_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, frame_scalar(b"*", 1.0, 0, 1000.0), frame_scalar(b"acc", 1.0, 0, 1000.0))
    (run,) = describe(str(tmp_path), capsys=capsys)["runs"]
    assert [tag["tag"] for tag in run["tags"]] == ["*", "acc"]


def test_restarts_and_sessions_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start = frame(
        Event(wall_time=1005.0, step=2, session_log=SessionLog(status=SessionStatus.START)).SerializeToString()
    )
    points = [frame_scalar(b"x", 1.0, step, 1000.0 + step) for step in range(4)]
    write(tmp_path, *points, start, frame_scalar(b"x", 1.0, 2, 1006.0))
    (each,) = describe(str(tmp_path), capsys=capsys)["runs"]
    assert each["session_starts"] == [2]
    assert each["restarts"] == [{"step": 2, "wall_time": 1005.0, "evidence": "session"}]
    assert each["tags"][0]["superseded"] == 2


def test_a_hostile_tag_does_not_command_the_terminal(tmp_path: Path) -> None:
    write(tmp_path, frame_scalar(b"\x1b[2Jred\n", 1.0, 0, 1000.0))
    done = run("inspect", str(tmp_path))
    assert "\\x1b[2Jred\\n" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_place_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = run("inspect", str(tmp_path / "nothing"))
    assert done.returncode == 2
    assert done.stderr.startswith("sightline: there is no such directory or event file: ")


def test_health_says_what_looks_wrong_and_nothing_of_a_healthy_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, last in (("ill", float("nan")), ("well", 0.5)):
        with SummaryWriter(tmp_path / name) as writer:
            for step, value in enumerate([1.0, 0.8, last]):
                writer.add_scalar("loss\n/train", value, step, walltime=1e9 + step)
    assert main(["inspect", str(tmp_path), "--health"]) == 0
    said = capsys.readouterr().out
    assert said.count("!") == 2
    assert "  !! loss\\n/train is NaN at step 2, its last\n" in said
    ill, well = describe(str(tmp_path), "--health", capsys=capsys)["runs"]
    assert [(one["what"], one["severity"], one["step"], one["wall_time"]) for one in ill["health"]] == [
        ("nan", "bad", 2, 1e9 + 2)
    ]
    assert well["health"] == []
    assert "health" not in describe(str(tmp_path), capsys=capsys)["runs"][0]


def test_names_of_runs_and_files_do_not_command_the_terminal(tmp_path: Path) -> None:
    place = tmp_path / "logs" / "red\x1b[31m\nrun"
    place.mkdir(parents=True)
    (place / "a\x1b[2J.tfevents").write_bytes(b"cut")
    (place / os.fsdecode(b"\xe9.tfevents")).write_bytes(b"cut")
    for verb in ("inspect", "check"):
        done = run(verb, str(tmp_path / "logs"))
        assert done.stderr == ""
        assert "\x1b" not in done.stdout
        assert "red\\x1b[31m\\nrun" in done.stdout
        assert "a\\x1b[2J.tfevents: " in done.stdout
        assert "\\xe9.tfevents: " in done.stdout


def test_a_name_that_is_not_there_is_an_error_and_a_pattern_is_not(tmp_path: Path) -> None:
    write(tmp_path / "train", frame_scalar(b"loss", 1.0, 0, 1000.0))
    done = run("inspect", str(tmp_path), "--run", "trian")
    assert (done.returncode, done.stderr) == (2, "sightline: no run 'trian'; near: 'train'\n")
    done = run("inspect", str(tmp_path), "--tag", "los")
    assert (done.returncode, done.stderr) == (2, "sightline: no tag 'los'; near: 'loss'\n")
    done = run("inspect", str(tmp_path), "--run", "trian*")
    assert (done.returncode, done.stdout) == (0, "0 runs, 0 series\n")


def test_nothing_found_is_said(tmp_path: Path) -> None:
    done = run("inspect", str(tmp_path))
    assert done.returncode == 0
    assert done.stdout.startswith("0 runs, 0 series\nno event file (one whose name contains 'tfevents') below ")


def test_embeddings_are_listed_where_there_is_no_event_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, config in (
        ("a", 'embeddings { tensor_name: "words" tensor_path: "t.tsv" tensor_shape: 5 tensor_shape: 2 }'),
        ("b", 'model_checkpoint_path: "m.ckpt" embeddings { tensor_name: "w" }'),
        ("c", "embeddings {"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "projector_config.pbtxt").write_text(config)
    described = describe(str(tmp_path), capsys=capsys)
    assert described["embeddings"] == [
        {
            "run": "a",
            "embeddings": [{"name": "words", "tensor_path": "t.tsv", "shape": [5, 2], "checkpoint": ""}],
        },
        {"run": "b", "embeddings": [{"name": "w", "tensor_path": "", "shape": [], "checkpoint": "m.ckpt"}]},
    ]
    (problem,) = described["problems"]
    assert problem.endswith("projector_config.pbtxt")
    assert [each["run"] for each in describe(str(tmp_path), "--run", "b*", capsys=capsys)["embeddings"]] == ["b"]
    lines = run("inspect", str(tmp_path)).stdout.splitlines()
    assert "    words  5 x 2, t.tsv" in lines
    assert "    w  in a TensorFlow checkpoint, which is not read: m.ckpt" in lines
    assert any(line.startswith("! ") and line.endswith("projector_config.pbtxt") for line in lines)


def test_a_directory_that_can_not_be_listed_is_said(tmp_path: Path) -> None:
    write(tmp_path / "a", frame_scalar(b"loss", 1.0, 0, 1000.0))
    (tmp_path / "b").mkdir(mode=0)
    command = unprivileged(sys.executable, "-m", "sightline", "inspect", str(tmp_path))
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert f"! {tmp_path / 'b'}: can't be listed: Permission denied" in done.stdout.splitlines()


def test_wall_times_at_the_end_of_float64_are_no_pause_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    times = [*(1000.0 + step for step in range(20)), 1e308, *(1100.0 + step for step in range(20))]
    records = [frame_scalar(b"loss", 1.0, step, wall_time) for step, wall_time in enumerate(times)]
    (tmp_path / "events.out.tfevents.1.x").write_bytes(b"".join(records))
    (described,) = describe(str(tmp_path), "--health", capsys=capsys)["runs"]
    assert [found["what"] for found in described["health"]] == []
    assert described["last_wall_time"] == 1e308


def test_only_a_note_of_something_unread_is_marked_as_trouble(tmp_path: Path) -> None:
    picture = Value(tag="p", image=Image(width=1, height=1, encoded_image_string=bytes(100_000)))
    long = frame(Event(wall_time=1000.0, summary=Summary(value=[picture])).SerializeToString())
    write(tmp_path / "long", long)
    write(tmp_path / "cut", long, b"cut")
    lines = run("inspect", str(tmp_path)).stdout.splitlines()
    marks = [line.split(" events.out")[0].strip() for line in lines if "events.out" in line]
    assert marks == ["!", "-"]
