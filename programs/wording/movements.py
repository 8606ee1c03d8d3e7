"""Entries that no purchase made: redeemed, expired, adjusted, taken back, given back, moved, forfeited."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.wording.lines import ExplainedLine, note, plus
from programs.wording.reasons import Listener

Explain = dict[str, Any]

TOTALS = {
    "earn": gettext_lazy("Points added"),
    "redeem": gettext_lazy("Points spent"),
    "expire": gettext_lazy("Points expired"),
    "adjust": gettext_lazy("Changed by the shop"),
    "clawback": gettext_lazy("Points taken back"),
    "restore": gettext_lazy("Points given back"),
    "transfer": gettext_lazy("Points moved"),
    "forfeit": gettext_lazy("Points given up"),
}
GIVING = {"earn", "restore"}


def movement_lines(kind: str, explain: Explain, listener: Listener, points: int | None) -> list[ExplainedLine]:
    """Word an entry by its kind: its cause, the lots it touched, and the total to which they and the rest add up."""
    touched = [*lot_lines(kind, explain.get("lots", ()), listener)]
    moved = sum(line.points or 0 for line in touched)
    total = moved if points is None else points
    if touched and (rest := total - moved):
        touched.append(
            plus(_("Without points to take it from, to be recovered") if rest < 0 else _("Other points"), rest)
        )
    return [*causes(explain, listener), *touched, plus(str(TOTALS.get(kind, TOTALS["adjust"])), total)]


def causes(explain: Explain, listener: Listener) -> Iterator[ExplainedLine]:
    """What the entry was made for."""
    if reward := explain.get("reward"):
        yield note(_("Reward: %(reward)s") % {"reward": reward})
    if refund := explain.get("refund"):
        yield note(refund_words(refund, explain, listener))
    if reason := explain.get("reason"):
        yield note(_("Reason: %(reason)s") % {"reason": reason})


def refund_words(refund: str, explain: Explain, listener: Listener) -> str:
    if listener.audience == "customer" or "order" not in explain:
        words = _("A purchase was brought back")
    else:
        words = _("Refund %(refund)s of purchase %(order)s") % {"refund": refund, "order": explain["order"]}
    return f"{words}, {listener.speech.money(explain['amount'])}" if "amount" in explain else words


def lot_lines(kind: str, lots: Sequence[Sequence[Any]], listener: Listener) -> Iterator[ExplainedLine]:
    """One line for each lot: [lot, points, earned on, valid through], the dates as far as they are known."""
    for _lot, points, *dates in lots:
        earned_on, expires_on = [*dates, None, None][:2]
        size = abs(int(points))
        yield plus(lot_words(earned_on, expires_on, listener), size if kind in GIVING else -size)


def lot_words(earned_on: str | None, expires_on: str | None, listener: Listener) -> str:
    day = listener.speech.day
    if earned_on and expires_on:
        return _("Earned on %(earned)s, valid through %(last)s") % {"earned": day(earned_on), "last": day(expires_on)}
    if earned_on:
        return _("Earned on %(earned)s") % {"earned": day(earned_on)}
    if expires_on:
        return _("Valid through %(last)s") % {"last": day(expires_on)}
    return _("From points held")
