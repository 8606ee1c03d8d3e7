"""What earning looks at: a purchase, its lines, and how the member stands at that moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from programs.calendar import Zone

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order; `amount` is for the whole quantity, after discounts, tax included."""

    sku: str = ""
    category: str = ""
    quantity: Decimal | int = 1
    amount: Decimal = ZERO


@dataclass(slots=True)
class Purchase:
    """An order in the merchant's currency; `points_money` (paid with points) and `shipping` are part of `amount`."""

    placed_at: datetime
    zone: Zone
    amount: Decimal
    points_money: Decimal = ZERO
    gift_card: Decimal = ZERO
    shipping: Decimal = ZERO
    location: str = ""
    channel: str = ""
    lines: tuple[Line, ...] = ()

    @property
    def eligible(self) -> Decimal:
        """The money that earns: without shipping and without what points paid. Gift cards do not lower it."""
        eligible = self.amount - self.points_money - self.shipping
        return eligible if eligible >= 0 else ZERO


@dataclass(slots=True)
class Standing:
    """The member before this order. `carry` is unrewarded money; the rest counts points already given.

    `earned` is by period (day, week, month), from orders; `rule_earned` by rule code, of this member in the rule's cap
    period; `rule_issued` by rule code, over all members.
    """

    tier_code: str = ""
    carry: Decimal = ZERO
    is_first_purchase: bool = False
    segments: frozenset[str] = frozenset()
    earned: Mapping[str, int] = field(default_factory=dict)
    rule_earned: Mapping[str, int] = field(default_factory=dict)
    rule_issued: Mapping[str, int] = field(default_factory=dict)


class Award(NamedTuple):
    """What an order earns.

    `base` is eligible money; `exact` the points before rounding and the account's cap; `qualifying` what counts for
    tiers (points at ×1.0, or money rounded to a whole unit, or one visit); `carry` the unrewarded money to remember,
    three decimals at most; `explain` JSON for the ledger entry; `rule_points` what each rule that fired gave; `lines`
    of the order with what each was `worth`, where rules made a difference between them.
    """

    points: int
    base: Decimal
    exact: Decimal
    qualifying: int
    carry: Decimal
    explain: dict[str, Any]
    rule_points: dict[str, int]
    lines: tuple[Line, ...] = ()
    worth: tuple[Decimal, ...] = ()

    @property
    def is_stopped(self) -> bool:
        """Whether the program gave nothing at all, being paused or closed; tiers stand still then."""
        return "stopped" in self.explain
