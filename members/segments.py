"""Segments: words by which a shop groups its members, such as students; rules may ask for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from loyalty_site.models import AuditEvent
from loyalty_site.retrying import retried
from members import adjusting
from members.models import Member
from members.refusals import NotAllowed, OwnCard
from programs import versions
from programs.models import Merchant, Role, Staff

LONGEST, MOST = 120, 20
SET = "member-segments"


@retried
def put_into(member: Member, segments: Iterable[str], *, by: Staff, now: datetime) -> Member:
    """Put a member into exactly these segments; orders recorded from now on see them. Twice changes nothing.

    Raises NotAllowed for too many or too long words, or by a cashier, and OwnCard on the person's own card.
    """
    wanted = tidy(segments)
    if by.role < Role.MANAGER or by.merchant_id != member.merchant_id:
        raise NotAllowed(_("A manager or the owner sets tags."))
    if adjusting.is_own_card(member, by):
        raise OwnCard
    member = Member.objects.select_for_update(of=("self",)).select_related("merchant").get(pk=member.pk)
    if member.segments != wanted:
        write(member, wanted, by=by, now=now)
    return member


def tidy(segments: Iterable[str]) -> list[str]:
    """Each word once, without spaces around it, in alphabetical order."""
    words = sorted({" ".join(word.split()) for word in segments} - {""})
    if len(words) > MOST or any(len(word) > LONGEST for word in words):
        raise NotAllowed(_("At most %(most)d tags of %(longest)d letters each.") % {"most": MOST, "longest": LONGEST})
    return words


def write(member: Member, segments: list[str], *, by: Staff, now: datetime) -> None:
    details = {"before": member.segments, "after": segments}
    member.segments = segments
    member.save(update_fields=["segments"])
    AuditEvent.objects.create(
        at=now, merchant_id=member.merchant_id, actor=by.user, action=SET, subject=member.number, details=details
    )


def of_members(member_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """The segments that each of these members is in today, whatever day an order is of."""
    found = Member.objects.filter(pk__in=member_ids).values_list("pk", "segments")
    return {member_id: frozenset(segments) for member_id, segments in found}


def asked_for(merchant: Merchant, *, now: datetime) -> list[str]:
    """The segments that rules of the running terms ask for, to choose from."""
    running = versions.Schedule.running(merchant)
    terms = [running.at(program_id, now).terms for program_id in running.program_ids]
    return sorted({segment for term in terms for rule in term.rules for segment in rule.when.segments})


def in_use(merchant: Merchant, wanted: Iterable[str]) -> set[str]:
    """Those of the wanted segments that some member is in."""
    members = Member.objects.filter(merchant=merchant)
    return {segment for segment in wanted if members.filter(segments__contains=[segment]).exists()}
