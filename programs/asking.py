"""Ask every rule whether it fires on a purchase, and turn those that do into effects on parcels of its money."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from programs.calendar import zone_of
from programs.purchases import Line, Purchase, Standing
from programs.rounding import apportion
from programs.stacking import ZERO, Effect, Parcel
from programs.terms import Fixed, Multiply, PerMoney, Rule
from programs.terms.conditions import Facts, Why, matcher


class Answer(NamedTuple):
    """A rule's answer to one purchase; `why` holds the conditions that made it fire, or those that stopped it."""

    rule: Rule
    fired: bool
    why: list[Why]


def ask(rules: Sequence[Rule], purchase: Purchase, *, tier_code: str, standing: Standing) -> list[Answer]:
    """Ask the rules in their order."""
    if not rules:
        return []
    facts = Facts(
        placed_at=purchase.placed_at.astimezone(zone_of(purchase.zone)),
        base=purchase.eligible,
        location=purchase.location,
        channel=purchase.channel,
        lines=purchase.lines,
        tier_code=tier_code,
        segments=standing.segments,
        is_first_purchase=standing.is_first_purchase,
    )
    return [answer_of(rule, facts) for rule in rules]


def answer_of(rule: Rule, facts: Facts) -> Answer:
    seen = [check(facts) for check in rule.when.checks]
    failed = [why for held, why in seen if not held]
    return Answer(rule, False, failed) if failed else Answer(rule, True, [why for _, why in seen])


def effect_of(rule: Rule, lines: Sequence[Line], standing: Standing) -> Effect:
    """Say what a rule that fired adds, and how much room its cap and budget leave."""
    room, lines_only, give = room_of(rule, standing), rule.when.counts_lines, rule.give
    match give:
        case Multiply():
            return Effect(rule.code, factor=give.multiplier, lines_only=lines_only, room=room)
        case PerMoney():
            return Effect(rule.code, rate=give.rate, lines_only=lines_only, room=room)
        case Fixed():
            pieces = pieces_in(rule, lines) if give.each == "item" else 1
            return Effect(rule.code, fixed=Decimal(give.points) * pieces, lines_only=lines_only, room=room)


def pieces_in(rule: Rule, lines: Sequence[Line]) -> Decimal:
    """Count the pieces on the lines that the rule names."""
    matches = matcher(rule.when)
    return sum((Decimal(line.quantity) for line in lines if matches(line)), ZERO)


def room_of(rule: Rule, standing: Standing) -> int | None:
    """Count the points that the rule may still give this member; None if nothing limits it."""
    rooms = []
    if rule.cap:
        rooms.append(rule.cap.points - standing.rule_earned.get(rule.code, 0))
    if rule.budget is not None:
        rooms.append(rule.budget - standing.rule_issued.get(rule.code, 0))
    return max(0, min(rooms)) if rooms else None


def parcels_of(lines: Sequence[Line], base: Decimal, fired: Sequence[Rule]) -> tuple[list[Parcel], list[Decimal]]:
    """Cut the base into parcels where a line rule fired, and give every line its eligible money.

    A parcel is a line, or the rest. Lines that come to more than the base (something was paid with points) shrink in
    proportion, to the smallest coin.
    """
    shares = shares_of(lines, base)
    rules = [(rule.code, matcher(rule.when)) for rule in fired if rule.when.counts_lines]
    if not rules:
        return [Parcel(base)], shares
    parcels = [
        Parcel(share, frozenset(code for code, matches in rules if matches(line)))
        for line, share in zip(lines, shares, strict=True)
    ]
    return [*parcels, Parcel(base - sum(shares, ZERO))], shares


def shares_of(lines: Sequence[Line], base: Decimal) -> list[Decimal]:
    amounts = [max(line.amount, ZERO) for line in lines]
    if sum(amounts, ZERO) <= base:
        return amounts
    coin = min((amount.as_tuple().exponent for amount in (base, *amounts)), key=int)
    return [Decimal(units).scaleb(int(coin)) for units in apportion(int(base.scaleb(-int(coin))), amounts)]
