"""What staff correct about a member: name, ways to reach them, birthday, the shop's own fields. Each is audited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site import auditing
from loyalty_site.retrying import retried
from members import adjusting, details, own_fields
from members.models import Member
from members.own_fields import Value
from members.refusals import NotAllowed, OwnCard
from programs import calendar
from programs.models import Role, Staff

CORRECTED = "member-details"
FACTS = ("name", "email", "phone", "born_on", "language", "customer_number")
TAKEN = {
    "email": gettext_lazy("Another member has this e-mail address. Search for it."),
    "phone": gettext_lazy("Another member has this phone number. Search for it."),
    "customer_number": gettext_lazy("Another member has this customer number. Search for it."),
}


@retried
def correct(
    member: Member, facts: Mapping[str, Any], own: Mapping[str, Value | None], *, by: Staff, now: datetime
) -> Member:
    """Write down those of `FACTS` and of the shop's own fields that are given; twice changes nothing.

    A new e-mail address lets go of whoever signs in with the old one: the card opens for its owner. Raises OwnCard, and
    NotAllowed for what is another member's, for a birthday that cannot be, or one that a cashier may not change.
    """
    if by.merchant_id != member.merchant_id:
        raise NotAllowed(_("This card belongs to another shop."))
    if adjusting.is_own_card(member, by):
        raise OwnCard
    members = Member.objects.present().select_for_update(of=("self",)).select_related("merchant", "user")
    member = members.get(pk=member.pk)
    before = state(member)
    refuse_unsound(member, facts, by=by, now=now)
    for name, value in facts.items():
        setattr(member, name, value)
    if member.user and "email" in facts and member.email != member.user.email:
        member.user = None
    member.fields = own_fields.laid_over(member.fields, own)
    if state(member) != before:
        keep(member)
        write_down(member, before, by=by, now=now)
    return member


def refuse_unsound(member: Member, facts: Mapping[str, Any], *, by: Staff, now: datetime) -> None:
    others = member.merchant.members.exclude(pk=member.pk)
    for name in TAKEN:
        if facts.get(name) and others.filter(**{name: facts[name]}).exists():
            raise NotAllowed(str(TAKEN[name]))
    born_on: date | None = facts.get("born_on", member.born_on)
    if born_on == member.born_on:
        return
    if member.born_on and by.role < Role.MANAGER:
        raise NotAllowed(_("A birthday that is set is changed by a manager or the owner."))
    if born_on:
        details.refuse_impossible(born_on, today=calendar.local_day(now, member.merchant.zone))


def keep(member: Member) -> None:
    try:
        with transaction.atomic():
            member.save(update_fields=[*FACTS, "user", "fields"])
    except IntegrityError as error:  # somebody else was given the address or number a moment ago
        raise NotAllowed(_("Another member has this e-mail address, phone or number. Search for it.")) from error


def state(member: Member) -> dict[str, Any]:
    own = {f"fields.{code}": value for code, value in member.fields.items()}
    return {name: getattr(member, name) for name in FACTS} | own


def write_down(member: Member, before: Mapping[str, Any], *, by: Staff, now: datetime) -> None:
    """Say what changed, and of values only what nobody can be known by: events outlive the people they are about."""
    after = state(member)
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    auditing.record(
        CORRECTED,
        merchant=member.merchant_id,
        actor=by.user,
        at=now,
        subject=member.number,
        before={name: masked(name, before.get(name)) for name in changed},
        after={name: masked(name, after.get(name)) for name in changed},
        changed=changed,
    )


def masked(name: str, value: Any) -> str:
    if name == "language":
        return str(value)
    return "•••" if name.startswith("fields.") and value is not None else auditing.masked(str(value or ""))
