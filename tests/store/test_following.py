"""``for changes in logdir.follow()``."""

from __future__ import annotations

import threading
from typing import Any

import sightline


def test_gives_what_changes_and_ends_when_it_is_closed(files: Any) -> None:
    files.add("a", files.scalar(0))
    logdir = sightline.open_logdir(files.root)
    following = logdir.follow()
    before = set(threading.enumerate())
    files.add("a", files.scalar(1))
    changes = next(following)
    assert changes.runs == {"a"}
    assert logdir.runs["a"].scalars("loss").step.tolist() == [0, 1]
    files.add("b", files.scalar(0))
    while "b" not in logdir.runs:
        changes = next(following)
    assert changes.structure
    following.close()
    assert not [thread for thread in set(threading.enumerate()) - before if thread.name == "sightline-follower"]


def test_what_happens_while_the_caller_is_busy_comes_as_one(files: Any, wait: Any) -> None:
    files.add("a", files.scalar(0))
    logdir = sightline.open_logdir(files.root)
    following = logdir.follow()
    files.add("a", files.scalar(1))
    next(following)
    files.add("b", files.scalar(0))
    files.add("c", files.scalar(0))
    wait(lambda: {"b", "c"} <= set(logdir.runs))
    seen: set[str] = set()
    while not {"b", "c"} <= seen:
        seen |= next(following).runs
    following.close()


def test_several_directories_are_followed_too(files: Any) -> None:
    files.add("a", files.scalar(0))
    files.add("b", files.scalar(0))
    logdir = sightline.open_logdir([files.root / "a", files.root / "b"])
    following = logdir.follow()
    files.add("b", files.scalar(1))
    assert next(following).runs == {"b"}
    following.close()
