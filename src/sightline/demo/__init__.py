"""The demo: three short runs of a small network on real handwritten digits, logged as anybody would log them.

    settings.py  Settings and SETTINGS: the runs and their hyperparameters; Progress: what the caller is told
    training.py  train: all the runs, one after the other
    session.py   one run: the loop, and what is logged when
    model.py     a convolutional classifier, and a generator trained beside it
    picture.py   the pictures that are logged

Needs PyTorch, scikit-learn and matplotlib (``pip install "sightline[demo]"``); they are imported by ``train``.
"""

from __future__ import annotations

from sightline.demo.settings import SETTINGS, Progress, Settings
from sightline.demo.training import train

__all__ = ["SETTINGS", "Progress", "Settings", "train"]
