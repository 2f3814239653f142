"""The handshake with the page: answers of the API kept as JSON beside this file, read by pytest and by vitest.

Each file holds ``path``, ``query`` and ``answer``; a scalar answer is the Arrow stream in base64 (``arrow``) and what a
reader must find in it (``metadata``, ``batches``). ``python -m tests.api.test_fixtures`` writes them anew from the
code; the tests say when that is due. What differs from run to run is replaced by a fixed word.
"""

from __future__ import annotations

import base64
import json
import math
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.api.reading import read_series_answer

from sightline.format.event import (
    DataType,
    Dim,
    Event,
    Image,
    PluginData,
    SessionLog,
    SessionStatus,
    Summary,
    SummaryMetadata,
    TensorProto,
    TensorShapeProto,
    Value,
)
from sightline.format.kernel import frame, frame_scalar
from sightline.kinds.endpoint import Content
from sightline.server.route import endpoints
from sightline.store import LogDir

FOLDER = Path(__file__).parent
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

QUESTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "catalogue": ("/catalogue", {}),
    "ledger": ("/ledger", {}),
    "scalar_series": ("/scalar/series", {"tag": "loss/train", "runs": ["a/one", "two"], "smoothing": 0.6}),
    "scalar_groups": (
        "/scalar/groups",
        {
            "tag": "loss/train",
            "groups": [{"name": "both", "runs": ["a/one", "two"]}, {"name": "one", "runs": ["a/one"]}],
            "band": "std",
            "smoothing": 0.6,
            "width": 8,
        },
    ),
    "scalar_series_zoomed": (
        "/scalar/series",
        {"tag": "loss/train", "runs": ["a/one"], "x": "relative", "range": [2.0, 8.0], "width": 4, "superseded": True},
    ),
    "image_steps": ("/image/steps", {"run": "a/one", "tag": "samples"}),
    "text_steps": ("/text/steps", {"run": "a/one", "tag": "<notes>"}),
    "text_html": ("/text/html", {"run": "a/one", "tag": "<notes>"}),
}


def write_logs(logdir: Path) -> None:
    """Two runs whose every byte is fixed: a curve with NaN, infinities and a restart; pictures; texts; damage."""

    def event(step: int, value: Value) -> bytes:
        return frame(Event(wall_time=1000.0 + step, step=step, summary=Summary(value=[value])).SerializeToString())

    def strings(tag: str, plugin: str, items: list[bytes], shape: list[int]) -> Value:
        return Value(
            tag=tag,
            metadata=SummaryMetadata(plugin_data=PluginData(plugin_name=plugin)),
            tensor=TensorProto(
                dtype=DataType.STRING,
                tensor_shape=TensorShapeProto(dim=[Dim(size=size) for size in shape]),
                string_val=items,
            ),
        )

    curve = [2.0, 1.5, math.nan, 1.25, math.inf, 1.0, -math.inf, 0.75, 9.0, 0.5]
    one = [
        *(frame_scalar(b"loss/train", value, step, 1000.0 + step) for step, value in enumerate(curve)),
        event(0, Value(tag="samples", image=Image(height=1, width=1, colorspace=4, encoded_image_string=PNG))),
        event(5, strings("samples", "images", [b"1", b"1", PNG, PNG], [4])),
        event(0, strings("<notes>", "text", [b"**lr** 0.1 <script>"], [1])),
        event(5, strings("<notes>", "text", [b"a", b"b", b"c", b"d"], [2, 2])),
    ]
    restarted = [frame_scalar(b"loss/train", 3.0, step, 1050.0 + step) for step in range(7, 12)]
    two = [frame_scalar(b"loss/train", float(step), step, 1000.0 + step) for step in range(0, 20, 2)]
    two[3] = two[3][:-5] + bytes([two[3][-5] ^ 1]) + two[3][-4:]
    files = {
        "a/one/events.out.tfevents.1000.host": (one, 1020.0),
        "a/one/events.out.tfevents.1050.host": (restarted, 1070.0),
        "two/events.out.tfevents.1000.host": (two, 1020.0),
    }
    for name, (records, end) in files.items():
        stop = Event(wall_time=end, session_log=SessionLog(status=SessionStatus.STOP))
        (logdir / name).parent.mkdir(parents=True, exist_ok=True)
        (logdir / name).write_bytes(b"".join([*records, frame(stop.SerializeToString())]))


def ask(logdir: LogDir, name: str) -> dict[str, Any]:
    """A question and its answer, as they are kept."""
    path, query = QUESTIONS[name]
    endpoint = dict(endpoints())[path]
    parsed = None if endpoint.query is None else msgspec.convert(query, endpoint.query)
    answer = endpoint.handler(logdir, parsed)
    if isinstance(answer, Content):
        return {"path": f"/api{path}", "query": query, **read_arrow(answer.body)}
    return {"path": f"/api{path}", "query": query, "answer": settle(logdir, json.loads(msgspec.json.encode(answer)))}


def read_arrow(data: bytes) -> dict[str, Any]:
    metadata, lines = read_series_answer(data)
    batches = [{name: [number(value) for value in column.tolist()] for name, column in line.items()} for line in lines]
    return {"arrow": base64.b64encode(data).decode(), "metadata": metadata, "batches": batches}


def number(value: float) -> float | str:
    """JSON has no NaN and no infinity."""
    return value if math.isfinite(value) else repr(value)


def settle(logdir: LogDir, answer: Any) -> Any:
    """Replace what differs from run to run: where the logs are, ids of files, versions."""
    ids = {file.id: file.name for run in logdir.runs.values() for file in run.files}
    if isinstance(answer, dict):
        fixed = {"cursor": "process-1.0", "version": 1, "mark": "mark"}
        return {key: fixed.get(key, settle(logdir, value)) for key, value in answer.items()}
    if isinstance(answer, list):
        return [settle(logdir, item) for item in answer]
    if isinstance(answer, str):
        return ids.get(answer, answer).replace(str(logdir.path), "/logs")
    return answer


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> LogDir:
    return read_logs(tmp_path_factory.mktemp("logs"))


def read_logs(path: Path) -> LogDir:
    write_logs(path)
    logdir = LogDir(path)
    logdir.refresh()
    return logdir


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_is_the_one_that_the_page_is_tested_with(logdir: LogDir, name: str) -> None:
    kept = json.loads((FOLDER / f"{name}.json").read_text())
    now = ask(logdir, name)
    if "arrow" in kept:
        assert read_arrow(base64.b64decode(kept["arrow"]))["batches"] == kept["batches"]
        now.pop("arrow")  # other bytes may say the same
        kept.pop("arrow")
    assert now == kept, "run `python -m tests.api.test_fixtures` and look at the difference"


def test_no_file_is_kept_that_nobody_asks_for() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(QUESTIONS)


def write_fixtures() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        logdir = read_logs(Path(folder))
        for name in QUESTIONS:
            (FOLDER / f"{name}.json").write_text(json.dumps(ask(logdir, name), indent=1, ensure_ascii=False) + "\n")
            yield name


if __name__ == "__main__":
    sys.stdout.writelines(f"{name}\n" for name in write_fixtures())
