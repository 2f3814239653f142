"""``kinds/text/html.py``: whatever the text, what comes out runs nothing and fetches nothing."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.kinds.text.html import (
    ATTRIBUTES,
    MAX_MARKDOWN_CHARACTERS,
    TAGS,
    render_markdown,
    render_plain,
    render_table,
)

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    "![x](http://evil.example/pixel.png)",
    "![x](//evil.example/pixel.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[x]: http://evil.example/a.png\n![x]",
    "[![x](http://evil.example/a.png)](http://evil.example)",
    "<style>@import 'http://evil.example'</style>",
    "<b style='background:url(http://evil.example)'>x</b>",
    "```html\n<script>alert(1)</script>\n```",
    "`<script>`",
    "|<img src=x>|\n|-|\n|<script>|",
    "[a](http://x '\"><img src=x onerror=alert(1)>')",
    '!["><script>alert(1)</script>](http://x)',
    "<!-- --><form action=x><input autofocus onfocus=alert(1)>",
    "&lt;script&gt;",
    "<scr\x00ipt>",
    "x\n<base href=http://evil.example>",
]


class Reader(HTMLParser):
    """Every element and attribute, as a browser's parser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def assert_harmless(markup: str) -> None:
    reader = Reader()
    reader.feed(markup)
    for tag, attributes in reader.found:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES.get(tag, set()) | ({"rel", "target"} if tag == "a" else set())
        if tag == "a":
            assert attributes["rel"] == "noopener noreferrer"
            assert (attributes.get("href") or "https:").startswith(("http:", "https:", "mailto:"))


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_becomes_harmless(text: str) -> None:
    assert_harmless(render_markdown(text))
    assert_harmless(render_table([[render_markdown(text), render_plain(text)]]))


@given(st.lists(st.sampled_from([*ATTACKS, *"<>\"'`[]()!|-\n :/="]), max_size=8).map("".join) | st.text(max_size=60))
def test_any_text_becomes_harmless(text: str) -> None:
    assert_harmless(render_markdown(text))
    assert_harmless(render_plain(text))


def test_a_picture_becomes_a_link_to_it() -> None:
    assert render_markdown("![words](http://x/y.png)") == (
        '<p><a href="http://x/y.png" target="_blank" rel="noopener noreferrer">words</a></p>\n'
    )


def test_a_link_that_is_relative_loses_its_address() -> None:
    assert "href" not in render_markdown("[x](/api/catalogue) [y](//evil.example) [z](#a)")


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("# a", "<h1>a</h1>\n"),
        ("**a** *b* ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
        ("a  \nb", "<p>a<br>\nb</p>\n"),
        ("---", "<hr>\n"),
        ("损失 < 3 & x", "<p>损失 &lt; 3 &amp; x</p>\n"),
        ("", ""),
    ],
)
def test_markdown_is_rendered(text: str, markup: str) -> None:
    assert render_markdown(text) == markup


def test_a_markdown_table_is_a_table() -> None:
    markup = render_markdown("|a|b|\n|:-|-:|\n|1|2|")
    assert markup.replace("\n", "") == (
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
    )


def test_a_text_too_long_to_parse_is_shown_as_it_is() -> None:
    text = "*a*" * MAX_MARKDOWN_CHARACTERS
    assert render_markdown(text) == f"<pre>{text}</pre>"
