"""What the shop tells its members in its own words: Markdown, in every language it writes."""

from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import AfterValidator

from .part import Part, refuse
from .unit import Names

LONGEST = 10_000  # letters of one language


def not_too_long(texts: Names) -> Names:
    longest = len(texts) if isinstance(texts, str) else max(map(len, texts.values()))
    if longest > LONGEST:
        raise refuse(_("must not be longer than %(max_length)s letters") % {"max_length": LONGEST})
    return texts


Prose = Annotated[Names, AfterValidator(not_too_long)]


class Texts(Part):
    """`welcome` greets who joins; `terms` are the small print beside what the terms say by themselves."""

    welcome: Prose | None = None
    terms: Prose | None = None
