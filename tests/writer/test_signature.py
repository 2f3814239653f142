"""The methods and their arguments are those of torch's and tensorboardX's writers; what differs is listed here."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import tensorboardX
import torch.utils.tensorboard

from sightline import FileWriter, GlobalSummaryWriter, SummaryWriter

TORCH = {SummaryWriter: torch.utils.tensorboard.SummaryWriter, FileWriter: torch.utils.tensorboard.FileWriter}
TENSORBOARDX = {
    SummaryWriter: tensorboardX.SummaryWriter,
    FileWriter: tensorboardX.FileWriter,
    GlobalSummaryWriter: tensorboardX.GlobalSummaryWriter,
}

MORE_LENIENT = {("add_hparams", "metric_dict")}
"""Required by torch, optional here."""
NOT_HERE = {"add_openvino_graph"}
"""Methods of tensorboardX for OpenVINO's files, which nothing else in the field reads any more."""
MOVED = {
    # (method, argument of tensorboardX) -> how its calls are understood
    ("__init__", "log_dir"): "log_dir is the first, logdir the keyword",
    ("__init__", "logdir"): "the first in both",
    ("add_scalar", "display_name"): "by being a string where new_style is expected",
    ("add_scalar", "summary_description"): "likewise",
    ("add_hparams", "name"): "by being a string where hparam_domain_discrete is expected",
    ("add_hparams", "global_step"): "with it",
    ("add_image_with_boxes", "dataformats"): "by being a string where rescale is expected",
    ("add_image_with_boxes", "labels"): "with it",
    ("add_onnx_graph", "onnx_model_file"): "called prototxt, as in torch",
}
RENAMED = {("add_onnx_graph", "onnx_model_file")}


def methods(of: type) -> list[str]:
    return ["__init__", *(name for name, _ in inspect.getmembers(of, callable) if not name.startswith("_"))]


def arguments(of: type, method: str) -> list[inspect.Parameter]:
    return list(inspect.signature(getattr(of, method)).parameters.values())


def cases(theirs: dict[Any, Any]) -> list[Any]:
    return [
        pytest.param(ours, other, name, id=f"{ours.__name__}.{name}")
        for ours, other in theirs.items()
        for name in methods(other)
        if name not in NOT_HERE
    ]


@pytest.mark.parametrize(("ours", "theirs", "method"), cases(TORCH))
def test_a_signature_begins_as_torchs(ours: type, theirs: type, method: str) -> None:
    want = arguments(theirs, method)
    got = arguments(ours, method)[: len(want)]

    assert [one.name for one in got] == [one.name for one in want]
    for mine, other in zip(got, want, strict=True):
        if (method, mine.name) not in MORE_LENIENT:
            assert mine.default == other.default, mine.name
        assert mine.kind == other.kind


@pytest.mark.parametrize(("ours", "theirs", "method"), cases(TENSORBOARDX))
def test_a_signature_has_tensorboardxs_arguments_in_their_places(ours: type, theirs: type, method: str) -> None:
    got = arguments(ours, method)
    names = [one.name for one in got]
    for place, other in enumerate(arguments(theirs, method)):
        if other.kind == other.VAR_KEYWORD or (method, other.name) in RENAMED:
            continue
        if ours is FileWriter and other.name == "logdir":
            assert names[place] == "log_dir"  # torch's name for the first argument
            continue
        assert other.name in names
        if ours is not SummaryWriter or (method, other.name) not in MOVED:
            assert names[place] == other.name
            mine = got[place]
            if other.name == "comet_config":
                assert (mine.default, other.default) == (None, {"disabled": True})
            else:
                assert mine.default == other.default or (method, other.name) in MORE_LENIENT


def test_the_list_of_what_differs_is_not_longer_than_it_has_to_be() -> None:
    for method, name in MOVED:
        theirs = [one.name for one in arguments(tensorboardX.SummaryWriter, method)]
        ours = [one.name for one in arguments(SummaryWriter, method)]
        assert name not in ours or theirs.index(name) != ours.index(name), (method, name)
    assert not [name for name in NOT_HERE if hasattr(SummaryWriter, name)]


def test_no_other_public_method_is_added_but_these() -> None:
    ours = set(methods(SummaryWriter))
    assert ours - set(methods(torch.utils.tensorboard.SummaryWriter)) - set(methods(tensorboardX.SummaryWriter)) == {
        "log",
        "stats",
    }
