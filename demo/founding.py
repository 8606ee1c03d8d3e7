"""Setting up a demo shop: the merchant, its places and people, its dated terms, its rewards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from loyalty_site import clock
from loyalty_site.models import User
from programs import versions
from programs.models import Location, Merchant, Pin, Program, Role, Staff
from rewards.models import Reward

PIN = "2580"
PASSWORD = "coffee-and-cake"  # noqa: S105  everybody's, in the demo only


@dataclass(frozen=True, slots=True)
class Edition:
    """Terms, from when, and what was said about them."""

    terms: dict[str, Any]
    effective_at: datetime
    note: str


def user(email: str, name: str, *, password: str | None = PASSWORD, **fields: Any) -> User:
    """Somebody who can sign in, with a confirmed address; the second time the same person."""
    known = User.objects.filter(email__iexact=email).first()
    if known:
        return known
    created = User.objects.create_user(email, password, name=name, **fields)
    EmailAddress.objects.create(user=created, email=email, verified=True, primary=True)
    return created


def staff(merchant: Merchant, email: str, name: str, role: Role, location: Location | None = None) -> Staff:
    made = Staff.objects.create(merchant=merchant, user=user(email, name), role=role, location=location)
    Pin.objects.create(staff=made, secret=make_password(PIN), set_at=clock.now())
    return made


def locations(merchant: Merchant, places: Iterable[tuple[str, str, bool]]) -> dict[str, Location]:
    return {
        code: Location.objects.create(merchant=merchant, code=code, name=name, is_online=is_online)
        for code, name, is_online in places
    }


def program(
    merchant: Merchant,
    name: str,
    editions: Iterable[Edition],
    *,
    author: User,
    code: str = "points",
    created_at: datetime | None = None,
) -> Program:
    begun_at = created_at or merchant.created_at
    created = Program.objects.create(merchant=merchant, name=name, code=code, created_at=begun_at)
    for edition in editions:
        versions.publish(created, edition.terms, effective_at=edition.effective_at, author=author, note=edition.note)
    return created


def rewards(program: Program, wanted: Iterable[dict[str, Any]]) -> list[Reward]:
    return [
        Reward.objects.create(
            merchant=program.merchant,
            program=program,
            created_at=program.created_at,
            **fields | {"money_value": Decimal(fields["money_value"])},
        )
        for fields in wanted
    ]
