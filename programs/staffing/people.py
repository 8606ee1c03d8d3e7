"""Who works at a shop, as its owner reads it: role, place, second factor, PIN, and when they were last there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from loyalty_site import second_factor, sessions
from programs.models import Merchant, Pin, Staff
from programs.staffing.roles import looks_after


@dataclass(frozen=True, slots=True)
class Person:
    staff: Staff
    has_second_factor: bool
    has_pin: bool
    seen_at: datetime | None
    is_mine: bool  # to look after, for whoever reads


def people(merchant: Merchant, *, reader: Staff) -> list[Person]:
    """Everybody who works there, owners first, then by name."""
    working = of_shop(merchant).filter(is_active=True).order_by("-role", "user__name", "user__email")
    return described(working, reader=reader)


def former(merchant: Merchant, *, reader: Staff) -> list[Person]:
    """Everybody who has left, the last one first."""
    return described(of_shop(merchant).filter(is_active=False).order_by("-left_at", "pk"), reader=reader)


def of_shop(merchant: Merchant) -> QuerySet[Staff]:
    return merchant.staff.select_related("user", "location", "merchant")


def described(staff: Iterable[Staff], *, reader: Staff) -> list[Person]:
    """Three queries for however many people."""
    listed = list(staff)
    users = [person.user_id for person in listed]
    secured, seen = second_factor.holders(users), sessions.last_seen(users)
    with_pin = set(Pin.objects.filter(staff__in=listed).values_list("staff_id", flat=True))
    return [
        Person(
            staff=person,
            has_second_factor=person.user_id in secured,
            has_pin=person.pk in with_pin,
            seen_at=seen.get(person.user_id),
            is_mine=looks_after(reader, person),
        )
        for person in listed
    ]
