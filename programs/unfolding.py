"""The whole explanation of an award, out of the short form that its entry keeps and the terms of its version.

Each rule says whether it fired and why, what it saw and wanted, and what it gave; then stacking, rounding, cap, carry.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from programs.rounding import settled, text, whole_points
from programs.stacking import ONE, ZERO
from programs.terms import Rule, Terms
from programs.terms.conditions import Facts
from programs.tiers import level_of

Explain = dict[str, Any]
SHORT_ONLY = {"paid", "seen", "room", "tier_points"}
NO_MOMENT = datetime.min  # noqa: DTZ901 - a clock without a zone, never looked at


def unfold(explain: Explain, terms: Terms) -> Explain:
    """Write an award's explanation out in full; other entries' explanations are whole as they are."""
    if "base" not in explain or "rate" in explain:
        return explain
    base, points = Decimal(explain["base"]), explain["points"]
    exact, earning = Decimal(explain.get("exact") or points), terms.earning
    whole: Explain = {
        "event": explain.get("event", "purchase"),
        "base": base_part(explain),
        "rate": {"points": earning.points, "per": str(earning.per)},
        "base_points": text(base * earning.rate),
        "rules": rules_part(explain, terms, base=base),
        "stacking": earning.stacking,
        "exact": text(exact),
        "rounding": earning.rounding,
        "points": points,
        "qualifying": explain.get("qualifying", points),
    }
    others = {key: part for key, part in explain.items() if key not in SHORT_ONLY}
    return (
        others | whole | tier_part(explain, terms) | limits_part(explain, terms, exact) | stopped_part(explain, terms)
    )


def base_part(explain: Explain) -> Explain:
    """What was paid, what of it earns, and what of it does not."""
    paid: Explain = explain.get("paid", {"amount": explain["base"]})
    return paid | {"eligible": explain["base"]}


def tier_part(explain: Explain, terms: Terms) -> Explain:
    """The member's level, with its points if its factor counted; and what the tiers count, if not points."""
    part: Explain = {}
    if terms.tiers and "tier" in explain:
        level = level_of(terms.tiers, explain["tier"])
        part["tier"] = {"code": level.code, "name": level.name, "multiplier": str(level.multiplier)}
        if level.multiplier != ONE:
            part["tier"]["points"] = explain.get("tier_points", "0")
    if terms.tiers and terms.tiers.basis != "points":
        part["basis"] = terms.tiers.basis
    return part


def stopped_part(explain: Explain, terms: Terms) -> Explain:
    """What the program did not give while it was paused, or after which day it had closed."""
    if "stopped" not in explain:
        return {}
    closing = terms.closing if explain["stopped"] == "closed" else None
    return {"base_points": "0"} | ({"last_day": closing.last_day.isoformat()} if closing else {})


def limits_part(explain: Explain, terms: Terms, exact: Decimal) -> Explain:
    """The account's cap with what it cut, and the money carried in and out."""
    part, earning = Explain(), terms.earning
    if earning.cap and "room" in explain:
        cut = whole_points(exact, earning.rounding) - explain["points"]
        part["cap"] = {"points": earning.cap.points, "per": earning.cap.per, "room": explain["room"], "cut": cut}
    if carry := explain.get("carry"):
        points = text(settled(Decimal(carry["in"]) * earning.rate))
        part["carry"] = {"in": carry["in"], "points": points, "out": carry["out"]}
    return part


def rules_part(explain: Explain, terms: Terms, *, base: Decimal) -> list[Explain]:
    """Every rule that was asked, in its order."""
    asked, facts = explain.get("rules", {}), facts_of(explain, base)
    return [rule_part(rule, asked[rule.code], terms, facts) for rule in terms.rules if rule.code in asked]


def facts_of(explain: Explain, base: Decimal) -> Facts:
    """What the rules saw."""
    seen = explain.get("seen", {})
    return Facts(
        datetime.fromisoformat(seen["at"]) if "at" in seen else NO_MOMENT,
        base,
        seen.get("location", ""),
        seen.get("channel", ""),
        tier_code=explain.get("tier", seen.get("tier", "")),
    )


def has_fired(rule: Rule, answers: Mapping[str, Any]) -> bool:
    """Whether a rule was asked and fired, by the short form's answers."""
    return rule.code in answers and not isinstance(answers[rule.code], list)


def rule_part(rule: Rule, answer: Any, terms: Terms, facts: Facts) -> Explain:
    """One rule: the conditions that stopped it, or those that held and what it gave."""
    part: Explain = {"code": rule.code, "name": rule.name, "fired": not isinstance(answer, list)}
    conditions = rule.when.conditions
    if isinstance(answer, list):
        return part | {"why": [condition.why(facts) for condition in conditions if condition.code in answer]}
    part |= {"why": [condition.why(facts) for condition in conditions], "give": rule.given}
    part |= {"points": answer} if isinstance(answer, str) else answer
    if rule.when.counts_lines:
        part["lines"] = True
    if is_beaten(rule, part, terms, facts.base):
        part["beaten"] = True
    return part


def is_beaten(rule: Rule, part: Explain, terms: Terms, base: Decimal) -> bool:
    """Whether the rule gave nothing and would have, had another bonus not been better."""
    if terms.earning.stacking != "best" or part["points"] != "0" or "cut" in part:
        return False
    is_bonus = rule.effect.factor is None or rule.effect.factor > ONE
    return is_bonus and (base > ZERO or Decimal(part.get("fixed", rule.effect.fixed)) > ZERO)
