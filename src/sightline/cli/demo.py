"""Train a small network on handwritten digits and watch it live: three short runs to compare, about a minute.

  sightline demo
  sightline demo --open
  sightline demo --no-serve --steps 50 --logdir /tmp/digits

The page is up before training begins and stays up after it, until Ctrl-C. Needs PyTorch and scikit-learn
(pip install 'sightline[demo]'); nothing is downloaded.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightline.cli.serve import add_serving_options, announce, open_browser
from sightline.errors import ArgumentError, MissingExtra

if TYPE_CHECKING:
    from sightline.demo import Progress, Settings

__all__ = ["SUMMARY", "configure", "run"]

SUMMARY = "train a small network and watch it live"
STOP_SECONDS = 5.0
"""How long the trainer may take to finish its step and close its files."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--logdir",
        metavar="DIR",
        type=Path,
        help="where to log (default: a new directory in sightline-demo/, named by the time)",
    )
    parser.add_argument("--steps", metavar="N", type=int, help="batches of each run (default: 900, about 25 seconds)")
    parser.add_argument("--no-serve", action="store_true", help="train and exit, without a page")
    add_serving_options(parser)


def run(arguments: argparse.Namespace) -> int:
    _require_packages()
    if arguments.steps is not None and arguments.steps < 1:
        raise ArgumentError(f"--steps is {arguments.steps}: want 1 or more")
    logdir: Path = arguments.logdir or Path("sightline-demo") / time.strftime("%Y%m%d-%H%M%S")
    logdir = logdir.expanduser()
    if arguments.no_serve:
        return _train_only(logdir, arguments.steps)
    return _serve_and_train(logdir, arguments)


def _require_packages() -> None:
    from importlib.util import find_spec

    missing = [name for name in ("torch", "sklearn", "matplotlib", "rich") if find_spec(name) is None]
    if missing:
        raise MissingExtra(f"the demo needs {', '.join(missing)}: pip install 'sightline[demo]'")


def _runs(steps: int | None) -> tuple[Settings, ...]:
    from sightline.demo import SETTINGS

    return SETTINGS if steps is None else tuple(replace(settings, steps=steps) for settings in SETTINGS)


def _train_only(logdir: Path, steps: int | None) -> int:
    from sightline.demo import train

    print(f"Training; logging to {logdir}", flush=True)
    try:
        with _shown() as bars:
            train(logdir, runs=_runs(steps), on_progress=bars.show)
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
    return 0


def _serve_and_train(logdir: Path, arguments: argparse.Namespace) -> int:
    from sightline.server.listen import open_socket, serve
    from sightline.store import LogDir

    logdir.mkdir(parents=True, exist_ok=True)  # or the first line would say that it is not there
    followed = LogDir(logdir, cache=arguments.cache)
    listening = open_socket(arguments.port)
    trainer = _Trainer(logdir, arguments.steps)

    def on_ready() -> None:
        url = announce(listening, arguments.port, followed)
        if arguments.open:
            open_browser(url)
        trainer.start()

    try:
        serve(followed, listening, on_ready)
    except KeyboardInterrupt:
        print("\nStopped.")
    finally:
        trainer.stop()
    return 1 if trainer.failed else 0


class _Trainer:
    """Training in a process of its own: PyTorch would take turns with the server for the interpreter."""

    def __init__(self, logdir: Path, steps: int | None) -> None:
        context = get_context("spawn")  # a fork would inherit the server's socket and threads
        self._receiver, self._sender = context.Pipe(duplex=False)
        self._stop: Event = context.Event()
        self._process: SpawnProcess = context.Process(
            target=_train_in_child, args=(logdir, steps, self._sender, self._stop), daemon=True
        )
        self._thread = threading.Thread(target=self._show, daemon=True)
        self.failed = False

    def start(self) -> None:
        self._process.start()
        self._sender.close()  # the child has its own end; ours would keep the pipe open for ever
        self._thread.start()

    def stop(self) -> None:
        """End the training if it is going on; waits until the process is gone."""
        if self._process.pid is None:
            return
        self._stop.set()
        self._process.join(STOP_SECONDS)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join()
        self._thread.join()

    def _show(self) -> None:
        with _shown() as bars:
            while True:
                try:
                    bars.show(self._receiver.recv())
                except EOFError:
                    break
        self._process.join()
        if self._stop.is_set():
            return
        self.failed = self._process.exitcode != 0
        if self.failed:
            print("Training failed, see above. The page stays up until Ctrl-C.", file=sys.stderr)
        else:
            print("Training is done. The page stays up until Ctrl-C.", flush=True)


def _train_in_child(logdir: Path, steps: int | None, sender: Connection, stop: Event) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends Ctrl-C to both; the parent decides
    from sightline.demo import train

    def report(progress: Progress) -> None:
        try:
            sender.send(progress)
        except BrokenPipeError:  # the parent was killed
            stop.set()

    train(logdir, runs=_runs(steps), on_progress=report, should_stop=stop.is_set)


def _shown() -> _Bars | _Lines:
    return _Bars() if sys.stdout.isatty() else _Lines()


def _metrics(progress: Progress) -> str:
    return "  ".join(f"{name} {value:.3f}" for name, value in progress.metrics.items())


class _Lines:
    """A line now and then, in a file or a pipe: at each tenth of a run."""

    def __init__(self) -> None:
        self._tenths: dict[str, int] = {}

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, progress: Progress) -> None:
        tenth = 10 * progress.step // max(1, progress.total)
        if tenth != self._tenths.get(progress.run):
            self._tenths[progress.run] = tenth
            print(f"{progress.run}: step {progress.step} of {progress.total}  {_metrics(progress)}", flush=True)


class _Bars:
    """A bar for each run, in the terminal."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[metrics]}"),
        )
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> _Bars:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, progress: Progress) -> None:
        metrics = _metrics(progress)
        if progress.run not in self._tasks:
            self._tasks[progress.run] = self._progress.add_task(progress.run, total=progress.total, metrics=metrics)
        self._progress.update(self._tasks[progress.run], completed=progress.step, metrics=metrics)
