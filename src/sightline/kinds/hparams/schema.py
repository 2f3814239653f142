"""Hyperparameters: what a run was started with, and how it ended.

They travel as the content of a value's plugin data, under three fixed tags; the value itself holds nothing.
"""

from __future__ import annotations

from sightline.kinds.contract import Kind

__all__ = ["EXPERIMENT_TAG", "KIND", "SESSION_END_TAG", "SESSION_START_TAG", "TAG", "VERSION"]

KIND = Kind(name="hparams", title="HParams", plugin_names=("hparams",), legacy_field=None, storage="tensor")

TAG = "_hparams_/"
"""What the room's tags begin with; they are the same in every run."""
EXPERIMENT_TAG = TAG + "experiment"
SESSION_START_TAG = TAG + "session_start_info"
SESSION_END_TAG = TAG + "session_end_info"

VERSION = 0
"""``HParamsPluginData.version`` of all files there are; TensorBoard refuses any other."""
