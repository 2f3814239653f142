"""``sightline check``: damage is said; ``--repair`` keeps what is readable, as TensorBoard then reads it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader

import sightline
from sightline.cli import main
from sightline.cli.repair import repair_files
from sightline.format.kernel import frame, frame_scalar
from sightline.store import LogDir

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "files" / "derived-corrupt"
NAME = "events.out.tfevents.1.x"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "sightline", *arguments], capture_output=True, text=True, timeout=60)


def steps(path: Path) -> list[int]:
    """What TensorBoard, which stops at the first damage, reads."""
    return [event.step for event in LegacyEventFileLoader(str(path)).Load()]


RECORDS = [frame_scalar(b"x", float(step), step, 1000.0) for step in range(1, 8)]


def damaged(*which: int, tail: bytes = b"") -> bytes:
    records = [bytearray(record) for record in RECORDS]
    for each in which:
        records[each][-6] ^= 1
    return b"".join(records) + tail


def write(path: Path, data: bytes) -> Path:
    path.mkdir(parents=True)
    (path / NAME).write_bytes(data)
    return path / NAME


@pytest.mark.parametrize(
    ("which", "tail", "kept"),
    [
        ((2,), b"", [1, 2, 4, 5, 6, 7]),
        ((0,), b"", [2, 3, 4, 5, 6, 7]),
        ((6,), b"", [1, 2, 3, 4, 5, 6]),
        ((1, 2, 5), b"", [1, 4, 5, 7]),
        ((3,), b"cut", [1, 2, 3, 5, 6, 7]),
    ],
)
def test_a_repaired_file_holds_every_readable_record(
    tmp_path: Path, which: tuple[int, ...], tail: bytes, kept: list[int]
) -> None:
    path = write(tmp_path / "logs" / "a", damaged(*which, tail=tail))
    write(tmp_path / "logs" / "sound", damaged())
    before = path.read_bytes()
    assert steps(path) == list(range(1, which[0] + 1))
    out = tmp_path / "out"
    done = run("check", str(tmp_path / "logs"), "--repair", str(out))
    assert done.returncode == 1
    assert [path for path in out.rglob("*") if path.is_file()] == [out / "a" / NAME]
    assert steps(out / "a" / NAME) == kept
    assert f"{out / 'a' / NAME}: {len(kept)} records" in done.stdout
    assert path.read_bytes() == before
    again = run("check", str(out))
    assert again.returncode == 0, again.stdout


def test_more_damaged_places_than_are_listed_are_left_out_as_well(tmp_path: Path) -> None:
    sound = damaged()
    path = write(tmp_path / "logs", sound + frame(b"\xff\xff") * 1500 + sound)
    out = tmp_path / "repaired.tfevents"
    done = run("check", str(path), "--repair", str(out))
    assert "1500 damaged places" in done.stdout.replace(",", "")
    assert out.read_bytes() == sound + sound


def test_one_file_is_repaired_to_one_file(tmp_path: Path) -> None:
    path = write(tmp_path / "logs", damaged(4))
    out = tmp_path / "repaired.tfevents"
    assert run("check", str(path), "--repair", str(out)).returncode == 1
    assert steps(out) == [1, 2, 3, 4, 6, 7]


def test_nothing_is_written_over_nor_into_the_log_directory(tmp_path: Path) -> None:
    path = write(tmp_path / "logs", damaged(4))
    out = tmp_path / "there"
    out.write_text("mine")
    done = run("check", str(path), "--repair", str(out))
    assert done.returncode == 2
    assert "exists already, and nothing is written over" in done.stderr
    assert out.read_text() == "mine"
    done = run("check", str(tmp_path / "logs"), "--repair", str(tmp_path / "logs" / "out"))
    assert done.returncode == 2
    assert "where it would be read as more runs" in done.stderr
    done = run("check", str(path), str(tmp_path / "logs"), "--repair", str(tmp_path / "logs" / "out"))
    assert done.returncode == 2
    assert [each.name for each in (tmp_path / "logs").iterdir()] == [NAME]


def test_several_event_files_are_repaired_each_to_its_own(tmp_path: Path) -> None:
    """As a shell's ``logs/*tfevents*`` gives them."""
    a, b = write(tmp_path / "a", damaged(4)), write(tmp_path / "b", damaged(2))
    write(tmp_path / "c", damaged())
    out = tmp_path / "out"
    assert run("check", *map(str, (a, b, tmp_path / "c" / NAME)), "--repair", str(out)).returncode == 1
    assert [steps(path) for path in sorted(out.rglob(NAME)) if path.is_file()] == [
        [1, 2, 3, 4, 6, 7],
        [1, 2, 4, 5, 6, 7],
    ]
    again = run("check", str(out), "--json")
    assert [(each["records"], each["damage"]) for each in json.loads(again.stdout)["files"]] == [(6, []), (6, [])]


@pytest.mark.parametrize("name", ["lr=0.1 bs=32 (v2)", "*star*", ".hidden", "new\nline", os.fsdecode(b"\xff")])
def test_a_repaired_run_is_called_as_the_damaged_one(tmp_path: Path, name: str) -> None:
    write(tmp_path / "logs" / name / "seed 1", damaged(4))
    (tmp_path / "logs" / name / NAME).write_bytes(damaged(2))
    done = run("check", str(tmp_path / "logs"), "--repair", str(tmp_path / "out"))
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 7
    repaired = sightline.open_logdir(tmp_path / "out", cache=False)
    assert list(repaired.runs) == list(sightline.open_logdir(tmp_path / "logs", cache=False).runs)
    assert [run.files[0].records for run in repaired.runs.values()] == [6, 6]


def test_a_name_that_is_given_leads_nowhere_else(tmp_path: Path) -> None:
    write(tmp_path / "logs" / "a", damaged(4))
    write(tmp_path / "more", damaged(4))
    out = tmp_path / "deep" / "out"
    done = run("check", f"..:{tmp_path / 'logs'}", f"b:{tmp_path / 'more'}", "--repair", str(out))
    assert done.returncode == 1
    assert sorted(str(path.relative_to(out)) for path in out.rglob(NAME)) == [f"%2E./a/{NAME}", f"b/{NAME}"]
    assert len(list(tmp_path.rglob(NAME))) == 4


def test_sound_files_need_no_repair(tmp_path: Path) -> None:
    write(tmp_path / "logs", damaged())
    done = run("check", str(tmp_path / "logs"), "--repair", str(tmp_path / "out"))
    assert done.returncode == 0
    assert done.stdout.endswith("nothing to repair\n")
    assert not (tmp_path / "out").exists()


def test_a_directory_that_can_not_be_written_to_is_one_sentence(tmp_path: Path) -> None:
    path = write(tmp_path / "logs", damaged(4))
    (tmp_path / "file").touch()
    done = run("check", str(path), "--repair", str(tmp_path / "file" / "out"))
    assert done.returncode == 1
    assert done.stderr == f"sightline: {tmp_path / 'file'}: File exists\n"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not beside the project")
def test_every_damaged_file_of_the_corpus_keeps_its_readable_points(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(CORPUS), "--repair", str(tmp_path / "out")]) == 1
    capsys.readouterr()
    before = sightline.open_logdir(CORPUS)
    after = sightline.open_logdir(tmp_path / "out")
    assert len(after.runs) >= 5
    for name, each in after.runs.items():
        assert [file.damage for file in each.files] == [()]
        assert {key: len(series) for key, series in each.series.items()} == {
            key: len(series) for key, series in before.runs[name].series.items()
        }
    assert {run.name for run in before.runs.values() if any(file.damage for file in run.files)} == set(after.runs)


def test_a_tail_without_any_record_is_one_line_that_says_both(tmp_path: Path) -> None:
    path = write(tmp_path / "logs", damaged(1, tail=bytes(100)))
    size = len(damaged())
    said = run("check", str(path)).stdout.splitlines()
    assert said[0].endswith(f"{NAME}: 6 records, {size:,} of {size + 100:,} bytes read")
    assert said[1].startswith("  payload checksum of the record at byte ")
    assert re.fullmatch(
        rf"  length checksum of the record at byte {size}: got 0x[0-9a-f]{{8}}, want 0x00000000; "
        rf"no record can be found after byte {size}",
        said[2],
    )
    assert said[3].startswith("1 event file in 1 run: ")


def test_json_has_every_file_with_its_damage(tmp_path: Path) -> None:
    write(tmp_path / "logs" / "a", damaged(2, tail=b"cut"))
    write(tmp_path / "logs" / "b", damaged())
    done = run("check", str(tmp_path / "logs"), "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert (told["records"], told["damaged_places"], told["not_readable"], told["problems"]) == (13, 1, 0, [])
    a, b = told["files"]
    start = len(b"".join(RECORDS[:2]))
    assert (a["run"], a["name"], a["records"], a["damage_count"]) == ("a", NAME, 6, 1)
    assert [(one["offset"], one["length"], one["reason"]) for one in a["damage"]] == [
        (start, len(RECORDS[2]), "payload checksum")
    ]
    assert "unfinished" in a["note"]
    assert (b["run"], b["damage"], b["note"], b["read_bytes"]) == ("b", [], "", b["size_bytes"])
    assert run("check", str(tmp_path / "logs" / "b"), "--json").returncode == 0
    assert run("check", str(tmp_path), "--json", "--repair", str(tmp_path / "out")).returncode == 2


def test_a_link_to_nowhere_is_not_written_through(tmp_path: Path) -> None:
    path = write(tmp_path / "logs", damaged(4))
    out = tmp_path / "there"
    out.symlink_to(tmp_path / "elsewhere")
    done = run("check", str(path), "--repair", str(out))
    assert done.returncode == 2
    assert "exists already, and nothing is written over" in done.stderr
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_that_was_deleted_meanwhile_does_not_stop_the_repair_of_others(tmp_path: Path) -> None:
    path = write(tmp_path / "logs" / "a", damaged(4))
    (path.parent / f"{NAME}.2").write_bytes(damaged(2))
    logdir = LogDir(tmp_path / "logs", verify=True)
    logdir.refresh()
    path.unlink()
    logdir.refresh()
    repair_files(logdir, tmp_path / "out")
    assert [each.name for each in (tmp_path / "out").rglob("*.2")] == [f"{NAME}.2"]
    assert not list((tmp_path / "out").rglob(NAME))


def test_a_link_to_nowhere_is_not_readable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "a", damaged())
    (tmp_path / "a" / "events.out.tfevents.2.x").symlink_to(tmp_path / "nowhere")
    assert main(["check", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "a/events.out.tfevents.2.x: 0 records, 0 of 0 bytes read\n  a link to a file that is not there\n" in out
    assert "2 event files in 1 run: 7 records verified, 0 damaged places, 1 not readable" in out
