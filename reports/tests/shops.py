"""A shop whose figures can be worked out by hand, on real rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from members import refunds
from members.models import Account
from members.refunds import NewRefund
from members.tests import factories
from programs.models import Program, Role, Staff
from reports import rollup
from rewards import redeeming
from rewards.tests.factories import reward

LAST = date(2026, 3, 31)
NOON = datetime(2026, 3, 31, 10, 0, tzinfo=UTC)


def days_ago(days: int) -> datetime:
    return NOON - timedelta(days=days)


def refund(program: Program, order: str, amount: str, *, at: datetime) -> None:
    new = NewRefund(reference=f"R-{order}", order_reference=order, amount=Decimal(amount), refunded_at=at)
    refunds.record(new, merchant=program.merchant, now=at)


def busy(**fields: Any) -> Program:
    """Nine weeks: Anna comes always, Ben stops, Cleo is new; 40 points are spent and an order comes back in part."""
    program = factories.shop(**fields)
    anna, ben, cleo = (factories.account(program=program, name=name) for name in ("Anna", "Ben", "Cleo"))
    bought(anna, days=(1, 30, 62), amount="100.00")
    bought(ben, days=(29, 57), amount="50.00")
    bought(cleo, days=(2, 3), amount="25.50")
    price = reward(program=program, points_price=40, money_value=Decimal("8.00"))
    redeeming.redeem(account=anna, reward=price, reference="v1", now=days_ago(1))
    refund(program, "Cleo-3", "10.00", at=days_ago(1))
    rollup.refresh(program.merchant, through=LAST)
    return program


def bought(account: Account, *, days: tuple[int, ...], amount: str) -> None:
    for number in sorted(days, reverse=True):
        factories.order(account, amount, at=days_ago(number), reference=f"{account.member.name}-{number}")


def owner(program: Program) -> Staff:
    return factories.staff(merchant=program.merchant, role=Role.OWNER, name="Marta Wiśniewska")
