"""Which rows TensorBoard's reservoir keeps of a tag, so that a size guidance gives what it gives there.

Source: ``tensorboard/backend/event_processing/reservoir.py``: reservoir sampling with the seed 0 for every tag.
"""

from __future__ import annotations

import random

__all__ = ["sample_rows"]


def sample_rows(count: int, size: int, *, always_keep_last: bool = True) -> list[int] | range:
    """Ascending indexes of the rows kept of ``count``, at most ``size``; 0 keeps all."""
    if size == 0 or count <= size:
        return range(count)
    generator = random.Random(0)
    kept = list(range(size))
    for row in range(size, count):
        place = generator.randint(0, row)
        if place < size:
            del kept[place]
            kept.append(row)
        elif always_keep_last:
            kept[-1] = row
    return kept
