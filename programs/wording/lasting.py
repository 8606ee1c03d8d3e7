"""How long the points of a purchase made today last, with dates: what the terms come to, for who writes them."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from programs import calendar
from programs.terms import Inactivity, Terms
from programs.wording.speech import Speech, speech


def example(terms: Terms, currency: str, *, today: date) -> list[str]:
    """Say from when until when such points can be spent, and on which days their owner is told."""
    return [*example_sentences(terms, speech(currency, terms.unit), today)]


def example_sentences(terms: Terms, words: Speech, today: date) -> Iterator[str]:
    first = today + timedelta(days=terms.earning.pending_days)
    last = calendar.last_day_of(terms.expiry, first)
    dates = {"points": words.heading, "first": words.day(first), "last": words.day(last) if last else ""}
    yield spending(terms, is_delayed=first > today, ends=last is not None) % dates
    if last and (told := [*told_on(terms, first, last)]):
        yield _("Members are told on %(days)s.") % {"days": words.all_of(words.day(day) for day in told)}


def spending(terms: Terms, *, is_delayed: bool, ends: bool) -> str:
    if not ends:
        return _("%(points)s of a purchase today can be spent for ever.")
    if isinstance(terms.expiry, Inactivity):
        return _("%(points)s of a purchase today can be spent until %(last)s; every purchase and reward moves that on.")
    if is_delayed:
        return _("%(points)s of a purchase today can be spent from %(first)s until %(last)s.")
    return _("%(points)s of a purchase today can be spent until %(last)s.")


def told_on(terms: Terms, first: date, last: date) -> Iterator[date]:
    """The days of the notices that fall into the time in which the points can be spent."""
    for ahead in sorted(set(terms.expiry_notice_days), reverse=True):
        if ahead <= (last - first).days:
            yield last - timedelta(days=ahead)
