"""Text is encoded as torch's own function encodes it."""

from __future__ import annotations

import importlib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sightline.kinds.text.write import encode_text

torch_summary: Any = importlib.import_module("torch.utils.tensorboard.summary")
characters = st.text(st.characters(exclude_categories=["Cs"]))


@given(tag=characters, text=characters)
def test_the_bytes_are_torchs(tag: str, text: str) -> None:
    want = torch_summary.text(tag, text).value[0]

    assert encode_text(tag, text).SerializeToString() == want.SerializeToString(deterministic=True)
