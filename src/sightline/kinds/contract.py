"""What a room must provide. A *kind* is one sort of data (scalar, image ...); its *room* is the folder it lives in.

Every room has the same files, and the file's name fixes what it may import (``tests/test_layers.py``):

``README.md``   what it shows, the bytes on disk (old and new), the endpoints with an example answer, limits
``schema.py``   ``KIND``: a :class:`Kind`; dataclasses and constants. Imports ``format`` only
``message.py``  where the room has protocol-buffer messages of its own: apart, so that listing the rooms stays cheap
``write.py``    Python values -> :class:`~sightline.format.event.Value`. Imports ``format`` and its own schema
``decode.py``   ``Value`` -> what the user sees; names every legacy form. Imports ``format`` and its own schema
``api.py``      ``ENDPOINTS``: query -> answer. Imports ``store``, ``analysis`` and its own room

A ``write.py`` or ``decode.py`` that would be too long has parts, ``write_<noun>.py``, under the same rules.
A room without a dashboard has no ``api.py`` and no folder in ``web/src/kinds``: its data is written, read and listed,
and the catalogue says ``supported: false``. It has both or neither (``tests/test_rooms.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Kind", "StorageClass"]

StorageClass = Literal["scalar", "tensor", "blob"]
"""How the store keeps a kind: ``scalar`` as columns; ``tensor`` (small) and ``blob`` by position in the file."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The identity of a room: which values on disk are its own, and how the store keeps them."""

    name: str
    """The room's folder, in the singular: ``scalar``. Also its path in the API and in ``web/src/kinds``."""

    title: str
    """What the dashboard's tab says: ``Scalars``."""

    plugin_names: tuple[str, ...]
    """``SummaryMetadata.plugin_data.plugin_name`` of its tensors."""

    legacy_field: str | None
    """The member of ``Value``'s oneof that older writers use for it (``simple_value``, ``image`` ...), if any;
    ``tensor`` is that of tensors that name no plugin."""

    storage: StorageClass
