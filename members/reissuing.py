"""Replacing cards: a lost or worn one gets another number, and the old one works no more, at once and everywhere."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from loyalty_site import auditing
from loyalty_site.retrying import retried
from members import cards, numbers
from members.models import CardNumber, Member
from members.refusals import Conflict, NotAllowed
from programs.models import Staff

REPLACED, STOPPED = "card-replaced", "card-stopped"


@retried
def reissue(member: Member, *, replaces: str, reason: str, by: Staff, now: datetime, number: str = "") -> Member:
    """Give a member a card with another number; the one that it `replaces` finds nobody from then on.

    `number` is that of the new card, however it was typed, "" draws one; one that the member had before may be taken
    up again. `reason` is a CardNumber.Reason. A retry finds the card replaced and changes nothing. Raises NotAllowed
    when the number is no card's or is taken, Conflict when the card was replaced by another one meanwhile.
    """
    held = locked(member)
    wished = cards.read(number) if number.strip() else ""
    if held.number != replaces:
        return same(held, wished, replaces)
    fresh = taken_up(held, wished) or cards.draw(held.merchant, 1)[0]
    CardNumber.objects.create(
        merchant=held.merchant, number=replaces, member=held, works=False, reason=reason, since=now, by=by
    )
    held.number = fresh
    held.save(update_fields=["number"])
    note(REPLACED, held, by, now, before=replaces, after=fresh, reason=reason)
    return held


def locked(member: Member) -> Member:
    """The member's row, held until the transaction ends. Raises NotAllowed for one who is merged or erased."""
    present = Member.objects.present().select_for_update(of=("self",)).select_related("merchant")
    held = present.filter(pk=member.pk).first()
    if held is None:
        raise NotAllowed(_("This member was merged or erased, so there is no card to replace."))
    return held


def same(held: Member, wished: str, replaces: str) -> Member:
    """The answer to a retry: the member as the first press left it."""
    was_replaced = held.other_numbers.withdrawn().filter(number=replaces).exists()
    if not was_replaced or wished not in ("", held.number):
        raise Conflict(numbers.spaced(replaces))
    return held


def taken_up(held: Member, wished: str) -> str:
    """The wished number, free for this member from now on: nobody's yet, or one that they had before."""
    if not wished:
        return ""
    held.other_numbers.filter(number=wished).delete()
    if not cards.is_free(held.merchant, wished):
        raise NotAllowed(_("The number %(number)s is or was on another card.") % {"number": numbers.spaced(wished)})
    return wished


@retried
def stop(card: CardNumber, *, reason: str, by: Staff, now: datetime) -> CardNumber:
    """Let a number that a member has besides their own find nobody any more; a second time changes nothing."""
    held = CardNumber.objects.select_for_update(of=("self",)).select_related("member").get(pk=card.pk)
    if not held.works or not held.member:
        return held
    held.works, held.reason, held.since, held.by = False, reason, now, by
    held.save(update_fields=["works", "reason", "since", "by"])
    note(STOPPED, held.member, by, now, before=held.number, after="", reason=reason)
    return held


def note(action: str, member: Member, by: Staff, now: datetime, *, before: str, after: str, reason: str) -> None:
    auditing.record(
        action,
        merchant=member.merchant_id,
        actor=by.user,
        at=now,
        subject=member.number,
        before={"number": before},
        after={"number": after},
        reason=reason,
    )
