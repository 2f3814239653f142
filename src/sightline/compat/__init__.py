"""Doors for tools that were built on TensorBoard's Python classes: change the import, keep the rest.

    from sightline.compat import EventAccumulator

``sightline.compat.event_accumulator`` has every name of
``tensorboard.backend.event_processing.event_accumulator``, so it can stand in for that module as a whole.
"""

from __future__ import annotations

from sightline.compat.event_accumulator import EventAccumulator

__all__ = ["EventAccumulator"]
