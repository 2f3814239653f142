"""Every room has the same shape, in Python and on the web. This says what a new kind still lacks."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

from sightline.format.event import SummaryMetadata, Value
from sightline.kinds import KINDS, Kind
from sightline.kinds.endpoint import Endpoint

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ROOT / "src" / "sightline" / "kinds"
WEB_ROOMS = ROOT / "web" / "src" / "kinds"

PYTHON_FILES = {"README.md", "__init__.py", "schema.py", "write.py", "decode.py", "api.py"}
WEB_FILES = {"types.ts", "api.ts", "model.ts", "model.test.ts", "Dashboard.svelte", "Card.svelte"}
TEST_FILES = {"test_write.py", "test_decode.py", "test_api.py"}

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def folders(path: Path) -> set[str]:
    return {entry.name for entry in path.iterdir() if entry.is_dir() and entry.name != "__pycache__"}


def names(path: Path) -> set[str]:
    return {entry.name for entry in path.iterdir()} if path.is_dir() else set()


def test_the_list_of_rooms_and_the_folders_are_the_same() -> None:
    listed = {kind.name for kind in KINDS}
    assert len(listed) == len(KINDS)
    assert listed == folders(ROOMS)
    assert listed == folders(WEB_ROOMS)


def test_no_two_rooms_claim_the_same_values() -> None:
    plugins = [plugin for kind in KINDS for plugin in kind.plugin_names]
    legacy = [kind.legacy_field for kind in KINDS if kind.legacy_field is not None]
    assert len(plugins) == len(set(plugins))
    assert len(legacy) == len(set(legacy))


@every_kind
def test_a_room_has_its_files_and_their_tests(kind: Kind) -> None:
    assert PYTHON_FILES - names(ROOMS / kind.name) == set()
    assert WEB_FILES - names(WEB_ROOMS / kind.name) == set()
    assert TEST_FILES - names(ROOT / "tests" / "kinds" / kind.name) == set()


@every_kind
def test_a_legacy_field_is_a_form_of_value(kind: Kind) -> None:
    forms = {field.name for field in Value.FIELDS if field.oneof}
    assert kind.legacy_field is None or kind.legacy_field in forms


@every_kind
def test_the_files_of_a_room_hold_what_their_names_say(kind: Kind) -> None:
    room = f"sightline.kinds.{kind.name}"
    assert import_module(f"{room}.schema").KIND is kind
    encode = getattr(import_module(f"{room}.write"), f"encode_{kind.name}")
    assert next(iter(inspect.signature(encode).parameters)) == "tag"
    assert inspect.get_annotations(encode, eval_str=True)["return"] is Value
    decode = getattr(import_module(f"{room}.decode"), f"decode_{kind.name}")
    value, metadata = inspect.signature(decode, eval_str=True).parameters.values()
    assert (value.annotation, metadata.annotation) == (Value, SummaryMetadata | None)
    endpoints = import_module(f"{room}.api").ENDPOINTS
    assert endpoints
    assert all(isinstance(endpoint, Endpoint) for endpoint in endpoints)


@every_kind
def test_the_readme_of_a_room_names_its_endpoints_and_plugins(kind: Kind) -> None:
    readme = (ROOMS / kind.name / "README.md").read_text()
    for endpoint in import_module(f"sightline.kinds.{kind.name}.api").ENDPOINTS:
        assert f"{endpoint.method} /api/{kind.name}{endpoint.path}" in readme
    for plugin in kind.plugin_names:
        assert f"`{plugin}`" in readme


def test_the_web_lists_every_room_once() -> None:
    index = (WEB_ROOMS / "index.ts").read_text()
    assert sorted(set(re.findall(r"""["']\./(\w+)/""", index))) == sorted(kind.name for kind in KINDS)
