"""The manual is complete: every verb, option and endpoint stands in it, and nothing that is not there."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from sightline.cli import VERBS, parser
from sightline.kinds import KINDS
from sightline.server.openapi import describe

ROOT = Path(__file__).parents[1]
API = (ROOT / "docs" / "api.md").read_text()
CLI = (ROOT / "docs" / "cli.md").read_text()


def sections(manual: str) -> dict[str, str]:
    """Headings of the second level -> what stands below them."""
    pieces = re.split(r"^## (.+)$", manual, flags=re.MULTILINE)[1:]
    return dict(zip(pieces[::2], pieces[1::2], strict=True))


def verb_parsers() -> dict[str, argparse.ArgumentParser]:
    (action,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(action.choices)


def test_every_endpoint_has_a_heading_and_every_heading_an_endpoint() -> None:
    described = {
        f"`{method.upper()} {path}`" for path, operations in describe()["paths"].items() for method in operations
    }
    documented = {heading for heading in sections(API) if heading.startswith("`")}
    assert documented == described


def test_every_field_of_a_query_is_explained_below_its_endpoint() -> None:
    description = describe()
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            section = sections(API)[f"`{method.upper()} {path}`"]
            fields = [parameter["name"] for parameter in operation.get("parameters", [])]
            if "requestBody" in operation:
                name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                fields += description["components"]["schemas"][name]["properties"]
            for field in fields:
                assert re.search(rf"\b{field}\b", section), f"{path}: {field}"


def test_every_column_of_a_scalar_answer_is_explained() -> None:
    from sightline.kinds.scalar.packing import COLUMNS

    section = sections(API)["`POST /api/scalar/series`"] + sections(API)["`POST /api/scalar/groups`"]
    assert all(f"`{name}`" in section for name in COLUMNS)


def test_every_verb_has_a_heading_and_every_option_stands_below_it() -> None:
    parsers = verb_parsers()
    assert list(parsers) == list(VERBS)
    for name, verb in parsers.items():
        (section,) = (text for heading, text in sections(CLI).items() if heading.startswith(f"`sightline {name} ")
                      or heading == f"`sightline {name}`")  # fmt: skip
        for action in verb._actions:
            for option in action.option_strings:
                if option not in ("-h", "--help"):
                    assert option in section, f"sightline {name}: {option}"


def test_no_option_is_documented_that_is_not_there() -> None:
    known = {
        option for verb in (parser(), *verb_parsers().values()) for a in verb._actions for option in a.option_strings
    }
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", CLI)) <= known


def test_every_room_has_a_manual_of_the_same_shape() -> None:
    for kind in KINDS:
        manual = (ROOT / "src" / "sightline" / "kinds" / kind.name / "README.md").read_text()
        assert list(sections(manual)) == ["What it shows", "Bytes on disk", "Endpoints", "Limits"], kind.name
        for path in describe()["paths"]:
            if path.startswith(f"/api/{kind.name}/"):
                assert path in manual
