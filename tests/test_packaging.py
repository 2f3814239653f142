"""What is published: the source archive builds a wheel without npm, and the wheel holds the kernel and the viewer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from sightline.format import kernel

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str, directory: Path, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that git knows or would add, and the built viewer: what a packager stands in."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: nothing says which files belong to the project")
    copy = tmp_path_factory.mktemp("packaging") / "checkout"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    webapp = [path.relative_to(ROOT) for path in (ROOT / "src/sightline/webapp").rglob("*") if path.is_file()]
    for name in [*(Path(os.fsdecode(name)) for name in listed.split(b"\0") if name), *webapp]:
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    return copy


@pytest.mark.timeout(900)
def test_the_source_archive_builds_a_wheel_with_kernel_and_viewer_and_without_npm(
    checkout: Path, tmp_path: Path
) -> None:
    run(sys.executable, "-m", "build", "--sdist", "--outdir", str(tmp_path), directory=checkout)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as members:
        assert any(name.endswith("/src/sightline/webapp/index.html") for name in members.getnames())

    trap = tmp_path / "bin"
    trap.mkdir()
    for name in ("npm", "node", "npx"):
        (trap / name).write_text(f"#!/bin/sh\necho {name} was called >> {tmp_path}/called\nexit 1\n")
        (trap / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{trap}{os.pathsep}{os.environ['PATH']}"}
    pip = (
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "wheel",
        "--no-deps",
        "--wheel-dir",
        str(tmp_path),
    )
    run(*pip, str(archive), directory=tmp_path, environment=environment)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "sightline/webapp/index.html" in names
    assert any(name.startswith("sightline/webapp/assets/") and name.endswith(".js") for name in names)
    assert any(name.startswith("sightline/_native/_kernel.") for name in names) == (kernel.NAME == "native")
    assert "sightline/py.typed" in names
    assert not any(name.startswith(("tests/", "web/", "sightline/_native/CMake")) for name in names)
    assert not (tmp_path / "called").exists(), (tmp_path / "called").read_text()
