"""Commands for which permissions count, also when the tests run as root."""

from __future__ import annotations

import os
import shutil

import pytest

__all__ = ["unprivileged"]


def unprivileged(*command: str) -> list[str]:
    """The command as somebody for whom a read-only file is read-only."""
    if os.geteuid() != 0:
        return list(command)
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root writes everywhere, and setpriv (util-linux) is not there to give that up")
    return [setpriv, "--bounding-set=-dac_override,-dac_read_search", *command]
