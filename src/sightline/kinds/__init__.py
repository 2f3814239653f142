"""The rooms: one folder for each kind of data. ``KINDS`` is the only list of them."""

from __future__ import annotations

from sightline.kinds.audio.schema import KIND as AUDIO
from sightline.kinds.contract import Kind
from sightline.kinds.custom_scalars.schema import KIND as CUSTOM_SCALARS
from sightline.kinds.graph.schema import KIND as GRAPH
from sightline.kinds.histogram.schema import KIND as HISTOGRAM
from sightline.kinds.hparams.schema import KIND as HPARAMS
from sightline.kinds.image.schema import KIND as IMAGE
from sightline.kinds.mesh.schema import KIND as MESH
from sightline.kinds.pr_curve.schema import KIND as PR_CURVE
from sightline.kinds.projector.schema import KIND as PROJECTOR
from sightline.kinds.scalar.schema import KIND as SCALAR
from sightline.kinds.tensor.schema import KIND as TENSOR
from sightline.kinds.text.schema import KIND as TEXT
from sightline.kinds.video.schema import KIND as VIDEO

__all__ = ["KINDS", "Kind"]

KINDS: tuple[Kind, ...] = (
    SCALAR,
    IMAGE,
    AUDIO,
    VIDEO,
    TEXT,
    HISTOGRAM,
    PR_CURVE,
    HPARAMS,
    GRAPH,
    PROJECTOR,
    MESH,
    CUSTOM_SCALARS,
    TENSOR,
)
"""In the order of their tabs."""
