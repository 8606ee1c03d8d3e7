"""A member's screen at the till: the card, and the purchase or the adjustment beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.forms import Form

from members.forms.till import AdjustForm, PurchaseForm
from members.models import Member
from members.reading import glance
from members.reading.purses import purses
from programs.guards import StaffRequest
from programs.models import Staff


def place_of(staff: Staff) -> str:
    """The code of the place where the till stands; "" where none is set."""
    return staff.location.code if staff.location else ""


def person(request: StaffRequest, member: Member, *, now: datetime) -> dict[str, Any]:
    """The context of the member's card."""
    held = purses(member, now=now)
    return {
        "member": member,
        "first_name": member.first_name,
        "found_by": glance.found_by(member),
        "purses": held,
        "balances": [glance.balance(purse) for purse in held],
        "badges": glance.badges(member, held, merchant=request.merchant, location=place_of(request.staff), now=now),
    }


def desk(
    request: StaffRequest,
    member: Member,
    *,
    now: datetime,
    purchase: PurchaseForm | None = None,
    adjust: AdjustForm | None = None,
) -> dict[str, Any]:
    """The context of a member's whole screen: the card, and the purchase or the adjustment beside it."""
    shown = person(request, member, now=now)
    sent = purchase or adjust
    return shown | {
        "is_adjusting": adjust is not None or (purchase is None and request.GET.get("tab") == "adjust"),
        "purchase": purchase or PurchaseForm(merchant=request.merchant),
        "adjust": adjust or AdjustForm(held=shown["purses"], merchant=request.merchant),
        "faults": faults(sent) if sent else [],
    }


def faults(form: Form) -> list[str]:
    """Every sentence about what is wrong with a form."""
    return [str(sentence) for sentences in form.errors.values() for sentence in sentences]
