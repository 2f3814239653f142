"""Sightline: watch a model train. A writer, a reader and a live viewer for TensorBoard event files."""

from __future__ import annotations
