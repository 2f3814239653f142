"""Quiet on other people's files: PyTorch, Lightning, TensorFlow, Keras, RL, GANs of ten years."""

from __future__ import annotations

from pathlib import Path

import pytest

from sightline.server.examiner import examine_run
from sightline.store import LogDir

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "files"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the project")
def test_no_run_of_the_corpus_raises_an_alarm_and_few_have_a_note() -> None:
    alarms, notes, series = [], 0, 0
    for directory in sorted(CORPUS.iterdir()):
        logdir = LogDir(directory)
        logdir.refresh()
        for run in logdir.runs.values():
            series += sum(key.kind == "scalar" for key in run.series)
            for one in examine_run(run):
                if one.finding.severity == "note":
                    notes += 1
                else:
                    alarms.append((directory.name, run.name, one.tag, one.finding.words))
    assert series > 700
    assert alarms == []
    assert notes == 5
