"""Embeddings of a run or of a whole log directory: their files lie beside the event files, or where there are none."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

from sightline.errors import MalformedMessage
from sightline.kinds.projector.decode import Embedding, read_embeddings
from sightline.kinds.projector.schema import PLUGIN_DIRECTORY

__all__ = ["Embedding", "find_embeddings", "read_embeddings"]


def find_embeddings(folders: Mapping[str, str]) -> dict[str, tuple[Embedding, ...]]:
    """Name of a directory -> the embeddings configured in it; those without any are left out.

    So are those whose configuration is damaged or can't be read; a warning says which.
    """
    found = {}
    for name, path in folders.items():
        if path.endswith(PLUGIN_DIRECTORY):
            continue  # it belongs to the run above
        try:
            embeddings = read_embeddings(path)
        except (MalformedMessage, OSError) as error:
            warnings.warn(str(error), RuntimeWarning, stacklevel=3)
            continue
        if embeddings:
            found[name] = tuple(embeddings)
    return found
