"""Blocking a card and letting it be used again; `blocked_cards` says what a blocked one may not do."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from loyalty_site import auditing
from loyalty_site.retrying import retried
from members import adjusting
from members.models import Member
from members.refusals import NotAllowed, OwnCard
from programs.models import Role, Staff

BLOCKED, UNBLOCKED = "member-block", "member-unblock"


@retried
def block(member: Member, reason: str, *, by: Staff, now: datetime) -> Member:
    """Block a card from this instant on; a blocked one stays as it is. Raises NotAllowed for cashiers or no reason."""
    refuse_unless_may(member, by)
    if not reason.strip():
        raise NotAllowed(_("Say why: whoever serves the member next will want to know."))
    member = hold(member)
    if member.is_blocked:
        return member
    member.is_blocked, member.blocked_at, member.blocked_by, member.blocked_reason = True, now, by, reason.strip()
    return keep(member, BLOCKED, by=by, now=now)


@retried
def unblock(member: Member, *, by: Staff, now: datetime) -> Member:
    """Let a card be used again; twice changes nothing. Raises NotAllowed for cashiers, OwnCard on one's own card."""
    refuse_unless_may(member, by)
    if adjusting.is_own_card(member, by):
        raise OwnCard
    member = hold(member)
    if not member.is_blocked:
        return member
    member.is_blocked, member.blocked_at, member.blocked_by, member.blocked_reason = False, None, None, ""
    return keep(member, UNBLOCKED, by=by, now=now)


def refuse_unless_may(member: Member, by: Staff) -> None:
    if by.role < Role.MANAGER or by.merchant_id != member.merchant_id:
        raise NotAllowed(_("A manager or the owner blocks cards and lets them be used again."))


def hold(member: Member) -> Member:
    return Member.objects.select_for_update(of=("self",)).select_related("merchant").get(pk=member.pk)


def keep(member: Member, action: str, *, by: Staff, now: datetime) -> Member:
    member.save(update_fields=["is_blocked", "blocked_at", "blocked_by", "blocked_reason"])
    auditing.record(action, merchant=member.merchant_id, actor=by.user, at=now, subject=member.number)
    return member
