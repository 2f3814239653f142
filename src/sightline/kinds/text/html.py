"""Markdown from an event file to HTML that may stand in the page. The file is not trusted.

Two walls: the Markdown parser passes no HTML through, and what it makes goes through an allow-list (nh3, the Rust
library ammonia). A third is the page's Content-Security-Policy. Nothing in the HTML makes a browser ask anyone for
anything: a picture becomes a link to it, because fetching it would tell its server who is reading.

nh3 and markdown-it-py are imported by the first text that is shown.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

__all__ = ["MAX_ANSWER_CHARACTERS", "MAX_CELLS", "render_markdown", "render_plain", "render_table"]

# fmt: off
TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}
# fmt: on
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
MAX_MARKDOWN_CHARACTERS = 200_000
"""Parsing takes about a second for so many, and a hostile text takes longer than its length suggests."""
MAX_CELLS = 2_000
MAX_ANSWER_CHARACTERS = 500_000
"""Of one answer. Beyond them texts are shown as they are, and cut: a hostile file must not keep the server busy."""
URL_SCHEMES = {"http", "https", "mailto"}


def render_markdown(text: str) -> str:
    """CommonMark with tables and strikethrough, sanitised. A text too long to parse is shown as it is."""
    if len(text) > MAX_MARKDOWN_CHARACTERS:
        return render_plain(text)
    return _sanitise(_parser().render(text))


def render_plain(text: str) -> str:
    """The text as it is."""
    return f"<pre>{html.escape(text, quote=False)}</pre>"


def render_table(rows: Sequence[Sequence[str]]) -> str:
    """Cells that are HTML already, as the rows of a table."""
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return "<table><tbody>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</tbody></table>"


def _sanitise(markup: str) -> str:
    import nh3

    return nh3.clean(
        markup,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=URL_SCHEMES,
        url_relative="deny",  # relative to what? never to this page
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # "html": False escapes tags. The preset has neither linkify nor typographer, which would change her text.
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.add_render_rule("image", _render_image_as_link)
    return parser


def _render_image_as_link(renderer: Any, tokens: Sequence[Any], index: int, options: Any, env: Any) -> str:
    """``![words](address)`` -> a link to the address."""
    token = tokens[index]
    source = str(token.attrs.get("src", ""))
    words = renderer.renderInlineAsText(token.children or [], options, env) or source
    return f'<a href="{html.escape(source)}">{html.escape(words)}</a>'
