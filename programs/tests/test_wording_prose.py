"""Tests of the shop's own texts; every name finishes "it ..."."""

import re
from html.parser import HTMLParser

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from programs.terms import TermsRefused, parse
from programs.tests.factories import document, terms
from programs.wording.prose import prose, small_print, welcome

OURS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong", "ul",
}  # fmt: skip
NAMED = "must be a name, or a name for each language such as {en: point, pl: punkt}"
SAFE = ("https://", "mailto:")
WORTHY = {"href", "rel", "title", "start", "class"}
BITS = st.sampled_from([
    "<script>", "</p>", "<img src=x onerror=alert(1)>", "[a](", "javascript:", "JAVASCRIPT:", "data:text/html,", ")",
    "![", "]", "https://shop.example", "mailto:a@b.pl", "http://x.pl", "<", ">", '"', "'", "onclick=1",
    "&lt;", "&#106;", "`", "```", "\n", "\n\n", "# ", "- ", "1. ", "> ", "*", "**", "_",
    "\t", "\\", " ", "x", "ź", "[r]: ", "/p/", "//x.pl",
])  # fmt: skip


class Seen(HTMLParser):
    """The tags and the attributes of what was rendered."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs


@given(st.lists(BITS, max_size=30).map("".join))
def test_it_makes_nothing_but_text_and_harmless_links(markdown):
    seen = Seen(prose(markdown))
    assert seen.tags <= OURS
    assert {name for name, _value in seen.attributes} <= WORTHY
    links = [value for name, value in seen.attributes if name == "href"]
    assert [link for link in links if link and not link.lower().startswith(SAFE)] == []
    assert len([name for name, _value in seen.attributes if name == "rel"]) == len(links)


def test_it_lends_nobody_its_rank():
    assert prose("[beans](https://shop.example)") == (
        '<p><a href="https://shop.example" rel="nofollow noreferrer">beans</a></p>\n'
    )


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://x.pl", "//x.pl", "/admin/", "data:text/html,x"])
def test_it_links_nowhere_else(link):
    assert "<a" not in prose(f"[here]({link}) <{link}>\n\n[r]\n\n[r]: {link}")


def test_it_shows_html_as_it_was_typed():
    assert prose('<b onclick="x">hi</b>') == "<p>&lt;b onclick=&quot;x&quot;&gt;hi&lt;/b&gt;</p>\n"


def test_it_begins_headings_below_those_of_the_page():
    assert re.findall(r"<(h\d)>", prose("# a\n\n## b\n\n###### c")) == ["h3", "h4", "h6"]


def test_it_speaks_the_language_of_the_reader():
    under = terms(texts={"welcome": {"en": "Hello", "pl": "Cześć"}, "terms": "No *cash*"})
    with override("pl"):
        assert welcome(under) == "<p>Cześć</p>\n"
        assert small_print(under) == "<p>No <em>cash</em></p>\n"
    assert welcome(terms()) == small_print(terms()) == ""


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        ({"welcome": ""}, ("texts.welcome", NAMED)),
        ({"terms": {"en": "x", "pl": "x" * 10_001}}, ("texts.terms", "must not be longer than 10000 letters")),
        ({"bye": "x"}, ("texts.bye", "is not a known key")),
    ],
)  # fmt: skip
def test_it_refuses_what_is_no_text(texts, fault):
    with pytest.raises(TermsRefused) as refused:
        parse(document(texts=texts))
    assert refused.value.faults == (fault,)
