"""``train``: the demo's runs, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from sightline.demo.settings import SETTINGS, Progress, Settings
from sightline.errors import MissingExtra

__all__ = ["train"]


def train(
    logdir: Path,
    *,
    runs: Sequence[Settings] = SETTINGS,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> None:
    """Train every run and log it to ``logdir/<its name>``.

    ``on_progress`` is called after each step, in this thread. As soon as ``should_stop()`` is true the current run's
    file is closed and the function returns. ``MissingExtra`` when a package of ``sightline[demo]`` is not there.
    """
    missing = [name for name in ("torch", "sklearn", "matplotlib") if find_spec(name) is None]
    if missing:
        raise MissingExtra(f'the demo needs {", ".join(missing)}, not installed: pip install "sightline[demo]"')
    from sightline.demo.session import run_session

    for settings in runs:
        if should_stop():
            return
        run_session(Path(logdir) / settings.name, settings, on_progress or (lambda progress: None), should_stop)
