"""What an order earns. Pure: the till, an import, the replay of a draft and a preview all ask here.

Base = amount − points used as money − shipping. Points are exact decimals, stacked and capped, then rounded
once per order.
"""

from datetime import datetime
from decimal import Decimal

from programs.asking import ask
from programs.calendar import Zone
from programs.explaining import explain_of
from programs.keeping import Kept, keep, kept
from programs.purchases import Award, Line, Purchase, Standing
from programs.reckoning import Reckoning, carry_out_of, line_points_of, qualifying_of, reckon, rule_points_of
from programs.rounding import apportion, rounded
from programs.terms import Terms
from programs.tiers import level_of

__all__ = [
    "Award",
    "Kept",
    "Line",
    "Purchase",
    "Standing",
    "apportion",
    "evaluate",
    "evaluate_event",
    "keep",
    "kept",
    "rounded",
]

NO_MONEY = Decimal(0)


def evaluate(terms: Terms, purchase: Purchase, standing: Standing) -> Award:
    """Say what a purchase earns under these terms, and why.

    The tier of the standing counts, also when the order crosses a threshold. Reads nothing else and changes nothing.
    """
    level = level_of(terms.tiers, standing.tier_code) if terms.tiers else None
    answers = ask(terms.purchase_rules, purchase, tier_code=level.code if level else "", standing=standing)
    return award_of(reckon(terms, purchase, standing, level=level, answers=answers, event="purchase"))


def evaluate_event(terms: Terms, event: str, *, occurred_at: datetime, zone: Zone, standing: Standing) -> Award:
    """Say what an event other than a purchase earns: the fixed points of its rules, within their caps and budgets.

    The program's cap, carry-over and tiers count orders only, so an event leaves them alone.
    """
    occasion = Purchase(placed_at=occurred_at, zone=zone, amount=NO_MONEY)
    rules = tuple(rule for rule in terms.rules if rule.when.event == event)
    answers = ask(rules, occasion, tier_code=standing.tier_code, standing=standing)
    return award_of(reckon(terms, occasion, standing, level=None, answers=answers, event=event))


def award_of(reckoning: Reckoning) -> Award:
    qualifying, carry = qualifying_of(reckoning), carry_out_of(reckoning)
    return Award(
        points=reckoning.points,
        base=reckoning.base,
        exact=reckoning.exact,
        qualifying=qualifying,
        carry=carry,
        explain=explain_of(reckoning, qualifying=qualifying, carry=carry),
        line_points=line_points_of(reckoning),
        rule_points=rule_points_of(reckoning),
    )
