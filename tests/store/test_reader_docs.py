"""The manual of the reader, executed: every block of docs/reader.md that is not marked otherwise."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "reader.md"
NAME = "events.out.tfevents.1700000000.host"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763606060000000040001f61738550000000049454e44ae426082"
)


def test_every_block_of_the_manual_runs(files: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for run in ("logs/runs/fmnist/lr=0.1", "logs/old/runs/fmnist"):
        for step in range(3):
            files.add(
                f"../{run}", files.scalar(step, tag="loss/train"), files.image(step, PNG, tag="generated"), name=NAME
            )
    folder = tmp_path / "logs" / "runs" / "fmnist" / "lr=0.1"
    (folder / "projector_config.pbtxt").write_text('embeddings { tensor_name: "e" tensor_path: "points.tsv" }')
    (folder / "points.tsv").write_text("1\t2\n")
    monkeypatch.chdir(tmp_path / "logs")
    blocks = re.findall(r"^```python\n(.*?)^```", MANUAL.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 8
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, str(MANUAL), "exec"), names)
    assert list(names["both"].runs) == ["baseline/fmnist", "runs/fmnist/lr=0.1"]
    assert list(names["seeds"].runs) == ["fmnist/lr=0.1"]
    assert (names["name"], names["embedding"].name) == ("fmnist/lr=0.1", "e")
    assert names["accumulator"].Scalars("loss/train")[-1].step == 2
    assert (tmp_path / "logs" / "last.png").exists()
