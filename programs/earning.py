"""What an order earns. Pure: the till, an import, the replay of a draft and a preview all ask here.

Base = amount − points used as money − shipping. Points are exact decimals, stacked and capped, then rounded
once per order.
"""

from datetime import datetime
from decimal import Decimal

from programs.asking import ask, facts_of
from programs.calendar import Zone
from programs.explaining import explain_of, stopped_explain
from programs.keeping import Kept, keep, kept
from programs.phases import stop_of
from programs.purchases import Award, Line, Purchase, Standing
from programs.reckoning import Reckoning, carry_out_of, line_points, qualifying_of, reckon, rule_points_of
from programs.rounding import apportion, rounded
from programs.terms import Terms
from programs.tiers import counted, level_of

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
    "line_points",
    "rounded",
]

NO_MONEY = Decimal(0)


def evaluate(terms: Terms, purchase: Purchase, standing: Standing, *, explains: bool = True) -> Award:
    """Say what a purchase earns under these terms, and why, unless nobody is going to ask (`explains`).

    The tier of the standing counts, also when the order crosses a threshold. Reads nothing else and changes nothing.
    """
    base, rules = purchase.eligible, terms.purchase_rules
    if stop := stop_of(terms, purchase.placed_at, purchase.zone):
        return nothing(terms, purchase, standing, stop, event="purchase")
    level = level_of(terms.tiers, standing.tier_code) if terms.tiers else None
    code = level.code if level else ""
    answers = []
    if rules:
        answers = ask(rules, facts_of(purchase, standing, terms.purchase_asks, base=base, tier_code=code))
    reckoning = reckon(terms, purchase, standing, base=base, level=level, answers=answers, is_order=True)
    return award_of(reckoning, "purchase", explains=explains)


def evaluate_event(terms: Terms, event: str, *, occurred_at: datetime, zone: Zone, standing: Standing) -> Award:
    """Say what an event other than a purchase earns: the fixed points of its rules, within their caps and budgets.

    The program's cap, carry-over and tiers count orders only, so an event leaves them alone.
    """
    occasion = Purchase(placed_at=occurred_at, zone=zone, amount=NO_MONEY)
    if stop := stop_of(terms, occurred_at, zone):
        return nothing(terms, occasion, standing, stop, event=event)
    facts = facts_of(occasion, standing, terms.asks_for(event), base=NO_MONEY, tier_code=standing.tier_code)
    answers = ask(terms.rules_for(event), facts)
    return award_of(
        reckon(terms, occasion, standing, base=NO_MONEY, level=None, answers=answers, is_order=False), event
    )


def nothing(terms: Terms, purchase: Purchase, standing: Standing, stop: str, *, event: str) -> Award:
    """What is earned while the program gives no points. Money spent and visits still count where tiers count those."""
    is_order, base = event == "purchase", purchase.eligible
    qualifying = counted(terms.tiers.basis, base=base, base_points=0) if terms.tiers and is_order else 0
    explain = stopped_explain(purchase, stop, event=event, qualifying=qualifying)
    return Award(0, base, NO_MONEY, qualifying, standing.carry, explain, {}, purchase.lines)


def award_of(reckoning: Reckoning, event: str, *, explains: bool = True) -> Award:
    qualifying, carry = qualifying_of(reckoning), carry_out_of(reckoning)
    has_parcels = len(reckoning.parcels) > 1
    lines = reckoning.purchase.lines
    return Award(
        reckoning.points,
        reckoning.base,
        reckoning.exact,
        qualifying,
        carry,
        explain_of(reckoning, event=event, qualifying=qualifying, carry=carry) if explains else {},
        rule_points_of(reckoning),
        lines,
        tuple(reckoning.composed.worth[: len(lines)]) if has_parcels else (),
    )
