"""Which hyperparameters a run has that logged none itself. Pure.

``torch.utils.tensorboard`` writes ``add_hparams`` to a run below the one that trains, and a trainer may keep one run
for ``train`` and one for ``val`` below the one it was started with.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

__all__ = ["lenders"]

ROOT = "."
"""The name of the run that is the log directory itself."""


def lenders(runs: Collection[str], own: Collection[str]) -> Mapping[str, str]:
    """Run -> the run whose hyperparameters it has; runs that have none are left out.

    ``own`` are the runs that logged some, which have their own. Any other has those of its nearest ancestor with some,
    or else of its only descendant with some: of two it could not be said which.
    """
    below: dict[str, str | None] = {}
    for name in own:
        for ancestor in _ancestors(name):
            below[ancestor] = None if ancestor in below else name
    found: dict[str, str] = {}
    for name in runs:
        lender = name if name in own else next((one for one in _ancestors(name) if one in own), below.get(name))
        if lender is not None:
            found[name] = lender
    return found


def _ancestors(name: str) -> list[str]:
    """Names of the directories above a run, nearest first, the log directory itself last."""
    if name == ROOT:
        return []
    parts = name.split("/")
    return ["/".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)] + [ROOT]
