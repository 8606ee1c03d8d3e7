"""The points of single credits: which of them an entry took or gave back, how long they last, what debt they paid."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from programs.wording.lines import ExplainedLine, note, plus
from programs.wording.reasons import Listener

Explain = dict[str, Any]
Lot = Sequence[Any]


def lot_lines(lots: Sequence[Lot], listener: Listener) -> Iterator[ExplainedLine]:
    """One line for each lot: [lot, points taken, earned on, valid through], the dates as far as they are known.

    Where points were given back, what was taken at once to pay a debt is said by `after`.
    """
    gives = any(lot[1] < 0 for lot in lots)
    for _lot, points, *dates in lots:
        if points < 0 or not gives:
            earned_on, expires_on = [*dates, None, None][:2]
            yield plus(lot_words(earned_on, expires_on, listener), -points, listener.speech)


def lot_words(earned_on: str | None, expires_on: str | None, listener: Listener) -> str:
    day = listener.speech.day
    if earned_on and expires_on:
        return _("Earned on %(earned)s, valid through %(last)s") % {"earned": day(earned_on), "last": day(expires_on)}
    if earned_on:
        return _("Earned on %(earned)s") % {"earned": day(earned_on)}
    if expires_on:
        return _("Valid through %(last)s") % {"last": day(expires_on)}
    return _("From points held")


def after(explain: Explain, listener: Listener) -> Iterator[ExplainedLine]:
    """What became of the points: the debt they paid, and from when to when the rest can be spent."""
    speech = listener.speech
    if paid := explain.get("debt_paid"):
        yield note(_("%(points)s of it paid back what was owed") % {"points": speech.points(paid)})
    if "valid" not in explain:
        return
    first, last = explain["valid"]
    if first:
        yield note(_("Spendable from %(day)s") % {"day": speech.day(first)})
    yield note(_("Valid through %(last)s") % {"last": speech.day(last)} if last else _("Valid for good"))
