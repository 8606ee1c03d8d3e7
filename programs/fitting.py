"""The purchase that a rule waits for: one that meets all its conditions, if there is any. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import ROUND_CEILING, Decimal
from typing import Protocol

from programs.asking import ask, facts_of
from programs.calendar import local_day
from programs.currencies import decimals_of
from programs.purchases import Line, Purchase, Standing
from programs.terms import Fixed, Multiply, PerMoney, Rule, Terms, When
from programs.typical import everyday_amount

DAYS_TRIED = 15  # every weekday twice: an hour may be missing where clocks jump
PIECES = 2
NOON = "12:00"


class Shop(Protocol):
    """What an example must know of a shop."""

    @property
    def currency(self) -> str: ...
    @property
    def zone(self) -> tzinfo: ...


@dataclass(frozen=True, slots=True)
class Occasion:
    """A purchase or another event, and how the member stands at it, on a local day."""

    purchase: Purchase
    standing: Standing
    day: date


def occasion_for(rule: Rule, terms: Terms, shop: Shop, *, now: datetime) -> Occasion | None:
    """Find an occasion from now on, an everyday one as far as the conditions allow; None if there can be none."""
    made = (occasion_at(moment, rule, terms, shop) for moment in moments(rule.when, shop.zone, now=now))
    return next((occasion for occasion in made if meets(rule, occasion)), None)


def meets(rule: Rule, occasion: Occasion) -> bool:
    """Ask the engine's own conditions."""
    purchase, standing = occasion.purchase, occasion.standing
    facts = facts_of(purchase, standing, {"at"}, base=purchase.eligible, tier_code=standing.tier_code)
    return not ask([rule], facts)[0][1]


def moments(when: When, zone: tzinfo, *, now: datetime) -> Iterator[datetime]:
    """The hours at which the rule begins, or noon, on the days on which it may hold; the first one is not past."""
    first = max(local_day(now, zone), when.starts_on or date.min)
    clock = time.fromisoformat(when.hours[0] if when.hours else NOON)
    for number in range(DAYS_TRIED):
        day = first + timedelta(days=number)
        if when.ends_on and day > when.ends_on:
            return
        yield datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def occasion_at(moment: datetime, rule: Rule, terms: Terms, shop: Shop) -> Occasion:
    when, bought = rule.when, purchase_at(moment, rule, terms, shop)
    standing = Standing(
        tier_code=tier_for(when, terms), is_first_purchase=when.first_purchase, segments=frozenset(when.segments[:1])
    )
    return Occasion(bought, standing, local_day(moment, shop.zone))


def purchase_at(moment: datetime, rule: Rule, terms: Terms, shop: Shop) -> Purchase:
    """What the rule waits for; other events have no amount, no things and no place."""
    when = rule.when
    if when.event != "purchase":
        return Purchase(placed_at=moment, zone=shop.zone, amount=Decimal(0))
    amount = amount_for(rule, terms, shop.currency)
    return Purchase(
        placed_at=moment,
        zone=shop.zone,
        amount=amount,
        location=when.locations[0] if when.locations else "",
        channel=when.channels[0] if when.channels else "",
        lines=(line_for(rule, amount),) if when.counts_lines else (),
    )


def line_for(rule: Rule, amount: Decimal) -> Line:
    """Everything that is bought, as the rule wants it; several pieces where pieces count."""
    products, categories = rule.when.products, rule.when.categories
    return Line(
        sku=products[0] if products else "",
        category=categories[0] if categories else "",
        quantity=PIECES if rule.counts_pieces else 1,
        amount=amount,
    )


def tier_for(when: When, terms: Terms) -> str:
    """The lowest level that the rule is for; the lowest of all where it is for everyone."""
    levels = terms.tiers.levels if terms.tiers else ()
    return next((level.code for level in levels if not when.tiers or level.code in when.tiers), "")


def amount_for(rule: Rule, terms: Terms, currency: str) -> Decimal:
    """An everyday amount, or more where that earns nothing by this rule."""
    least = [everyday_amount(currency), rule.when.min_amount or Decimal(0)]
    match rule.give:
        case PerMoney(per=per):
            least.append(per)
        case Multiply():
            least.append(terms.earning.per)
        case Fixed():
            pass
    return max(least).quantize(Decimal(1).scaleb(-decimals_of(currency)), ROUND_CEILING)
