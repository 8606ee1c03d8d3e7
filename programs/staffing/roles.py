"""Who may do what at a shop, in words; changing a person's role or place, and their leaving, which counts at once.

Managers look after cashiers, owners after everybody. Nobody changes their own role or ends their own work, so a shop
always has an owner.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site import sessions
from loyalty_site.refusals import Refused
from programs.models import Invitation, Location, Merchant, Pin, Role, Staff
from programs.staffing.noting import note

WORDS = {
    Role.CASHIER: gettext_lazy(
        "Works at the till: finds and adds members, records purchases, redeems, and corrects points within limits."
    ),
    Role.MANAGER: gettext_lazy(
        "Also sees figures, books and jobs, changes program and rewards, approves corrections, and invites cashiers."
    ),
    Role.OWNER: gettext_lazy(
        "May do everything: the shop itself, its look, the end of a program, and who manages or owns it."
    ),
}


class NotYours(Refused):
    """Somebody else has to do this."""

    code = "not-allowed"


def may_give(by: Staff) -> list[Role]:
    """The roles that a person may give and take, the lowest first; none for a cashier."""
    if by.role == Role.OWNER:
        return list(Role)
    return [Role.CASHIER] if by.role == Role.MANAGER else []


def looks_after(by: Staff, staff: Staff) -> bool:
    """Whether one may change the other's role and place, and end their work."""
    return by.merchant_id == staff.merchant_id and by.pk != staff.pk and Role(staff.role) in may_give(by)


@transaction.atomic
def change(staff: Staff, *, role: Role, location: Location | None, by: Staff, now: datetime) -> Staff:
    """Give somebody another role, or a place they work at (None is every place). The same again changes nothing.

    Raises NotYours where `by` may not give one of the roles.
    """
    staff, by = held(staff, by=by)
    if role not in may_give(by):
        raise NotYours(_("Only an owner can give this role."))
    before = standing(staff)
    staff.role, staff.location = role, location
    if standing(staff) != before:
        staff.save(update_fields=["role", "location"])
        note("staff-changed", staff, by=by, now=now, before=before, after=standing(staff))
    return staff


@transaction.atomic
def end(staff: Staff, *, by: Staff, now: datetime) -> Staff:
    """End somebody's work at once: sessions, PIN and the invitations they sent end with it; a second time is none.

    What they did stays in their name, and keys of the API that they made go on working. Raises NotYours.
    """
    staff, by = held(staff, by=by)
    if not staff.is_active:
        return staff
    staff.is_active, staff.left_at = False, now
    staff.save(update_fields=["is_active", "left_at"])
    Pin.objects.filter(staff=staff).delete()
    Invitation.objects.open().filter(author=staff).update(withdrawn_at=now)
    sessions.end_all(staff.user)
    note("staff-ended", staff, by=by, now=now)
    return staff


@transaction.atomic
def take_back(staff: Staff, *, by: Staff, now: datetime) -> Staff:
    """Let somebody who left work here again, in the role they had; raises NotYours."""
    staff, by = held(staff, by=by)
    if not staff.is_active:
        staff.is_active, staff.left_at = True, None
        staff.save(update_fields=["is_active", "left_at"])
        note("staff-returned", staff, by=by, now=now)
    return staff


@transaction.atomic
def sign_out(staff: Staff, *, by: Staff, now: datetime) -> None:
    """End every session of somebody, who may sign in again; raises NotYours."""
    staff, by = held(staff, by=by)
    sessions.end_all(staff.user)
    note("staff-signed-out", staff, by=by, now=now)


def held(staff: Staff, *, by: Staff) -> tuple[Staff, Staff]:
    """Both people as they are now, while nobody else changes who works at the shop; raises NotYours."""
    Merchant.objects.select_for_update(no_key=True).get(pk=by.merchant_id)
    people = Staff.objects.select_related("merchant", "user", "location").in_bulk([staff.pk, by.pk])
    staff, by = people[staff.pk], people[by.pk]
    if not (by.is_active and looks_after(by, staff)):
        raise NotYours(_("Somebody else has to do this: an owner, and nobody for themselves."))
    return staff, by


def standing(staff: Staff) -> dict[str, str]:
    """What of a person is written down when it changes: role and place."""
    return {"role": Role(staff.role).name.lower(), "location": staff.location.code if staff.location else ""}
