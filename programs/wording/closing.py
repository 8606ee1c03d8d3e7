"""Pauses and the end of a program as sentences of its terms."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from programs.terms import Terms
from programs.wording.speech import Speech


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
