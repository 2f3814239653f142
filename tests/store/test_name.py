"""An unknown run or tag is a KeyError that says what was probably meant."""

from __future__ import annotations

from typing import Any

import pytest

import sightline
from sightline.errors import ArgumentError, UnknownName
from sightline.store.name import unknown_name


def test_an_unknown_run_or_tag_names_those_that_are_near(files: Any) -> None:
    files.add("train", files.scalar(0))
    logdir = sightline.open_logdir(files.root)
    with pytest.raises(KeyError) as caught:
        logdir.runs["trian"]
    assert str(caught.value) == "no run 'trian'; near: 'train'"
    assert logdir.runs.get("trian") is None
    assert "trian" not in logdir.runs
    run = logdir.runs["train"]
    with pytest.raises(KeyError) as caught:
        run.scalars("lss")
    assert str(caught.value) == "no scalar in run 'train' has the tag 'lss'; near: 'loss'"
    with pytest.raises(
        ArgumentError, match=r"no image .* has the tag 'loss'; there are none; this tag is of kind scalar"
    ):
        run.images("loss")


def test_what_is_near_is_by_letters_or_by_part() -> None:
    assert str(unknown_name("tag", "LOSS", ["a/loss", "b"])) == "no tag 'LOSS'; near: 'a/loss'"
    many = [f"x{number}" for number in range(30)]
    assert str(unknown_name("tag", "q", many)).endswith("there are 'x0', 'x1', 'x2', 'x3', 'x4' and 25 more")
    assert isinstance(unknown_name("tag", "q", []), UnknownName)
