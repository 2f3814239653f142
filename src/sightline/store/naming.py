"""Which series a value belongs to: the room that claims it, or the name it has on disk when none does."""

from __future__ import annotations

from functools import lru_cache

from sightline.errors import MalformedMessage
from sightline.format.event import SummaryMetadata
from sightline.kinds import KINDS
from sightline.kinds.contract import Kind
from sightline.kinds.graph.schema import KIND as GRAPH
from sightline.store.series_key import SeriesKey

__all__ = [
    "GRAPH_KIND",
    "NO_FORM",
    "SCALAR_KIND",
    "TENSOR",
    "claiming_kind",
    "decode_metadata",
    "decode_tag",
    "plugin_name",
    "series_key",
]

NO_FORM = 0
TENSOR = 8
FORM_NAMES = {
    NO_FORM: "none",
    2: "simple_value",
    3: "obsolete_old_style_histogram",
    4: "image",
    5: "histo",
    6: "audio",
    TENSOR: "tensor",
}
"""Number of the ``Value`` field that holds a value -> its name. hparams values have metadata only."""

_BY_FORM = {kind.legacy_field: kind for kind in KINDS if kind.legacy_field}
_BY_PLUGIN = {plugin: kind for kind in KINDS for plugin in kind.plugin_names}
SCALAR_KIND = next(kind.name for kind in KINDS if kind.storage == "scalar")
"""The room of what the scanner gives as columns."""
GRAPH_KIND = GRAPH.name
"""The room of events that hold a graph or what a run of it cost."""
_ROOMS = {kind.name for kind in KINDS}


@lru_cache(maxsize=4096)
def decode_metadata(metadata: bytes) -> SummaryMetadata | None:
    """None when there is none, or when it is no message: a value without it can still be shown."""
    if not metadata:
        return None
    try:
        return SummaryMetadata.FromString(metadata)
    except MalformedMessage:
        return None


def plugin_name(metadata: bytes) -> str:
    """Empty when the metadata names no plugin."""
    message = decode_metadata(metadata)
    return message.plugin_data.plugin_name if message is not None else ""


def decode_tag(tag: bytes) -> str:
    """Text that is not UTF-8 is kept readable with backslash escapes: two different tags stay different."""
    return tag.decode("utf-8", "backslashreplace")


def claiming_kind(form: int, plugin: str) -> Kind | None:
    """The room of a value. A legacy form says what it is; whatever the metadata beside it says comes second. A tensor
    is what its plugin says, and just a tensor when it names none."""
    by_form = _BY_FORM.get(FORM_NAMES.get(form, ""))
    if form == TENSOR and plugin:
        return _BY_PLUGIN.get(plugin)
    return by_form or _BY_PLUGIN.get(plugin)


def series_key(tag: str, form: int, plugin: str, kind: Kind | None) -> SeriesKey:
    """The room's name, else the plugin's name on disk, else the name of the field."""
    if kind is not None:
        return SeriesKey(kind.name, tag)
    name = plugin or FORM_NAMES.get(form, f"field {form}")
    return SeriesKey(f"plugin {name}" if name in _ROOMS else name, tag)
