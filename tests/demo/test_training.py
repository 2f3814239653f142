"""The demo really learns, logs what it promises, and stops when it is asked to."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from sightline.demo import SETTINGS, Progress, Settings, train, training
from sightline.errors import MissingExtra

QUICK = [
    replace(settings, steps=steps, seconds_per_step=0.0) for settings, steps in zip(SETTINGS, (100, 8, 8), strict=True)
]


def read(run: Path) -> Any:
    accumulator = EventAccumulator(str(run), size_guidance={"scalars": 0, "images": 0, "tensors": 0})
    accumulator.Reload()
    return accumulator


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("digits")
    train(path, runs=QUICK)
    return path


def test_there_is_a_directory_for_each_run_named_by_its_hyperparameters(logdir: Path) -> None:
    assert sorted(path.name for path in logdir.iterdir()) == sorted(settings.name for settings in QUICK)
    assert Settings(learning_rate=0.003, width=16).name == "lr=0.003 w=16"


def test_the_network_learns(logdir: Path) -> None:
    run = read(logdir / QUICK[0].name)

    accuracy = [point.value for point in run.Scalars("acc/val")]
    assert accuracy[0] < 0.3
    assert accuracy[-1] > 0.8
    drawn = [point.value for point in run.Scalars("generator/reconstruction")]
    assert np.mean(drawn[-10:]) < 0.75 * np.mean(drawn[:10])


def test_every_step_has_its_scalars_and_pictures_come_often(logdir: Path) -> None:
    run = read(logdir / QUICK[0].name)

    for tag in ("loss/train", "acc/train", "optim/lr", "optim/grad_norm", "generator/divergence"):
        assert [point.step for point in run.Scalars(tag)] == list(range(100))
    for tag in ("digits/predictions", "digits/filters", "generator/samples", "generator/reconstructions"):
        assert [image.step for image in run.Images(tag)] == [0, 3, 6, 10, 15, 20, 25, 30, 40, 50, 60, 90, 99]
    assert [image.step for image in run.Images("confusion")] == [0, 90, 99]
    texts = {tag: run.Tensors(tag)[-1].tensor_proto.string_val[0].decode() for tag in run.Tags()["tensors"]}
    assert "| learning rate | 0.003" in texts["hyperparameters/text_summary"]
    assert texts["notes/text_summary"].startswith("**Step 99**: ")


def test_the_first_and_the_last_picture_differ(logdir: Path) -> None:
    images = read(logdir / QUICK[0].name).Images("generator/samples")

    first, last = (PIL.Image.open(io.BytesIO(images[index].encoded_image_string)) for index in (0, -1))
    assert first.size == last.size
    assert np.abs(np.asarray(first, float) - np.asarray(last, float)).mean() > 20


def test_the_same_settings_give_the_same_curve(tmp_path: Path) -> None:
    curves = []
    for name in ("a", "b"):
        train(tmp_path / name, runs=[QUICK[1]])
        curves.append([point.value for point in read(tmp_path / name / QUICK[1].name).Scalars("loss/train")])

    assert curves[0] == curves[1]


def test_progress_is_told_after_each_step_until_it_is_asked_to_stop(tmp_path: Path) -> None:
    told: list[Progress] = []

    train(tmp_path, runs=QUICK, on_progress=told.append, should_stop=lambda: len(told) >= 5)

    assert [(progress.run, progress.step, progress.total) for progress in told] == [
        (QUICK[0].name, step, 100) for step in range(1, 6)
    ]
    assert set(told[-1].metrics) == {"accuracy", "loss"}
    assert [path.name for path in tmp_path.iterdir()] == [QUICK[0].name]
    assert len(read(tmp_path / QUICK[0].name).Scalars("loss/train")) == 5


def test_a_missing_package_is_said_with_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "find_spec", lambda name: None if name == "sklearn" else object())

    with pytest.raises(MissingExtra, match=r'needs sklearn, not installed: pip install "sightline\[demo\]"'):
        train(tmp_path)
    assert list(tmp_path.iterdir()) == []
