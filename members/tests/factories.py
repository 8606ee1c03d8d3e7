"""People, shops and purchases for tests. A balance is earned through the ledger, never set."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from loyalty_site import clock
from loyalty_site.models import User
from members import adjusting, enrolling, orders
from members.models import Account, Adjustment, Member
from members.new_orders import NewOrder
from members.orders import RecordedOrder
from programs import keys, terms, versions
from programs.models import Invitation, Location, Merchant, Program, Role, Scope, Staff
from programs.staffing import inviting

NOW = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
numbered = itertools.count(1)


def merchant(*, zone: str = "Europe/Warsaw", currency: str = "PLN", slug: str = "", **fields: Any) -> Merchant:
    slug = slug or f"shop-{next(numbered)}"
    return Merchant.objects.create(
        name=fields.pop("name", "Bean & Leaf"), slug=slug, zone_name=zone, currency=currency, card_prefix="BL", **fields
    )


def program(*, merchant: Merchant, terms_document: dict[str, Any] | None = None, code: str = "points") -> Program:
    created = Program.objects.create(merchant=merchant, name="Points", code=code)
    versions.publish(created, terms_document or terms.P0, effective_at=LONG_AGO, author=None)
    return created


def shop(*, terms_document: dict[str, Any] | None = None, **fields: Any) -> Program:
    """A merchant with one running program, under policy P0 unless told otherwise."""
    return program(merchant=merchant(**fields), terms_document=terms_document)


def location(*, merchant: Merchant, code: str = "pulawska", name: str = "Puławska") -> Location:
    return Location.objects.create(merchant=merchant, code=code, name=name)


PASSWORD = "correct horse battery"


def user(*, email: str = "", name: str = "") -> User:
    return User.objects.create_user(email or f"person{next(numbered)}@example.com", PASSWORD, name=name)


def staff(*, merchant: Merchant, role: Role = Role.CASHIER, **fields: Any) -> Staff:
    return Staff.objects.create(
        merchant=merchant, user=fields.pop("user", None) or user(name=fields.pop("name", "Kuba")), role=role, **fields
    )


def invitation(*, merchant: Merchant, **fields: Any) -> tuple[Invitation, str]:
    """An open invitation by an owner, with the text of its link; it is good as long as the machine's clock says so."""
    by = fields.pop("by", None) or staff(merchant=merchant, role=Role.OWNER)
    content = {"email": f"new{next(numbered)}@example.com", "name": "", "role": Role.CASHIER, "location": None}
    content |= {"reference": f"invitation-{next(numbered)}", "now": clock.now()} | fields
    made = inviting.invite(**content, by=by)
    assert made
    return made


def member(*, merchant: Merchant, name: str = "Anna Kowalczyk", now: datetime = LONG_AGO, **fields: Any) -> Member:
    return enrolling.enrol(enrolling.NewMember(name=name, **fields), merchant=merchant, now=now)


def account(*, program: Program, **fields: Any) -> Account:
    return Account.objects.get(program=program, member=member(merchant=program.merchant, **fields))


def order(
    account: Account,
    amount: str,
    *,
    at: datetime = NOW,
    now: datetime | None = None,
    reference: str = "",
    **fields: Any,
) -> RecordedOrder:
    return orders.record(
        NewOrder(
            reference=reference or f"O{next(numbered)}",
            member_id=account.member_id,
            amount=Decimal(amount),
            placed_at=at,
            **fields,
        ),
        merchant=account.program.merchant,
        now=now or at,
    )


def adjustment(
    account: Account, points: int, *, by: Staff | None = None, now: datetime = NOW, **fields: Any
) -> Adjustment:
    return adjusting.adjust(
        account=account,
        points=points,
        reason=fields.pop("reason", "welcome"),
        by=by or staff(merchant=account.program.merchant, role=Role.OWNER),
        reference=fields.pop("reference", f"A{next(numbered)}"),
        now=now,
    )


def api_key(*, merchant: Merchant, scopes: Iterable[str] = Scope.values, by: Staff | None = None) -> str:
    """A key of the shop's own systems, as its text."""
    by = by or staff(merchant=merchant, role=Role.OWNER, name="Ola")
    made = keys.make(name="Web shop", scopes=list(scopes), reference=f"K{next(numbered)}", by=by, now=NOW)
    assert made is not None
    return made[1]
