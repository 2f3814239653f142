"""The twin of the kernel's ``format_table``: a matrix as text, as PyTorch's writer prints embeddings."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["format_table"]


def format_table(matrix: npt.NDArray[np.float32] | npt.NDArray[np.float64]) -> bytes:
    """A matrix (n, m) as n lines of m numbers, tabs between them.

    A number is written as Python's ``repr`` writes its float64, with the fewest digits that read back as the same:
    ``0.1`` (of a float32 ``0.10000000149011612``), ``100.0``, ``1e-05``, ``-0.0``, ``nan``, ``-inf``.
    """
    return "".join("\t".join(map(repr, row.tolist())) + "\n" for row in matrix).encode()
