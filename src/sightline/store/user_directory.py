"""Where a program keeps what is its user's: a directory of its own below the one that the system has for it.

Linux: the XDG Base Directory Specification 0.8. macOS: ``~/Library``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["user_directory"]


def user_directory(variable: str, linux: str, mac: str) -> Path:
    """``$variable/sightline``, else below ``~/linux`` or ``~/mac``. It need not exist."""
    given = os.environ.get(variable, "")
    if os.path.isabs(given):  # the specification: a relative path is to be ignored
        return Path(given) / "sightline"
    home = os.path.expanduser("~")
    if not os.path.isabs(home):  # of a user whom the system does not know, in a container: never the working directory
        home = "/"
    return Path(home) / (mac if sys.platform == "darwin" else linux) / "sightline"
