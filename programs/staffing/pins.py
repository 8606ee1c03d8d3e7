"""PINs, by which people take turns at one till: set by oneself, kept as digests, guessed slowly.

A PIN opens nothing by itself: the till it is typed into was signed in by somebody who works at the shop. Five wrong
tries make it rest for a minute, each further one twice as long as the one before, up to a day.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty_site.refusals import Refused
from programs.models import Merchant, Pin, Staff
from programs.staffing.noting import note

SHORTEST, LONGEST = 4, 6  # digits
FREE_TRIES = 5
FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(days=1)
SEQUENCES = "01234567890", "09876543210"


class PinRefused(Refused):
    code = "wrong-pin"


class WrongPin(PinRefused):
    def __init__(self) -> None:
        super().__init__(_("This is not the PIN. Try again."))


class PinRests(PinRefused):
    """Too many wrong tries; nothing that is typed before `until` is looked at."""

    def __init__(self, until: datetime, now: datetime) -> None:
        self.until = until
        minutes = max(1, math.ceil((until - now) / timedelta(minutes=1)))
        words = ngettext(
            "Too many wrong tries. Wait %(count)d minute, or sign in with your password.",
            "Too many wrong tries. Wait %(count)d minutes, or sign in with your password.",
            minutes,
        )
        super().__init__(words % {"count": minutes})


class WeakPin(Refused):
    """The digits are too few, too many, or the first ones that anybody would try."""

    code = "weak-pin"


def operators(merchant: Merchant) -> QuerySet[Staff]:
    """The people who can take over a till of this shop: who work there and have a PIN, by name."""
    working = merchant.staff.filter(is_active=True, pin__isnull=False)
    return working.select_related("user", "location", "merchant").order_by("user__name", "user__email")


def check(staff_id: int, pin: str, *, merchant: Merchant, now: datetime) -> Staff:
    """Return the person whose PIN this is, to work at the till in their own name.

    Raises WrongPin (also for somebody without a PIN, from another shop, or who has left) or PinRests. A wrong try is
    counted in a transaction of its own, so call this outside of one.
    """
    found = tried(staff_id, pin, merchant=merchant, now=now)
    if isinstance(found, PinRefused):
        raise found
    return found


@transaction.atomic
def tried(staff_id: int, pin: str, *, merchant: Merchant, now: datetime) -> Staff | PinRefused:
    """Look at one try while no other one for the same person is looked at; the refusal is returned, not raised."""
    kept = Pin.objects.select_for_update(of=["self"]).filter(staff__in=operators(merchant), staff=staff_id).first()
    if kept is None:
        return WrongPin()
    if kept.rests_until and kept.rests_until > now:
        return PinRests(kept.rests_until, now)
    if not check_password(pin.strip(), kept.secret):
        return missed(kept, now=now)
    if kept.wrong_count:
        kept.wrong_count, kept.rests_until = 0, None
        kept.save(update_fields=["wrong_count", "rests_until"])
    return operators(merchant).get(pk=staff_id)


def missed(pin: Pin, *, now: datetime) -> PinRefused:
    """Count a wrong try; from the fifth on the PIN rests, and the owner can read about it."""
    pin.wrong_count = min(pin.wrong_count + 1, 1_000)
    rest = rest_after(pin.wrong_count)
    pin.rests_until = now + rest if rest else None
    pin.save(update_fields=["wrong_count", "rests_until"])
    if pin.rests_until is None:
        return WrongPin()
    note("pin-rests", pin.staff, by=None, now=now, wrong_count=pin.wrong_count)
    return PinRests(pin.rests_until, now)


def rest_after(wrong_count: int) -> timedelta:
    """How long a PIN rests after so many wrong tries in a row; not at all for the first four."""
    over = wrong_count - FREE_TRIES
    return timedelta(0) if over < 0 else min(FIRST_REST * 2 ** min(over, 20), LONGEST_REST)


@transaction.atomic
def choose(staff: Staff, pin: str, *, now: datetime) -> None:
    """Set one's own PIN, in place of one that there was; raises WeakPin. The same again changes nothing."""
    refuse_weak(pin)
    known = Pin.objects.select_for_update().filter(staff=staff).first()
    if known and check_password(pin, known.secret):
        return
    fresh = {"secret": make_password(pin), "set_at": now, "wrong_count": 0, "rests_until": None}
    Pin.objects.update_or_create(fresh, staff=staff)
    note("pin-changed" if known else "pin-set", staff, by=staff, now=now)


@transaction.atomic
def remove(staff: Staff, *, by: Staff, now: datetime) -> bool:
    """Take somebody's PIN away, so that they sign in and choose another; False if there was none."""
    deleted, _rows = Pin.objects.filter(staff=staff, staff__merchant_id=by.merchant_id).delete()
    if deleted:
        note("pin-removed", staff, by=by, now=now)
    return bool(deleted)


def refuse_weak(pin: str) -> None:
    """Raise WeakPin, saying what a good one is."""
    if not (pin.isascii() and pin.isdecimal() and SHORTEST <= len(pin) <= LONGEST):
        raise WeakPin(_("A PIN is four to six digits."))
    if len(set(pin)) == 1 or any(pin in sequence for sequence in SEQUENCES):
        raise WeakPin(_("This is the first PIN that anybody would try. Choose another one."))
