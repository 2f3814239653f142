"""``python -m sightline``: the same as the ``sightline`` command."""

from __future__ import annotations

import sys

from sightline.cli import main

if __name__ == "__main__":
    sys.exit(main())
