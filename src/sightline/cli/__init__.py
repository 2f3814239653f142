"""Layer 5: the ``sightline`` command. One verb per file; a verb has ``SUMMARY``, ``configure`` and ``run``.

``sightline runs/`` is short for ``sightline serve runs/``. A directory that is named like a verb is served by
``sightline serve demo``.
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Sequence
from types import ModuleType

from sightline.cli import check, demo, export, inspect, serve
from sightline.errors import SightlineError

__all__ = ["main"]

VERBS: dict[str, ModuleType] = {"serve": serve, "demo": demo, "inspect": inspect, "export": export, "check": check}

DESCRIPTION = """\
Watch a model train: a live page of everything in the TensorBoard event files below a directory.

  sightline runs/              serve runs/ at http://127.0.0.1:6006
  sightline runs/ --open       and open the page in the browser
  sightline demo               train a small network and watch it
  sightline inspect runs/      list every run and tag: how many points, which steps
  sightline export runs/       print every scalar as CSV
  sightline check runs/        say which event files are damaged, and where
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status. 0: done, or served until Ctrl-C; 1: damage or failure; 2: a wrong call;
    130: stopped by Ctrl-C before it was done."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] not in (*VERBS, "-h", "--help", "--version"):
        _warn_of_a_slip(given[0])
        given.insert(0, "serve")
    parsed = parser().parse_args(_with_steps_joined(given))
    if "run" not in parsed:
        parser().print_help()
        return 2
    try:
        status: int = parsed.run(parsed)
        sys.stdout.flush()
    except SightlineError as error:
        print(f"sightline: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read what we print has seen enough: sightline export runs/ | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"sightline: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130  # 128 + SIGINT, as shells have it
    return status


def _warn_of_a_slip(place: str) -> None:
    """A log directory need not be there yet; one that is called nearly as a verb was meant to be that."""
    near = [] if os.path.exists(place) else difflib.get_close_matches(place, VERBS, 1, 0.75)
    if near:
        print(f"sightline: {place!r} is no verb, and taken for a log directory; near: {near[0]!r}", file=sys.stderr)


def _with_steps_joined(given: list[str]) -> list[str]:
    """``--steps -5:`` as ``--steps=-5:``: ``argparse`` would take a negative step for an option."""
    joined: list[str] = []
    for each in given:
        if joined and joined[-1] == "--steps" and each[:1] == "-" and each[1:2].isdigit():
            joined[-1] += f"={each}"
        else:
            joined.append(each)
    return joined


def parser() -> argparse.ArgumentParser:
    """The whole command line; ``tests/test_docs.py`` compares it with ``docs/cli.md``."""
    root = argparse.ArgumentParser(
        prog="sightline", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    root.add_argument("--version", action=_Version, help="print the version and exit")
    verbs = root.add_subparsers(title="verbs", metavar="VERB")
    for name, verb in VERBS.items():
        sub = verbs.add_parser(
            name,
            help=verb.SUMMARY,
            description=verb.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb.configure(sub)
        sub.set_defaults(run=verb.run, verb=name)
    return root


class _Version(argparse.Action):
    """Looks the version up only when asked: reading the package's metadata takes longer than the rest of the start."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"sightline {check.version()}")
        parser.exit()
