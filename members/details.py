"""What members change about themselves: name and phone at any time, the birthday once."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from loyalty_site.retrying import retried
from members.models import Member
from members.refusals import NotAllowed
from programs import calendar

OLDEST = 120  # years


@retried
def change(
    member: Member, *, name: str, phone: str, born_on: date | None = None, language: str = "", now: datetime
) -> Member:
    """Write down what a member says about themselves; `phone` in international form, "" for none;
    `language` is that of pages and mails, "" leaves it as it is.

    Raises NotAllowed for somebody else's phone, a second birthday, or one that cannot be.
    """
    member = Member.objects.select_for_update(of=("self",)).select_related("merchant").get(pk=member.pk)
    if phone and member.merchant.members.filter(phone=phone).exclude(pk=member.pk).exists():
        raise NotAllowed(_("This phone number is on another card. Use another one, or ask at the shop."))
    if born_on:
        refuse_birthday(member, born_on, today=calendar.local_day(now, member.merchant.zone))
        member.born_on = born_on
    member.name, member.phone = name.strip(), phone
    member.language = language or member.language
    member.save(update_fields=["name", "phone", "born_on", "language"])
    return member


def refuse_birthday(member: Member, born_on: date, *, today: date) -> None:
    if member.born_on and member.born_on != born_on:
        raise NotAllowed(_("Your birthday is set already. The shop changes it for you."))
    refuse_impossible(born_on, today=today)


def refuse_impossible(born_on: date, *, today: date) -> None:
    """Raise NotAllowed for a day on which nobody who lives was born."""
    if not today.year - OLDEST <= born_on.year or born_on > today:
        raise NotAllowed(_("Nobody was born on that day. Check the year."))
