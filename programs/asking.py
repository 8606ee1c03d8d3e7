"""Ask every rule whether it fires on a purchase, and turn those that do into effects on parcels of its money."""

from collections.abc import Collection, Sequence
from decimal import Decimal

from programs.calendar import zone_of
from programs.purchases import Line, Purchase, Standing
from programs.rounding import apportion
from programs.stacking import ZERO, Parcel
from programs.terms import Effect, Rule
from programs.terms.conditions import Facts

# A rule's answer to one purchase: the codes of the conditions that stopped it, none if it fires.
Answer = tuple[Rule, list[str]]


def ask(rules: Sequence[Rule], facts: Facts) -> list[Answer]:
    """Ask the rules in their order."""
    return [(rule, [code for code, holds in rule.when.tests if not holds(facts)]) for rule in rules]


def facts_of(purchase: Purchase, standing: Standing, asked: Collection[str], *, base: Decimal, tier_code: str) -> Facts:
    """What rules ask about; the moment is put on the merchant's clock only if they ask it."""
    at = purchase.placed_at
    return Facts(
        at.astimezone(zone_of(purchase.zone)) if "at" in asked else at,
        base,
        purchase.location,
        purchase.channel,
        purchase.lines,
        tier_code,
        standing.segments,
        standing.is_first_purchase,
    )


def effect_of(rule: Rule, lines: Sequence[Line], standing: Standing) -> Effect:
    """Say what a rule that fired adds, and how much room its cap and budget leave."""
    effect = rule.effect
    if rule.is_plain:
        return effect
    fixed = effect.fixed * pieces_in(rule, lines) if rule.counts_pieces else effect.fixed
    return Effect(effect.code, effect.factor, effect.rate, fixed, effect.lines_only, room_of(rule, standing))


def pieces_in(rule: Rule, lines: Sequence[Line]) -> Decimal:
    """Count the pieces on the lines that the rule names."""
    return sum((Decimal(line.quantity) for line in lines if rule.when.names(line)), ZERO)


def room_of(rule: Rule, standing: Standing) -> int | None:
    """Count the points that the rule may still give this member; None if nothing limits it."""
    rooms = []
    if rule.cap:
        rooms.append(rule.cap.points - standing.rule_earned.get(rule.code, 0))
    if rule.budget is not None:
        rooms.append(rule.budget - standing.rule_issued.get(rule.code, 0))
    return max(0, min(rooms)) if rooms else None


def parcels_of(lines: Sequence[Line], base: Decimal, fired: Sequence[Rule]) -> list[Parcel]:
    """Cut the base into parcels where a line rule fired: one for each line, and the rest."""
    rules = [rule for rule in fired if rule.when.counts_lines]
    if not rules:
        return [Parcel(base)]
    shares = shares_of(lines, base)
    parcels = [
        Parcel(share, frozenset([rule.code for rule in rules if rule.when.names(line)]))
        for line, share in zip(lines, shares, strict=True)
    ]
    parcels.append(Parcel(base - sum(shares, ZERO)))
    return parcels


def shares_of(lines: Sequence[Line], base: Decimal) -> list[Decimal]:
    """Give every line its eligible money.

    Lines that come to more than the base (something was paid with points) shrink in proportion, to the smallest coin.
    """
    amounts = [max(line.amount, ZERO) for line in lines]
    if sum(amounts, ZERO) <= base:
        return amounts
    coin = min((amount.as_tuple().exponent for amount in (base, *amounts)), key=int)
    return [Decimal(units).scaleb(int(coin)) for units in apportion(int(base.scaleb(-int(coin))), amounts)]
