"""Audio: one or several clips (samples) at each step."""

from __future__ import annotations

from sightline.kinds.contract import Kind

KIND = Kind(name="audio", title="Audio", plugin_names=("audio",), legacy_field="audio", storage="blob")

FULL_SCALE = 32767
"""What 1.0 is in a 16-bit WAV file, as torch writes it."""
MAX_SAMPLE_RATE = 1_000_000_000
"""Frames a second; a WAV file's header holds four times that in 32 bits."""
MAX_BYTES = (1 << 31) - (1 << 10)
"""Of a clip: a protocol-buffer message is shorter than 2 GiB."""
