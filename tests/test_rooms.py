"""Every room has the same shape, in Python and on the web. This says what a new kind still lacks."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

from sightline.format.event import SummaryMetadata, Value
from sightline.kinds import KINDS, Kind
from sightline.kinds.endpoint import Endpoint, room_endpoints

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ROOT / "src" / "sightline" / "kinds"
WEB_ROOMS = ROOT / "web" / "src" / "kinds"

PYTHON_FILES = {"README.md", "__init__.py", "schema.py", "write.py", "decode.py"}
WEB_FILES = {"types.ts", "api.ts", "model.ts", "model.test.ts", "Dashboard.svelte"}
"""What a dashboard draws has a file of its own too: a card, a film, a chart."""
TEST_FILES = {"test_write.py", "test_decode.py"}
OUTSIDE_SUMMARIES = {"graph": ("encode_graph", "decode_graph"), "projector": ("write_embedding", "read_embeddings")}
"""Rooms whose writers make no values: a graph is an event of its own, an embedding is files."""

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def has_api(kind: Kind) -> bool:
    return (ROOMS / kind.name / "api.py").exists()


def folders(path: Path) -> set[str]:
    return {entry.name for entry in path.iterdir() if entry.is_dir() and entry.name != "__pycache__"}


def names(path: Path) -> set[str]:
    return {entry.name for entry in path.iterdir()} if path.is_dir() else set()


def test_the_list_of_rooms_and_the_folders_are_the_same() -> None:
    listed = {kind.name for kind in KINDS}
    assert len(listed) == len(KINDS)
    assert listed == folders(ROOMS)


def test_a_room_has_both_an_api_and_a_web_folder_or_neither() -> None:
    assert {kind.name for kind in KINDS if has_api(kind)} == folders(WEB_ROOMS)
    assert {kind.name for kind in KINDS if room_endpoints(kind)} == folders(WEB_ROOMS)


def test_no_two_rooms_claim_the_same_values() -> None:
    plugins = [plugin for kind in KINDS for plugin in kind.plugin_names]
    legacy = [kind.legacy_field for kind in KINDS if kind.legacy_field is not None]
    assert len(plugins) == len(set(plugins))
    assert len(legacy) == len(set(legacy))


@every_kind
def test_a_room_has_its_files_and_their_tests(kind: Kind) -> None:
    assert PYTHON_FILES - names(ROOMS / kind.name) == set()
    assert TEST_FILES - names(ROOT / "tests" / "kinds" / kind.name) == set()
    if has_api(kind):
        assert WEB_FILES - names(WEB_ROOMS / kind.name) == set()
        assert "test_api.py" in names(ROOT / "tests" / "kinds" / kind.name)


@every_kind
def test_a_legacy_field_is_a_form_of_value(kind: Kind) -> None:
    forms = {field.name for field in Value.FIELDS if field.oneof}
    assert kind.legacy_field is None or kind.legacy_field in forms


@every_kind
def test_the_files_of_a_room_hold_what_their_names_say(kind: Kind) -> None:
    room = f"sightline.kinds.{kind.name}"
    schema = import_module(f"{room}.schema")
    assert schema.KIND is kind
    if kind.name in OUTSIDE_SUMMARIES:
        to_disk, from_disk = OUTSIDE_SUMMARIES[kind.name]
        assert callable(getattr(import_module(f"{room}.write"), to_disk))
        assert callable(getattr(import_module(f"{room}.decode"), from_disk))
        return
    encode = getattr(import_module(f"{room}.write"), f"encode_{kind.name}")
    if not hasattr(schema, "TAG"):  # a room whose values have one fixed tag
        assert next(iter(inspect.signature(encode).parameters)) == "tag"
    assert inspect.get_annotations(encode, eval_str=True)["return"] in (Value, list[Value])
    decode = getattr(import_module(f"{room}.decode"), f"decode_{kind.name}")
    value, metadata = inspect.signature(decode, eval_str=True).parameters.values()
    assert (value.annotation, metadata.annotation) == (Value, SummaryMetadata | None)
    assert all(isinstance(endpoint, Endpoint) for endpoint in room_endpoints(kind))


@every_kind
def test_the_readme_of_a_room_names_its_endpoints_and_plugins(kind: Kind) -> None:
    readme = (ROOMS / kind.name / "README.md").read_text()
    for endpoint in room_endpoints(kind):
        assert f"{endpoint.method} /api/{kind.name}{endpoint.path}" in readme
    for plugin in kind.plugin_names:
        assert f'`plugin_name: "{plugin}"`' in readme


def test_the_web_lists_every_room_with_a_dashboard_once() -> None:
    index = (WEB_ROOMS / "index.ts").read_text()
    listed = re.findall(r"""^    name: '(\w+)',$""", index, flags=re.MULTILINE)
    assert sorted(listed) == sorted(kind.name for kind in KINDS if has_api(kind))
