"""Entries that no purchase earned: given, redeemed, expired, adjusted, taken back, given back, moved, forfeited."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.wording.lines import ExplainedLine, note, plus
from programs.wording.lots import after, lot_lines
from programs.wording.reasons import Listener

Explain = dict[str, Any]

TOTALS = {
    "earn": gettext_lazy("%(points)s added"),
    "redeem": gettext_lazy("%(points)s spent"),
    "expire": gettext_lazy("%(points)s expired"),
    "adjust": gettext_lazy("Changed by the shop"),
    "clawback": gettext_lazy("%(points)s taken back"),
    "restore": gettext_lazy("%(points)s given back"),
    "transfer": gettext_lazy("%(points)s moved"),
    "forfeit": gettext_lazy("%(points)s ended"),
}
SPARED = {
    "within_balance": gettext_lazy("%(points)s were spent already and are not asked back"),
    "pending_only": gettext_lazy("%(points)s could be spent already and are not asked back"),
}


def movement_lines(kind: str, explain: Explain, listener: Listener, points: int | None) -> list[ExplainedLine]:
    """Word an entry by its kind: its cause, the lots it touched, and the total to which they and the rest add up."""
    touched = [*lot_lines(explain.get("lots", ()), listener)]
    moved = sum(line.points or 0 for line in touched)
    total = int(moved) if points is None else points
    if rest := total - moved if touched or "owed" in explain else 0:
        words = _("Without points to take it from, to be recovered") if rest < 0 else _("Other points")
        touched.append(plus(words, rest, listener.speech))
    return [
        *parting(kind, explain),
        *causes(explain, listener),
        *purchase_lines(explain, total, listener),
        *touched,
        *after(explain, listener),
        plus(total_words(kind, total, listener), total, listener.speech),
    ]


def total_words(kind: str, total: int, listener: Listener) -> str:
    if kind == "clawback" and not total:
        return _("No %(points)s taken back") % {"points": listener.speech.many}
    if kind == "clawback" and total > 0:
        kind = "restore"  # merged cards were parted: the other one pays
    return str(TOTALS.get(kind, TOTALS["adjust"])) % {"points": listener.speech.heading}


def parting(kind: str, explain: Explain) -> Iterator[ExplainedLine]:
    """Why a debit is on another card now, or not on this one any more; what a merge moves says so by its kind."""
    if "merge" in explain and kind != "transfer":
        yield note(_("Two cards that had become one are two again: this went to the card that it belongs to"))


def causes(explain: Explain, listener: Listener) -> Iterator[ExplainedLine]:
    """What the entry was made for."""
    if reward := explain.get("reward"):
        yield note(_("Reward: %(reward)s") % {"reward": reward})
    if "lapsed" in explain:
        yield note(_("It was not used in time") if explain["lapsed"] else _("It was cancelled"))
    if refund := explain.get("refund"):
        yield note(refund_words(refund, explain, listener))
    if explain.get("ended") == "program":
        yield note(_("The program is over, and its points ended with it"))
    if explain.get("ended") == "erased":
        yield note(_("The member was erased, and what there was ended with it"))
    if promise := explain.get("promise"):
        yield note(promise)
    if reason := explain.get("reason"):
        yield note(_("Reason: %(reason)s") % {"reason": reason})


def refund_words(refund: str, explain: Explain, listener: Listener) -> str:
    if refund.startswith("undo:"):
        words = _("The purchase was undone at the till")
    elif listener.is_customer or "order" not in explain:
        words = _("A purchase was brought back")
    else:
        words = _("Refund %(refund)s of purchase %(order)s") % {"refund": refund, "order": explain["order"]}
    return f"{words}, {listener.speech.money(explain['amount'])}" if "amount" in explain else words


def purchase_lines(explain: Explain, total: int, listener: Listener) -> Iterator[ExplainedLine]:
    """What the purchase earns on what is left of it, and why not all of the difference was taken."""
    speech = listener.speech
    if "kept" in explain and not Decimal(explain["left"]):
        before = {"before": speech.points(explain["before"])}
        yield note(_("Nothing is left of it, so it earns nothing instead of %(before)s") % before)
    elif "kept" in explain:
        words = {
            "money": speech.money(explain["left"]),
            "kept": speech.points(explain["kept"]),
            "before": speech.points(explain["before"]),
        }
        yield note(_("On the %(money)s that are left of it, it earns %(kept)s instead of %(before)s") % words)
    if expired := explain.get("expired"):
        yield note(_("%(points)s had expired already and are not taken twice") % {"points": speech.points(expired)})
    if total <= 0 < (spared := due_of(explain) + total) and explain.get("policy") in SPARED:
        yield note(str(SPARED[explain["policy"]]) % {"points": speech.points(spared)})


def due_of(explain: Explain) -> int:
    """The points to be taken back, by the award's terms or as the gift that was undone."""
    if "kept" in explain:
        return int(explain["before"] - explain["kept"] - explain.get("expired", 0))
    return int(explain.get("points", 0)) if "policy" in explain else 0
