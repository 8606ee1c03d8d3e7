"""What staff see of a member at a glance: the line in a list, and what to say at the counter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty_site.web import format as formats
from members import numbers, own_fields
from members.models import Account, Member
from members.reading.bonuses import bonuses_now
from members.reading.purses import Purse, purses_of
from programs import calendar
from programs.models import Merchant
from programs.phases import ENDED, Phase
from programs.wording import standing
from programs.wording.speech import active_locale

SOON = timedelta(days=30)
BIRTHDAY_AHEAD = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Badge:
    """A short note on the card: its words, icon and kind."""

    text: str
    icon: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """The large figure on the card, and what it counts."""

    figure: str
    words: str


def found_by(member: Member) -> str:
    """Enough to tell two people of one name apart, and not the whole of it."""
    if member.phone:
        return _("phone ends %(digits)s") % {"digits": member.phone[-3:]}
    return member.email or _("card %(number)s") % {"number": numbers.spaced(member.number)}


def balance(purse: Purse) -> Balance:
    """318 points to spend; or 0 available, 90 to recover."""
    speech, holding = purse.speech, purse.holding
    is_money = purse.terms.unit.as_money
    if purse.gives_discounts_alone:
        return Balance(purse.discount, _("off every purchase"))
    if holding.debt:
        owed = speech.points(holding.debt) if is_money else speech.number(holding.debt)
        return Balance(speech.number(holding.spendable), _("available, %(points)s to recover") % {"points": owed})
    if is_money:
        return Balance(speech.points(holding.spendable), _("to spend"))
    words = _("%(points)s to spend") % {"points": speech.unit_for(holding.spendable)}
    return Balance(speech.number(holding.spendable), words)


def badges(member: Member, held: list[Purse], *, merchant: Merchant, location: str, now: datetime) -> list[Badge]:
    """What staff should know or say: bonuses of today, points that expire or come, the note, a birthday."""
    today = calendar.local_day(now, merchant.zone)
    found = [Badge(blocked_words(member), "lock", "bad")] if member.is_blocked else []
    timed = bonuses_now(member, merchant, location=location, now=now)
    found += [Badge(words, "spark", "warn") for words in dict.fromkeys(map(bonus_words, timed))]
    for purse in held:
        found += [*stopped(purse, several=len(held) > 1), *discount(purse), *timed_points(purse, merchant, today)]
    if note := member.note:
        found.append(Badge(note, "note"))
    if member.fields:
        own = own_fields.shown(member, own_fields.at_till(merchant), this_year=today.year)
        found += [Badge(f"{shown.field}: {shown.words}", "user") for shown in own]
    return [*found, *birthday(member.born_on, today)]


def blocked_words(member: Member) -> str:
    if not member.blocked_reason:
        return _("Card is blocked")
    return _("Card is blocked: %(reason)s") % {"reason": member.blocked_reason}


def stopped(purse: Purse, *, several: bool) -> Iterator[Badge]:
    """Paused, Closing 31 Dec, Closed: with the program's name where there are several."""
    if purse.phase is not Phase.RUNNING:
        found = standing(purse.terms, purse.phase)
        name = purse.account.program.name
        text = _("%(program)s: %(state)s") % {"program": name, "state": found.text} if several else found.text
        yield Badge(text, found.icon or "info", "warn")


def discount(purse: Purse) -> Iterator[Badge]:
    """What the level takes off, where points are not all that the program gives."""
    counts = purse.level and purse.level.discount_percent and purse.phase not in ENDED
    if counts and not purse.gives_discounts_alone:
        yield Badge(_("%(percent)s off every purchase") % {"percent": purse.discount}, "cut", "warn")


def birthday(born_on: date | None, today: date) -> Iterator[Badge]:
    """The birthday, from three weeks ahead."""
    day = next_birthday(born_on, today) if born_on else None
    if day == today:
        yield Badge(_("Birthday today"), "cake", "warn")
    elif day and day - today <= BIRTHDAY_AHEAD:
        yield Badge(_("Birthday %(day)s") % {"day": spoken_day(day, today)}, "cake")


def bonus_words(rule: dict[str, Any]) -> str:
    """Double points today; a rule that does not simply multiply is called by its name."""
    doubled = {Decimal(2): _("Double points today"), Decimal(3): _("Triple points today")}
    return doubled.get(Decimal(rule["give"].get("multiplier", 0))) or rule["name"]


def timed_points(purse: Purse, merchant: Merchant, today: date) -> Iterator[Badge]:
    """Points of one account that expire soon, and those that become available."""
    if purse.holding.expiring:
        at, points = purse.holding.expiring
        last_day = calendar.day_ending(at, merchant.zone)
        if last_day <= today + SOON:
            words = ngettext("%(points)s expires on %(day)s", "%(points)s expire on %(day)s", points)
            yield Badge(words % spoken(purse, points, spoken_day(last_day, today)), "glass")
    if purse.holding.next_available:
        at, points = purse.holding.next_available
        words = _("%(points)s on the way, %(day)s")
        day = spoken_day(calendar.local_day(at, merchant.zone), today)
        yield Badge(words % spoken(purse, points, day), "clock")


def spoken(purse: Purse, points: int, day: str) -> dict[str, str]:
    figure = purse.speech.points(points) if purse.terms.unit.as_money else purse.speech.number(points)
    return {"points": figure, "day": day}


def next_birthday(born_on: date, today: date) -> date:
    """The next birthday from a day on; 29 February is kept on the 28th in common years."""
    this_year = calendar.add_months(born_on, (today.year - born_on.year) * 12)
    return this_year if this_year >= today else calendar.add_months(born_on, (today.year + 1 - born_on.year) * 12)


def spoken_day(day: date, today: date) -> str:
    return formats.day(day, this_year=today.year, locale=active_locale())


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of a list of members: who, and the account that has a tier, if any has."""

    member: Member
    found_by: str
    ranked: Purse | None


def hits(members: Sequence[Member], *, now: datetime) -> list[Hit]:
    """Lines for a list of members, in a fixed number of queries."""
    running = Account.objects.filter(member__in=members, program__is_active=True)
    held = purses_of(running.select_related("program__merchant").order_by("-program_id"), now=now)
    ranked = {purse.account.member_id: purse for purse in held if purse.level}
    return [Hit(member, found_by(member), ranked.get(member.pk)) for member in members]
