"""The ``sightline`` command: what a call does, and what it says when it can't."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sightline.cli import check, main
from sightline.format.kernel import frame_scalar


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sightline", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )


def test_a_log_directory_that_is_a_file_is_one_clear_sentence(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("x")
    done = run(str(file))
    assert done.returncode == 2
    assert done.stdout == ""
    assert re.fullmatch(r"sightline: .*directory.*file.*notes\.txt\n", done.stderr)


def test_a_port_that_is_none_is_one_clear_sentence(tmp_path: Path) -> None:
    done = run(str(tmp_path), "--port", "70000")
    assert (done.returncode, done.stderr) == (2, "sightline: port is 70000: want a number from 0 to 65535\n")


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["demo", "--help"], ["check", "--help"]])
def test_help_shows_a_real_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 0
    assert re.search(r"^  sightline \S+", capsys.readouterr().out, re.MULTILINE)


def test_without_arguments_it_shows_the_help_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "sightline runs/" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["inspect", "export", "check"])
def test_a_log_directory_may_be_given_as_tensorboard_has_it(tmp_path: Path, verb: str) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "events.out.tfevents.1.x").write_bytes(frame_scalar(b"x", 1.0, 0, 1000.0))
    plain = run(verb, str(tmp_path / "a"), str(tmp_path / "b"))
    assert plain.returncode == 0
    assert run(verb, "--logdir", str(tmp_path / "a"), f"--logdir={tmp_path / 'b'}").stdout == plain.stdout
    nothing = run(verb)
    assert (nothing.returncode, nothing.stderr) == (
        2,
        f"sightline: {verb} needs a directory: sightline {verb} runs/\n",
    )


def test_the_version_is_printed() -> None:
    done = run("--version")
    assert done.returncode == 0
    assert done.stdout == f"sightline {check.version()}\n"


def test_starting_the_command_imports_neither_the_server_nor_numpy() -> None:
    code = "import sys, sightline.cli; sightline.cli.parser(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"numpy", "uvicorn", "starlette", "msgspec", "torch", "rich", "sightline.store"}


def test_serving_imports_neither_arrow_nor_markdown_nor_torch_at_its_start() -> None:
    code = (
        "import sys, sightline.server.listen, sightline.store; from sightline.server.app import endpoints; endpoints()"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "uvicorn" in loaded
    assert not loaded & {"nanoarrow", "markdown_it", "nh3", "PIL", "torch", "rich", "importlib.metadata"}


@pytest.mark.parametrize(
    ("number", "option"), [(signal.SIGINT, []), (signal.SIGTERM, []), (signal.SIGINT, ["--logdir"])]
)
def test_a_signal_stops_it_without_a_traceback(tmp_path: Path, number: signal.Signals, option: list[str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "sightline", *option, str(tmp_path), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "http://127.0.0.1:" in process.stdout.readline()
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == (0 if number == signal.SIGINT else -number)
    assert errors == ""


def test_check_says_which_file_is_damaged_and_where(tmp_path: Path) -> None:
    good = [frame_scalar(b"x", float(step), step, 1000.0) for step in range(5)]
    damaged = bytearray(good[2])
    damaged[-6] ^= 1
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "events.out.tfevents.1.x").write_bytes(b"".join([*good[:2], bytes(damaged), *good[3:]]))
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "events.out.tfevents.1.x").write_bytes(b"".join(good))
    done = run("check", str(tmp_path))
    assert done.returncode == 1
    assert "a/events.out.tfevents.1.x: 4 records" in done.stdout
    assert f"byte {len(good[0] + good[1])}:" in done.stdout
    assert "b/events" not in done.stdout
    assert done.stdout.endswith(
        "2 event files in 2 runs: 9 records verified, 1 damaged place, 0 not readable\n"
        "--repair OUT copies every readable record of the damaged files to new ones\n"
    )


def test_check_of_sound_files_ends_with_0(tmp_path: Path) -> None:
    (tmp_path / "events.out.tfevents.1.x").write_bytes(frame_scalar(b"x", 1.0, 0, 1000.0))
    done = run("check", str(tmp_path))
    assert done.returncode == 0
    assert done.stdout == "1 event file in 1 run: 1 record verified, 0 damaged places, 0 not readable\n"


def test_check_of_a_directory_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = run("check", str(tmp_path / "nothing"))
    assert done.returncode == 2
    assert done.stderr.startswith("sightline: there is no such directory or event file: ")


def test_check_version_says_which_kernel_is_in_use_and_why() -> None:
    done = run("check", "--version", SIGHTLINE_KERNEL="python")
    assert done.returncode == 0
    assert "python (slower): SIGHTLINE_KERNEL=python in the environment" in done.stdout
    assert re.search(r"^python +3\.\d+\.\d+", done.stdout, re.MULTILINE)
    from sightline.format import kernel

    if kernel.NAME == "native":
        assert "native (compiled)" in run("check", "--version").stdout


def test_ctrl_c_ends_an_export_without_a_traceback(tmp_path: Path) -> None:
    with (tmp_path / "events.out.tfevents.1.x").open("wb") as file:
        for step in range(20_000):
            file.write(frame_scalar(b"x", 1.0, step, 1000.0))
    command = [sys.executable, "-m", "sightline", "export", "--no-cache", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.read(20).startswith("run,tag,step")  # the rest does not fit into the pipe
    process.send_signal(signal.SIGINT)
    said, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (130, "")
    assert len(said.splitlines()) < 20_000


def test_a_verb_that_is_misspelt_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["inspct", "--port", "70000"]) == 2
    assert capsys.readouterr().err.startswith(
        "sightline: 'inspct' is no verb, and taken for a log directory; near: 'inspect'\nsightline: port"
    )
    (tmp_path / "inspct").mkdir()
    assert main(["inspct", "--port", "70000"]) == 2
    assert capsys.readouterr().err.startswith("sightline: port")


@pytest.mark.parametrize("verb", ["serve", "inspect"])
def test_an_empty_name_is_not_the_working_directory(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, ""]) == 2
    assert capsys.readouterr().err.startswith("sightline: got an empty name: want a directory")


def test_log_directories_may_stand_behind_an_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "events.out.tfevents.1.x").write_bytes(frame_scalar(b"x", 1.0, 0, 1000.0))
    a, b, c = (str(tmp_path / name) for name in ("a", "b", "c"))
    assert main(["export", a, "--tag", "x", b, "--no-cache", c]) == 0
    assert [line.partition(",")[0] for line in capsys.readouterr().out.splitlines()] == ["run", "a", "b", "c"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["inspect", "x", "--tga", "loss"], "sightline inspect: no option --tga; near: --tag. "),
        (["export", "x", "--ouut=y"], "sightline export: no option --ouut=y; near: --out. "),
        (["x", "--prt", "7007"], "sightline serve: no option --prt; near: --port. "),
        (["--verison"], "sightline serve: no option --verison; near: --version. "),
        (["demo", "x"], "sightline demo: got 'x'. "),
        (["check", "x", "--repair"], "sightline check: argument --repair: expected one argument. "),
        (["export", "x", "--format", "xml"], "sightline export: argument --format: invalid choice: 'xml'"),
    ],
)
def test_a_wrong_option_is_one_sentence_that_says_what_to_do(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    said = capsys.readouterr()
    assert said.err.startswith(words)
    assert re.fullmatch(r".*\. sightline (\w+) --help lists what there is\n", said.err)
    assert said.out == ""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_name_that_the_terminal_can_not_say_is_no_traceback(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "損失").mkdir()
    (tmp_path / "損失" / "events.out.tfevents.1.x").write_bytes(frame_scalar("値損".encode(), 1.0, 0, 1000.0))
    told = run("inspect", str(tmp_path), PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert (told.returncode, told.stderr) == (0, "")
    assert "\\u640d\\u5931  (1 event file" in told.stdout
    assert run("check", str(tmp_path / "損失"), "--json", PYTHONIOENCODING=encoding).returncode == 0
    exported = subprocess.run(
        [sys.executable, "-m", "sightline", "export", str(tmp_path)],
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert "損失,値損,0,1000.0,1.0,False\n" in exported.stdout.decode("utf-8")


def test_a_closed_output_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "events.out.tfevents.1.x").write_bytes(frame_scalar(b"x", 1.0, 0, 1000.0))
    for verb in ("inspect", "export", "check"):
        command = shlex.join([sys.executable, "-m", "sightline", verb, str(tmp_path)])
        done = subprocess.run(["sh", "-c", f"{command} >&-"], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
