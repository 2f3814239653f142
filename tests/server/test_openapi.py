"""``/api/openapi.json``: complete, the source of the page's types, and true."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from tests.server.conftest import Server

from sightline.server.openapi import describe

ROOT = Path(__file__).parents[2]

schema = schemathesis.openapi.from_dict(describe())


def test_the_server_gives_the_same_description_that_the_module_prints(server: Server) -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "sightline.server.openapi"], capture_output=True, text=True, check=True
    )
    assert json.loads(printed.stdout) == server.get("/api/openapi.json") == describe()


def test_every_route_of_the_server_is_described() -> None:
    assert {(path, method) for path, operations in describe()["paths"].items() for method in operations} == {
        ("/api/catalogue", "get"),
        ("/api/ledger", "get"),
        ("/api/runs/fields", "get"),
        ("/api/runs/fields", "post"),
        ("/api/runs/compare", "post"),
        ("/api/runs/health", "post"),
        ("/api/notes", "get"),
        ("/api/notes", "post"),
        ("/api/notes/html", "get"),
        ("/api/runs/delete", "post"),
        ("/api/runs/restore", "post"),
        ("/api/runs/trash", "get"),
        ("/api/tags/words", "get"),
        ("/api/tags/description", "get"),
        ("/api/scalar/group_points", "post"),
        ("/api/scalar/groups", "post"),
        ("/api/scalar/points", "post"),
        ("/api/scalar/series", "post"),
        ("/api/scalar/values", "post"),
        ("/api/image/steps", "get"),
        ("/api/image/blob", "get"),
        ("/api/text/steps", "get"),
        ("/api/text/html", "get"),
        ("/api/stream", "get"),
        ("/api/openapi.json", "get"),
    }


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(describe())
    names = describe()["components"]["schemas"]
    for piece in text.split('"#/components/schemas/')[1:]:
        assert piece.partition('"')[0] in names


def test_a_fields_docstring_is_its_description() -> None:
    fields = describe()["components"]["schemas"]["ScalarSeriesQuery"]["properties"]
    assert fields["width"]["description"].startswith("Pixel columns")
    assert (fields["width"]["minimum"], fields["width"]["default"]) == (1, 800)


def test_the_pages_types_are_made_from_this_description() -> None:
    if not (ROOT / "web" / "node_modules" / "openapi-typescript").is_dir():
        pytest.skip("web/node_modules is not there: run `npm ci` in web/")
    npm = shutil.which("npm")
    assert npm is not None
    done = subprocess.run(
        [npm, "run", "--silent", "schema", "--", "--check"], cwd=ROOT / "web", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@schema.exclude(path="/api/stream").parametrize()
@settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_query_that_fits_the_description_is_a_server_error(case: schemathesis.Case[Any], server: Server) -> None:
    response = case.call(base_url=server.url)
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        assert response.json()["error"]
