"""The explanation of an award as lines that add up: what was paid, each bonus and why, rounding, caps."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.wording.lines import ExplainedLine, note, plus
from programs.wording.lots import after
from programs.wording.reasons import Listener, because, why_not
from programs.wording.rules import EVENTS, occasion

Explain = dict[str, Any]

ROUNDED = {
    "floor": gettext_lazy("Rounded down to whole %(points)s"),
    "half_up": gettext_lazy("Rounded to the nearest whole %(points)s"),
    "ceiling": gettext_lazy("Rounded up to whole %(points)s"),
}
POLICY = {
    "multiply": gettext_lazy("Bonuses multiply"),
    "add": gettext_lazy("Bonuses add up"),
    "best": gettext_lazy("Only the best bonus counts"),
}
CAP_OF = {
    "day": gettext_lazy("%(points)s over the daily cap"),
    "week": gettext_lazy("%(points)s over the weekly cap"),
    "month": gettext_lazy("%(points)s over the monthly cap"),
}
CAP_OF_RULE = {
    "day": gettext_lazy("%(points)s over the daily cap of %(rule)s"),
    "week": gettext_lazy("%(points)s over the weekly cap of %(rule)s"),
    "month": gettext_lazy("%(points)s over the monthly cap of %(rule)s"),
    "lifetime": gettext_lazy("%(points)s over what one member can get from %(rule)s"),
    "budget": gettext_lazy("%(points)s more than %(rule)s had left to give"),
}


def award_lines(explain: Explain, listener: Listener) -> list[ExplainedLine]:
    """Word an award; the last line is the total, and the figures before it add up to it."""
    if "stopped" in explain:
        return [note(stopped(explain, listener)), *after(explain, listener), award_total(0, listener)]
    body = [*paid(explain, listener), *bonuses(explain, listener), *silent(explain, listener)]
    body += [*settling(explain, listener, sum(line.points or 0 for line in body))]
    if not body:
        body = [note(_("Purchases count in this program, but earn nothing by themselves"))]
    return [*body, *after(explain, listener), award_total(explain["points"], listener)]


def stopped(explain: Explain, listener: Listener) -> str:
    """Why the whole program gave nothing."""
    if explain["stopped"] == "paused":
        return _("The program is paused, so nothing is earned meanwhile")
    return _("The program gave %(points)s through %(day)s, and has closed since") % {
        "points": listener.speech.many,
        "day": listener.speech.day(explain["last_day"]),
    }


def award_total(points: int, listener: Listener) -> ExplainedLine:
    words = _("%(points)s added") if points else _("No %(points)s added")
    unit = listener.speech.heading if points else listener.speech.many
    return plus(words % {"points": unit}, points, listener.speech)


def paid(explain: Explain, listener: Listener) -> Iterator[ExplainedLine]:
    """What was paid and what of it counts, at the base rate."""
    base, rate, speech = explain["base"], explain["rate"], listener.speech
    if explain["event"] != "purchase":
        return
    if "points_money" in base:
        yield note(
            _("%(money)s was paid with points and earns nothing") % {"money": speech.money(base["points_money"])}
        )
    if "shipping" in base:
        yield note(_("%(money)s was for shipping and earns nothing") % {"money": speech.money(base["shipping"])})
    if rate["points"]:
        sentence = _("%(money)s at %(points)s per %(per)s") % {
            "money": speech.money(base["eligible"]),
            "points": speech.points(rate["points"]),
            "per": speech.price(rate["per"]),
        }
        yield plus(sentence, explain["base_points"], speech)
    carry = explain.get("carry", {})
    if Decimal(carry.get("points", 0)):
        yield plus(
            _("%(money)s left over from earlier purchases") % {"money": speech.money(carry["in"])},
            carry["points"],
            speech,
        )


def bonuses(explain: Explain, listener: Listener) -> Iterator[ExplainedLine]:
    """The tier and every rule that fired; where several did, how they combine."""
    tier, fired = explain.get("tier", {}), [rule for rule in explain["rules"] if rule["fired"]]
    yield from tier_lines(tier, explain, listener)
    for rule in fired:
        yield from fired_lines(rule, explain["event"], tier.get("name", ""), listener)
    if len(fired) + ("points" in tier) > 1 and (explain["stacking"] == "best" or multipliers(explain) > 1):
        yield note(str(POLICY[explain["stacking"]]))
    if tier and listener.audience == "owner" and not names_tier(explain):
        yield note(capfirst(listener.was(tier["name"])))


def tier_lines(tier: Explain, explain: Explain, listener: Listener) -> Iterator[ExplainedLine]:
    """The level that the purchase earned at, whatever it has become since."""
    if not tier:
        return
    words = {"factor": listener.speech.factor(tier["multiplier"]), "reason": listener.was(tier["name"])}
    if Decimal(tier.get("points", 0)):
        yield plus(_("%(factor)s, because %(reason)s") % words, tier["points"], listener.speech)
    elif "points" in tier and Decimal(explain["base_points"]):
        yield note(_("%(factor)s did not count, although %(reason)s: another bonus was better") % words)


def names_tier(explain: Explain) -> bool:
    """Whether some line says the level already: it multiplied, or a rule asked for it."""
    asked = any(why["code"] == "tier" for rule in explain["rules"] for why in rule["why"])
    return asked or "points" in explain["tier"]


def multipliers(explain: Explain) -> int:
    """Count the factors that met."""
    return sum("multiplier" in rule["give"] for rule in explain["rules"] if rule["fired"]) + (
        "points" in explain.get("tier", {})
    )


def fired_lines(rule: Explain, event: str, tier: str, listener: Listener) -> Iterator[ExplainedLine]:
    if rule.get("beaten"):
        yield note(_("%(rule)s did not count: another bonus was better") % {"rule": rule["name"]})
        return
    reason = because(rule["why"], tier=tier, listener=listener)
    yield plus(effect(rule, event, reason, listener), rule["points"], listener.speech)
    if cut := rule.get("cut"):
        points = listener.speech.points(Decimal(cut["points"]))
        yield note(str(CAP_OF_RULE[cut["by"]]) % {"points": points, "rule": rule["name"]})


def effect(rule: Explain, event: str, reason: str, listener: Listener) -> str:
    """Doubled, because it was a Tuesday and Anna was Gold."""
    given = gift_words(rule, listener)
    if event in EVENTS:
        given = _("%(given)s %(occasion)s") % {"given": given, "occasion": occasion(event, rule["name"])}
    names_rule = event != "custom" and (listener.audience == "owner" or not reason)
    if reason:
        given = _("%(given)s, because %(reason)s") % {"given": given, "reason": reason}
    return _("%(given)s (%(rule)s)") % {"given": given, "rule": rule["name"]} if names_rule else given


def gift_words(rule: Explain, listener: Listener) -> str:
    give, speech = rule["give"], listener.speech
    if "multiplier" in give:
        factor = Decimal(give["multiplier"])
        whole = {0: _("Nothing for it"), 2: _("Doubled"), 3: _("Tripled")}
        return whole.get(int(factor)) or speech.factor(factor) if factor == int(factor) else speech.factor(factor)
    if "per" in give:
        return _("%(points)s more per %(per)s") % {
            "points": speech.points(give["points"]),
            "per": speech.price(give["per"]),
        }
    if give.get("each") == "item":
        return _("%(points)s for each piece") % {"points": speech.points(give["points"])}
    return speech.points(give["points"])


def silent(explain: Explain, listener: Listener) -> Iterator[ExplainedLine]:
    """The rules that did not fire, and why not."""
    tier = explain.get("tier", {}).get("name", "")
    for rule in explain["rules"]:
        if not rule["fired"]:
            reason = why_not(rule["why"], tier=tier, listener=listener)
            yield note(_("%(rule)s did not apply: %(reason)s") % {"rule": rule["name"], "reason": reason})


def settling(explain: Explain, listener: Listener, exact: Decimal | int) -> Iterator[ExplainedLine]:
    """Rounding and the account's cap; and what is left for the next purchase."""
    cut, many = explain.get("cap", {}).get("cut", 0), listener.speech.many
    if rounding := explain["points"] + cut - exact:
        yield plus(str(ROUNDED[explain["rounding"]]) % {"points": many}, rounding, listener.speech)
    if cut:
        yield plus(str(CAP_OF[explain["cap"]["per"]]) % {"points": listener.speech.points(cut)}, -cut, listener.speech)
    if Decimal(explain.get("carry", {}).get("out", 0)):
        yield note(
            _("%(money)s counts towards the next purchase") % {"money": listener.speech.money(explain["carry"]["out"])}
        )
