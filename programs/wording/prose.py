"""The shop's own texts as members read them: Markdown made into HTML that can do no harm.

No HTML of the author's own, no pictures; links lead to https or write a mail, and lend nobody their rank.
Headings begin below those of the page.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from programs.terms import Terms, in_language

LINKED = ("https://", "mailto:")
PAGE_HEADINGS, LAST_HEADING = 2, 6


def prose(markdown: str) -> SafeString:
    """Render one text."""
    return mark_safe(str(renderer().render(markdown)))  # noqa: S308  # html is off: all that is not ours is escaped


def welcome(terms: Terms) -> SafeString | str:
    """What a program says to who joins, in the active language; nothing where it says nothing."""
    return prose(in_language(terms.texts.welcome)) if terms.texts.welcome else ""


def small_print(terms: Terms) -> SafeString | str:
    """What a program adds to its terms, in the active language."""
    return prose(in_language(terms.texts.terms)) if terms.texts.terms else ""


@cache
def renderer() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).disable("image")
    made.validateLink = is_harmless  # type: ignore[method-assign]
    made.core.ruler.push("lower_headings", lower_headings)
    made.add_render_rule("link_open", link_open)
    return made


def is_harmless(url: str) -> bool:
    return url.lower().startswith(LINKED)


def lower_headings(state: Any) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + PAGE_HEADINGS, LAST_HEADING)}"


def link_open(renders: RendererHTML, tokens: Sequence[Token], place: int, options: Any, _env: Any) -> str:
    tokens[place].attrSet("rel", "nofollow noreferrer")
    return renders.renderToken(tokens, place, options, {})
