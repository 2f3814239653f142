"""Embeddings: points in many dimensions, with labels and pictures, in files beside the event files."""

from __future__ import annotations

from sightline.kinds.contract import Kind

__all__ = ["BLANK", "CONFIG_NAME", "KIND", "PLUGIN_DIRECTORY", "STAND_INS"]

KIND = Kind(name="projector", title="Projector", plugin_names=(), legacy_field=None, storage="blob")

CONFIG_NAME = "projector_config.pbtxt"
"""The file that lists a run's embeddings."""
PLUGIN_DIRECTORY = "plugins/org_tensorflow_tensorboard_projector"
"""Where else in a run it may be."""

STAND_INS = {"\t": "␉", "\n": "␊", "\r": "␍"}
"""What a label can't hold in a table, and the character that is written for it: Unicode's pictures of control
characters, so that TensorBoard shows one sign, and labels with backslashes stay as they are."""
BLANK = "␢"
"""Stands for a line without any visible character: TensorBoard would leave it out, and all labels below would move."""
