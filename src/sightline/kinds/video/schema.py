"""Video: moving pictures at each step, as files of their own: MP4 and WebM. An animated GIF is an image."""

from __future__ import annotations

from sightline.kinds.contract import Kind

KIND = Kind(name="video", title="Video", plugin_names=("video",), legacy_field=None, storage="blob")

SHORTEST_FRAME = 2
"""Of a GIF, in hundredths of a second: browsers show shorter ones ten times slower."""
