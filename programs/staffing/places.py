"""The places of a shop: opened and renamed by its owner. Their codes stay, as terms, orders and posters name them."""

from __future__ import annotations

from datetime import datetime
from itertools import chain, count

from django.db import transaction

from loyalty_site import auditing
from programs.addresses import address_of
from programs.models import Location, Merchant, Staff

LONGEST = 40
Facts = dict[str, str | bool]


@transaction.atomic
def add(*, name: str, is_online: bool, by: Staff, now: datetime) -> Location:
    """Open a place; one that bears the name already, as after a second press, is returned as it is."""
    merchant = Merchant.objects.select_for_update(no_key=True).get(pk=by.merchant_id)
    known = merchant.locations.filter(name__iexact=name).first()
    if known:
        return known
    made = Location.objects.create(merchant=merchant, code=free_code(merchant, name), name=name, is_online=is_online)
    note("location-added", made, by=by, now=now, before={}, after=facts(made))
    return made


@transaction.atomic
def change(location: Location, *, name: str, is_online: bool, by: Staff, now: datetime) -> Location:
    """Give a place another name; the same again changes nothing."""
    before = facts(location)
    location.name, location.is_online = name, is_online
    if facts(location) != before:
        location.save(update_fields=["name", "is_online"])
        note("location-changed", location, by=by, now=now, before=before, after=facts(location))
    return location


def free_code(merchant: Merchant, name: str) -> str:
    """The first code like the name that no place of the shop has: old-town, old-town-2, …"""
    wanted, taken = address_of(name) or "place", {*merchant.locations.values_list("code", flat=True)}
    tries = chain([wanted], (f"{wanted[: LONGEST - 4]}-{number}" for number in count(2)))
    return next(code for code in tries if code not in taken)


def facts(location: Location) -> Facts:
    return {"name": location.name, "is_online": location.is_online}


def note(action: str, location: Location, *, by: Staff, now: datetime, before: Facts, after: Facts) -> None:
    auditing.record(
        action, merchant=location.merchant_id, actor=by.user, at=now, subject=location.code, before=before, after=after
    )
