"""The table has every column; TensorBoard's answer to the same files is compared where it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.context import RequestContext
from tensorboard.plugins import base_plugin
from tensorboard.plugins.hparams import api_pb2, backend_context, get_experiment
from torch.utils.tensorboard import SummaryWriter as TorchWriter

from sightline.format.event import Summary
from sightline.kinds.hparams.decode import (
    DeclaredHParam,
    DeclaredMetric,
    Experiment,
    SessionEnd,
    SessionStart,
    decode_hparams,
)
from sightline.kinds.hparams.message import HParamType, Status
from sightline.kinds.hparams.table import (
    Session,
    find_session,
    group_sessions,
    hparam_columns,
    merge_session,
    metric_columns,
    metric_run,
)
from sightline.kinds.hparams.write import encode_session_start
from sightline.kinds.scalar.write import encode_scalar
from sightline.store import summary_iterator
from sightline.writer.file_writer import FileWriter


def session(name: str, group: str = "", **hparams: Any) -> Session:
    return Session(name, SessionStart(hparams, group))


def names(columns: Any) -> list[str]:
    return [column.name for column in columns]


def test_the_columns_are_the_union_of_all_experiments_and_sessions() -> None:
    first = Experiment(hparams=(DeclaredHParam("lr"), DeclaredHParam("b")))
    second = Experiment(hparams=(DeclaredHParam("extra"), DeclaredHParam("lr", "learning rate", "how *fast*")))
    columns = hparam_columns([first, second], [session("x", seed=1.0, lr=0.1), session("y", more="a")])
    assert names(columns) == ["lr", "b", "extra", "seed", "more"]
    assert [column.declared for column in columns] == [True, True, True, False, False]
    assert (columns[0].display_name, columns[0].description) == ("learning rate", "how *fast*")


@pytest.mark.parametrize(
    ("values", "kind", "listed", "interval", "differs"),
    [
        ([0.1, 0.2, 0.1], HParamType.FLOAT64, None, (0.1, 0.2), True),
        ([0.1, float("nan")], HParamType.FLOAT64, None, (0.1, 0.1), True),
        ([float("nan"), float("nan")], HParamType.FLOAT64, None, None, False),
        ([True, False, True], HParamType.BOOL, (True, False), None, True),
        (["sgd", "sgd"], HParamType.STRING, ("sgd",), None, False),
        ([1.0, True], HParamType.STRING, (1.0, True), None, True),
        ([1.0, "auto"], HParamType.STRING, (1.0, "auto"), None, True),
    ],
)
def test_a_column_that_nobody_declares_is_what_its_values_are(
    values: list[Any], kind: HParamType, listed: Any, interval: Any, differs: bool
) -> None:
    (column,) = hparam_columns([], [session(str(index), x=value) for index, value in enumerate(values)])
    assert (column.type, column.interval, column.differs) == (kind, interval, differs)
    assert repr(column.values) == repr(listed)


def test_a_declared_domain_grows_by_what_the_sessions_hold() -> None:
    declared = DeclaredHParam("opt", type=HParamType.STRING, values=("sgd", "adam"))
    numbers = DeclaredHParam("units", type=HParamType.FLOAT64, interval=(1.0, 64.0))
    listed = DeclaredHParam("depth", type=HParamType.FLOAT64, values=(1.0, 2.0))
    opt, units, depth = hparam_columns(
        [Experiment(hparams=(declared, numbers, listed))], [session("x", opt="lion", units=128.0, depth=2.0)]
    )
    assert opt.values == ("sgd", "adam", "lion")
    assert (units.values, units.interval) == (None, (1.0, 128.0))
    assert (depth.values, depth.interval) == ((1.0, 2.0), None)


def test_a_column_without_values_is_there() -> None:
    (column,) = hparam_columns([Experiment(hparams=(DeclaredHParam("x"),))], [])
    assert (column.type, column.values, column.differs) == (HParamType.UNSET, (), False)


def test_metrics_are_the_declared_ones_then_the_scalars_of_sessions_and_of_the_runs_below_them() -> None:
    experiment = Experiment(metrics=(DeclaredMetric("acc"), DeclaredMetric("loss", "eval/")))
    scalars = {
        "exp/1": ["loss", "acc"],
        "exp/1/eval": ["loss"],
        "exp/2/deep/er": ["f1"],
        "exp/10": ["not a session"],
        ".": ["nor this"],
    }
    columns = metric_columns([experiment, experiment], {"exp/1", "exp/2"}, scalars)
    assert [(column.group, column.tag, column.declared) for column in columns] == [
        ("", "acc", True),
        ("eval", "loss", True),
        ("", "loss", False),
        ("deep/er", "f1", False),
    ]


def test_a_session_that_is_the_log_directory_has_the_runs_below_it() -> None:
    columns = metric_columns([], {"."}, {".": ["loss"], "train": ["loss"], "a/b": ["loss"]})
    assert [(column.group, column.tag) for column in columns] == [("", "loss"), ("a/b", "loss"), ("train", "loss")]


@pytest.mark.parametrize(
    ("name", "group", "run"),
    [
        ("a/b", "", "a/b"),
        ("a/b", "eval", "a/b/eval"),
        (".", "", "."),
        (".", "eval", "eval"),
        ("a", "/x/./y/", "a/x/y"),
        ("a", ".", "a"),
    ],
)
def test_a_metric_is_in_the_run_below_its_session(name: str, group: str, run: str) -> None:
    assert metric_run(name, group) == run


def test_the_nearest_session_above_a_run_is_its_own() -> None:
    sessions = {"a", "a/b", "c"}
    assert [find_session(run, sessions) for run in ("a/b/x", "a/c", "c", "cc", ".")] == ["a/b", "a", "c", None, None]


def test_a_session_without_an_end_is_running() -> None:
    assert session("x").status is Status.RUNNING
    assert Session("x", SessionStart(), SessionEnd(Status.FAILURE)).status is Status.FAILURE


def test_what_a_resumed_run_says_again_counts_and_the_rest_stays() -> None:
    starts = [
        SessionStart({"lr": 0.1, "seed": 1.0}, "group", 10.0, "uri", "url"),
        SessionStart({"lr": 0.2}, "", 20.0, "", ""),
    ]
    ends = [SessionEnd(Status.FAILURE, 15.0), SessionEnd(Status.SUCCESS, 25.0)]
    assert merge_session("x", starts, ends) == Session(
        "x", SessionStart({"lr": 0.2, "seed": 1.0}, "group", 10.0, "uri", "url"), SessionEnd(Status.SUCCESS, 25.0)
    )


def test_sessions_of_one_name_are_a_group_and_the_others_stand_alone() -> None:
    sessions = [session("c", "g"), session("b"), session("a", "g"), session("d", "b")]
    groups = group_sessions(sessions)
    assert {name: [each.name for each in group] for name, group in groups.items()} == {"g": ["a", "c"], "b": ["b", "d"]}


# The files that people have


def read_logdir(logdir: Path) -> tuple[list[Experiment], list[Session], dict[str, list[str]]]:
    experiments, sessions, scalars = [], [], {}
    for run in sorted({path.parent for path in logdir.rglob("*tfevents*")}):
        name = run.relative_to(logdir).as_posix()
        found, tags = [], []
        for file in sorted(run.glob("*tfevents*")):
            for event in summary_iterator(str(file)):
                for value in event.summary.value:
                    if value.metadata.plugin_data.plugin_name == "hparams":
                        found.append(decode_hparams(value))
                    else:
                        tags.append(value.tag)
        experiments += [each for each in found if isinstance(each, Experiment)]
        starts = [each for each in found if isinstance(each, SessionStart)]
        if starts:
            sessions.append(merge_session(name, starts, [each for each in found if isinstance(each, SessionEnd)]))
        if tags:
            scalars[name] = tags
    return experiments, sessions, scalars


def tensorboard_columns(logdir: Path) -> Any:
    multiplexer = EventMultiplexer(tensor_size_guidance={})
    multiplexer.AddRunsFromDirectory(str(logdir))
    multiplexer.Reload()
    provider = MultiplexerDataProvider(multiplexer, str(logdir))
    context = backend_context.Context(base_plugin.TBContext(data_provider=provider))
    request = api_pb2.GetExperimentRequest(include_metrics=True)
    return get_experiment.Handler(RequestContext(), context, "", request).run()


def test_runs_with_different_keys_all_have_their_columns_which_tensorboard_loses(tmp_path: Path) -> None:
    with TorchWriter(str(tmp_path)) as writer:
        writer.add_hparams({"lr": 0.1, "b": True}, {"acc": 1.0}, run_name="one")
        writer.add_hparams({"lr": 0.2, "extra": "x"}, {"acc": 0.5, "loss": 2.0}, run_name="two")

    experiments, sessions, scalars = read_logdir(tmp_path)
    hparams = hparam_columns(experiments, sessions)
    metrics = metric_columns(experiments, {each.name for each in sessions}, scalars)

    assert names(hparams) == ["lr", "b", "extra"]
    assert [(metric.tag, metric.declared) for metric in metrics] == [("acc", True), ("loss", True)]
    assert len(tensorboard_columns(tmp_path).hparam_infos) == 2


def test_without_any_experiment_the_columns_are_tensorboards(tmp_path: Path) -> None:
    for name, hparams in {"a": {"lr": 0.1, "opt": "sgd"}, "b": {"lr": 0.2, "opt": "adam", "flag": True}}.items():
        for run, values in {
            name: [encode_session_start(hparams), encode_scalar("loss", 1.0)],
            f"{name}/eval": [encode_scalar("acc", 1.0)],
        }.items():
            writer = FileWriter(tmp_path / run)
            writer.add_summary(Summary(value=values))
            writer.close()

    experiments, sessions, scalars = read_logdir(tmp_path)
    hparams_found = hparam_columns(experiments, sessions)
    metrics = metric_columns(experiments, {each.name for each in sessions}, scalars)
    theirs = tensorboard_columns(tmp_path)

    want: dict[str, Any] = {}
    for column in theirs.hparam_infos:
        interval = column.domain_interval
        is_interval = column.WhichOneof("domain") == "domain_interval"
        want[column.name] = (
            column.type,
            (interval.min_value, interval.max_value) if is_interval else None,
            None if is_interval else sorted(column.domain_discrete),
            column.differs,
        )
    assert want == {
        column.name: (
            int(column.type),
            column.interval,
            None if column.values is None else sorted(column.values),
            column.differs,
        )
        for column in hparams_found
    }
    assert {(metric.name.group, metric.name.tag) for metric in theirs.metric_infos} == {
        (column.group, column.tag) for column in metrics
    }
