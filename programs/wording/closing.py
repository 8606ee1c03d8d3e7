"""Pauses and the end of a program as sentences of its terms."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from loyalty_site.web import format as formats
from programs.phases import Phase
from programs.terms import Terms
from programs.wording.speech import Speech, active_locale


def state_sentences(terms: Terms, words: Speech) -> Iterator[str]:
    """Say what stops the program, if anything does."""
    if terms.paused:
        yield _("The program is paused: nothing is earned meanwhile, and rewards can still be had")
    if closing := terms.closing:
        yield _("The program closes: the last day to earn is %(day)s") % {"day": words.day(closing.last_day)}
        if closing.until:
            promise = _("%(points)s left can be used through %(day)s, and end after it")
            yield promise % {"points": words.heading, "day": words.day(closing.until)}
        else:
            yield _("%(points)s left then stay good, as long as they were promised to") % {"points": words.heading}


class Standing(NamedTuple):
    """How a program stands, as a badge: its words, kind and icon."""

    text: str
    kind: str
    icon: str


def standing(terms: Terms | None, phase: Phase | None) -> Standing:
    """Live, Paused, Closing 31 Dec 2026, Closed, Over; a program without terms in force is a draft."""
    if terms is None or phase is None:
        return Standing(_("Draft"), "draft", "")
    match phase:
        case Phase.RUNNING:
            return Standing(_("Live"), "good", "check")
        case Phase.PAUSED:
            return Standing(_("Paused"), "warn", "clock")
        case Phase.CLOSING if terms.closing:
            return Standing(_("Closing %(day)s") % {"day": long_day(terms.closing.last_day)}, "warn", "cal")
        case Phase.OVER:
            return Standing(_("Over"), "", "lock")
    return Standing(_("Closed"), "", "lock")


def long_day(day: date) -> str:
    return formats.day(day, this_year=0, locale=active_locale())


def said_to_members(terms: Terms, phase: Phase, words: Speech) -> str:
    """What a member should know of a program that does not simply run; empty if it does."""
    closing = terms.closing
    if phase is Phase.PAUSED:
        return _("Paused: nothing is earned at the moment. Rewards can still be had.")
    if closing is None or phase is Phase.RUNNING:
        return ""
    said = {"points": words.heading, "day": words.day(closing.last_day)}
    if closing.until:
        said["until"] = words.day(closing.until)
    if phase is Phase.OVER:
        return _("This program is over.")
    if phase is Phase.CLOSED and closing.until:
        return _("This program closed on %(day)s. %(points)s can be used through %(until)s.") % said
    if phase is Phase.CLOSED:
        return _("This program closed on %(day)s. %(points)s stay good and can be used.") % said
    if closing.until:
        return _("This program closes: earn through %(day)s, use what you have through %(until)s.") % said
    return _("This program closes: earn through %(day)s. %(points)s stay good and can be used.") % said
