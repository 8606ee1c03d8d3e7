"""A year of a regular: somebody who spends an everyday amount once a week, played through the engine. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from programs import earning
from programs.calendar import period_start, window_start
from programs.fitting import Shop
from programs.purchases import Award, Line, Purchase, Standing
from programs.terms import Level, Terms
from programs.tiers import climbed, natural
from programs.typical import everyday_amount

WEEKS = 52
A_WEEK = timedelta(weeks=1)
BY_ITSELF = ("sign_up", "birthday", "anniversary")


@dataclass(slots=True)
class Year:
    """What a year came to: points, money taken off by discounts, and the highest level reached."""

    points: int = 0
    saved: Decimal = Decimal(0)
    level: Level | None = None
    carry: Decimal = Decimal(0)
    awards: list[tuple[datetime, Award]] = field(default_factory=list)

    @property
    def tier_code(self) -> str:
        return self.level.code if self.level else ""


def lived(terms: Terms, shop: Shop, *, now: datetime) -> Year:
    """Play the year from now on: joining, a purchase each week, a birthday and an anniversary."""
    year = Year(level=terms.tiers.levels[0] if terms.tiers else None)
    for event in BY_ITSELF:
        standing = Standing(year.tier_code)
        year.points += earning.evaluate_event(
            terms, event, occurred_at=now, zone=shop.zone, standing=standing
        ).points  # fmt: skip
    amount = everyday_amount(shop.currency)
    for week in range(WEEKS):
        buy(year, terms, Purchase(now + week * A_WEEK, shop.zone, amount, lines=basket(terms, amount)))
    return year


def basket(terms: Terms, amount: Decimal) -> tuple[Line, ...]:
    """One piece of what the first rule about things is about: a shop that rewards coffee sells it."""
    for rule in terms.purchase_rules:
        if rule.when.counts_lines:
            sku, category = (*rule.when.products, "")[0], (*rule.when.categories, "")[0]
            return (Line(sku, category, 1, amount),)
    return ()


def buy(year: Year, terms: Terms, purchase: Purchase) -> None:
    """Add one purchase, which counts at the level before it."""
    award = earning.evaluate(terms, purchase, standing_at(year, terms, purchase))
    if year.level:
        year.saved += purchase.amount * year.level.discount_percent / 100
    year.points += award.points
    year.carry = award.carry
    year.awards.append((purchase.placed_at, award))
    climb(year, terms, purchase)


def standing_at(year: Year, terms: Terms, purchase: Purchase) -> Standing:
    """What the purchases before count towards caps and budgets."""
    cap = terms.earning.cap
    earned = {str(cap.per): sum(award.points for award in since(year, cap.per, purchase))} if cap else {}
    given = {
        rule.code: sum(award.rule_points.get(rule.code, 0) for award in since(year, rule.cap.per, purchase))
        for rule in terms.purchase_rules
        if rule.cap
    }
    issued = {
        rule.code: sum(award.rule_points.get(rule.code, 0) for _at, award in year.awards)
        for rule in terms.purchase_rules
        if rule.budget
    }
    return Standing(
        year.tier_code, year.carry, not year.awards, earned=earned, rule_earned=given, rule_issued=issued
    )  # fmt: skip


def since(year: Year, period: str, purchase: Purchase) -> list[Award]:
    start = period_start(period, purchase.placed_at, purchase.zone)
    return [award for at, award in year.awards if at >= start]


def climb(year: Year, terms: Terms, purchase: Purchase) -> None:
    """Reach the level that the purchases in the window have come to, with its gift; nobody falls in this year."""
    if terms.tiers is None or year.level is None:
        return
    start = window_start(terms.tiers.window, purchase.placed_at, purchase.zone)
    qualifying = sum(award.qualifying for at, award in year.awards if start is None or at >= start)
    for level in climbed(terms.tiers, year.level.code, natural(terms.tiers, qualifying).code):
        year.points += level.entry_gift
        year.level = level
