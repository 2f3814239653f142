"""Sightline: watch a model train. A writer, a reader and a live viewer for TensorBoard event files.

    SummaryWriter        log a run: a drop-in for torch.utils.tensorboard.SummaryWriter
    FileWriter           whole events and summaries into one directory
    GlobalSummaryWriter  one writer for all processes of a program, which counts the steps itself
    open_logdir          every value of every run in a log directory
    summary_iterator     the events of one file, one after the other
    compat               TensorBoard's EventAccumulator, on this reader

A name is loaded when it is first used; the writer loads NumPy and the kernel, nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sightline import compat
    from sightline.store.logdir import open_logdir
    from sightline.store.summary_iterator import summary_iterator
    from sightline.writer.file_writer import FileWriter
    from sightline.writer.global_writer import GlobalSummaryWriter
    from sightline.writer.summary_writer import SummaryWriter

__all__ = ["FileWriter", "GlobalSummaryWriter", "SummaryWriter", "compat", "open_logdir", "summary_iterator"]

_MODULES = {
    "FileWriter": "sightline.writer.file_writer",
    "GlobalSummaryWriter": "sightline.writer.global_writer",
    "SummaryWriter": "sightline.writer.summary_writer",
    "open_logdir": "sightline.store.logdir",
    "summary_iterator": "sightline.store.summary_iterator",
}


def __getattr__(name: str) -> Any:
    if name == "compat":
        return import_module("sightline.compat")  # which makes it an attribute
    if name not in _MODULES:
        raise AttributeError(f"module 'sightline' has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
