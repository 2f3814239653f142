"""Names of files for runs and tags, which may hold anything: slashes, dots, line breaks, a whole page of text.

Every character but letters, digits and ``. _ - = + , @`` becomes ``%XX`` (its UTF-8 bytes), as in a URL, so different
tags have different names and none leaves its directory.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

__all__ = ["MAX_BYTES", "run_path", "safe_name"]

MAX_BYTES = 200
"""File systems allow 255; endings are added."""
PLAIN = "=+,@"
"""Allowed besides what ``quote`` allows: letters, digits, ``_ . - ~``."""


def safe_name(text: str) -> str:
    """One part of a path. A long one is cut, and a hash keeps it apart from others."""
    name = quote(text, safe=PLAIN)
    if name.startswith("."):  # hidden, or the directory itself, or the one above
        name = "%2E" + name[1:]
    if len(name) > MAX_BYTES:
        name = f"{name[: MAX_BYTES - 17]}-{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"
    return name or "%"


def run_path(run: str) -> Path:
    """A run's directory: its parts stay parts; ``.`` is no directory of its own."""
    return Path() if run == "." else Path(*[safe_name(part) for part in run.split("/")])
