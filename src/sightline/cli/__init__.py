"""Layer 5: the ``sightline`` command. One verb per file; a verb has ``SUMMARY``, ``configure`` and ``run``.

``sightline runs/`` is short for ``sightline serve runs/``. A directory that is named like a verb is served by
``sightline serve demo``.
"""

from __future__ import annotations

import argparse
import difflib
import io
import os
import re
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from sightline.cli import check, demo, export, inspect, serve
from sightline.cli.wording import printable
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
    _let_any_name_be_printed()
    root = parser()
    parsed, rest = root.parse_known_args(_with_steps_joined(given))
    if "run" not in parsed:
        if rest:
            root.error(_unknown(rest, root))
        root.print_help()
        return 2
    _take_rest(parsed, rest)
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
        where = f"{printable(os.fsdecode(error.filename))}: " if isinstance(error.filename, str | bytes) else ""
        print(f"sightline: {where}{error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130  # 128 + SIGINT, as shells have it
    return status


def _warn_of_a_slip(place: str) -> None:
    """A log directory need not be there yet; one that is called nearly as a verb was meant to be that."""
    near = [] if os.path.exists(place) else difflib.get_close_matches(place, VERBS, 1, 0.75)
    if near:
        print(f"sightline: {place!r} is no verb, and taken for a log directory; near: {near[0]!r}", file=sys.stderr)


def _let_any_name_be_printed() -> None:
    """A run or a tag may be called what the terminal's character set, or that of the system, can't say."""
    if sys.stdout is None:  # closed by whoever started this
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - it stays until the process ends
    elif isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _take_rest(parsed: argparse.Namespace, rest: list[str]) -> None:
    """Log directories that stand behind an option: ``argparse`` takes those before the first option only."""
    verb: argparse.ArgumentParser = parsed.parser
    if rest and ("named" not in parsed or any(each.startswith("-") for each in rest)):
        verb.error(_unknown(rest, verb))
    if rest:
        parsed.logdir += rest


def _unknown(rest: Sequence[str], parser: argparse.ArgumentParser) -> str:
    """What is wrong with arguments that a verb does not have."""
    first = next((each for each in rest if each.startswith("-")), rest[0])
    known = [*re.findall(r"--[a-z-]+", parser.format_usage()), "--help", "--version"]
    near = difflib.get_close_matches(first.partition("=")[0], known, 1)
    return f"no option {first}" + (f"; near: {near[0]}" if near else "") if first[0] == "-" else f"got {first!r}"


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
    root = _Parser(prog="sightline", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
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
        sub.set_defaults(run=verb.run, verb=name, parser=sub)
    return root


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, where ``argparse`` prints every option first."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. {self.prog} --help lists what there is\n")


class _Version(argparse.Action):
    """Looks the version up only when asked: reading the package's metadata takes longer than the rest of the start."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"sightline {check.version()}")
        parser.exit()
