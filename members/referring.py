"""Who brought whom: each member is brought at most once, whatever it earned."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from members.models import Member, Referral
from members.refusals import Conflict, NotAllowed
from programs.models import Staff


def keep(
    member: Member, friend: Member, *, source: str, reference: str, by: Staff | None, occurred_at: datetime
) -> Referral:
    """Write down that a member brought a friend; the same reference again finds the first.

    Raises NotAllowed when somebody brought the friend already, Conflict when the reference was another friend's.
    """
    new = Referral(
        merchant_id=member.merchant_id,
        member=member,
        friend=friend,
        source=source,
        reference=reference,
        occurred_at=occurred_at,
        recorded_by=by,
    )
    Referral.objects.bulk_create([new], ignore_conflicts=True)
    kept = Referral.objects.filter(friend=friend).select_related("member").first()
    if kept is None:
        raise Conflict(reference)
    if (kept.source, kept.reference, kept.member_id) != (source, reference, member.pk):
        words = _("%(friend)s was brought by %(member)s already. Nobody is brought twice.")
        raise NotAllowed(words % {"friend": friend, "member": kept.member})
    return kept


def brought_by(member: Member) -> QuerySet[Referral]:
    """Whom a member brought along, the last first."""
    return Referral.objects.filter(member__in=member.selves).select_related("friend")


def who_brought(member: Member) -> Referral | None:
    """How a member was brought along; None for who came alone."""
    return Referral.objects.filter(friend__in=member.selves).select_related("member").first()
