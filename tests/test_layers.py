"""Imports go one way, by the layer that a file's name fixes (docs/design/0001-seams.md, the first lines)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src"

LAYERS: tuple[tuple[str, str], ...] = (
    # Module -> what of Sightline it may import besides `errors`. The first line that fits counts; KIND is its own room.
    (r"errors", r""),
    (r"format(\..+)?", r"format(\..+)?|_native(\..+)?"),
    (r"_native(\..+)?", r"_native(\..+)?"),
    (r"kinds\.contract", r"format\..+"),
    (r"kinds", r"kinds\.contract|kinds\.\w+\.schema"),
    (r"kinds\.endpoint", r"store(\..+)?|kinds\.contract"),
    (r"kinds\.\w+", r""),
    (r"kinds\.\w+\.(schema|message)", r"format\..+|kinds\.contract"),
    # write_trace.py: a part of write.py, where one file would be too long
    (r"kinds\.\w+\.write(_\w+)?", r"format\..+|kinds\.(contract|pixels)|kinds\.KIND\.(schema|message|write_\w+)"),
    (r"kinds\.\w+\.decode(_\w+)?", r"format\..+|kinds\.contract|kinds\.KIND\.(schema|message|decode_\w+)"),
    # api.py, and what it is made of
    (r"kinds\.\w+\..+", r"format\..+|store(\..+)?|analysis\..+|kinds\.(contract|endpoint)|kinds\.KIND\..+"),
    (r"writer(\..+)?", r"writer\..+|format\..+|kinds(\.contract)?|kinds\.\w+\.(schema|write)"),
    (r"store(\..+)?", r"store\..+|format\..+|kinds(\.contract)?|kinds\.\w+\.(schema|decode|message)"),
    (r"analysis(\..+)?", r"analysis\..+|format\.kernel"),
    (r"server(\..+)?", r"server\..+|store(\..+)?|analysis\..+|format\..+|kinds(\..+)?"),
    (r"compat(\..+)?", r"compat\..+|analysis\..+|store(\..+)?|format\..+|kinds(\..+)?"),
    (r"cli(\..+)?|demo(\..+)?|__main__|", r".*"),
)


def modules() -> list[str]:
    files = (SOURCE / "sightline").rglob("*.py")
    names = [".".join(file.relative_to(SOURCE).with_suffix("").parts) for file in files]
    return sorted(name.removesuffix(".__init__").removeprefix("sightline").removeprefix(".") for name in names)


def source_of(module: str) -> str:
    path = SOURCE.joinpath("sightline", *[part for part in module.split(".") if part])
    return (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text()


def imports(source: str) -> Iterator[str]:
    """Modules of Sightline that a source imports anywhere, functions and type checking included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute: the layer can be read from the line"
            # `from sightline.store import naming` imports a module; `import LogDir` a name.
            submodules = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if is_module(name) else node.module or "" for name in submodules]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "sightline":
                yield name.removeprefix("sightline").removeprefix(".")


def is_module(name: str) -> bool:
    path = SOURCE.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()


def trespasses(module: str, source: str) -> list[str]:
    allowed = next(may for pattern, may in LAYERS if re.fullmatch(pattern, module))
    room = module.split(".")[1] if module.startswith("kinds.") else ""
    allowed = allowed.replace("KIND", re.escape(room))
    return sorted({name for name in imports(source) if name != "errors" and not re.fullmatch(allowed, name)})


@pytest.mark.parametrize("module", modules())
def test_a_module_imports_only_what_its_layer_may(module: str) -> None:
    assert trespasses(module, source_of(module)) == [], f"sightline.{module} reaches out of its layer"


@pytest.mark.parametrize(
    ("module", "line", "found"),
    [
        ("format.event", "from sightline.store import LogDir", ["store"]),
        ("kinds.image.write", "import sightline.kinds.image.decode", ["kinds.image.decode"]),
        ("kinds.image.decode", "from sightline.kinds.text.schema import KIND", ["kinds.text.schema"]),
        ("kinds.image.api", "from sightline.kinds.text.api import ENDPOINTS", ["kinds.text.api"]),
        ("store.run", "def f():\n    from sightline.kinds.image.api import ENDPOINTS", ["kinds.image.api"]),
        ("store.run", "from sightline.server import app", ["server.app"]),
        ("writer.file_writer", "from sightline.store.run import Run", ["store.run"]),
        ("analysis.bucket", "from sightline.store import Run", ["store"]),
        ("server.app", "from sightline.cli import main", ["cli"]),
        ("store.run", "from sightline.store import naming", []),
        ("kinds.image.api", "from sightline.kinds.image.decode import decode_image", []),
    ],
)
def test_a_trespass_would_be_seen(module: str, line: str, found: list[str]) -> None:
    assert trespasses(module, line) == found
