"""What the face of a card says: points to spend, what is on the way, what expires, the way to the next tier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from members import numbers
from members.models import Member
from members.reading.purses import Purse, purses
from members.reading.tier_progress import TierProgress, progress_of
from members.reading.welcome import welcome_to
from programs import calendar

SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Expiring:
    """The points that expire next, as a number and in words, and their last day."""

    count: int
    points: str
    day: date
    is_soon: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """The points that become spendable next, with their sign, and the day."""

    points: str
    day: date


@dataclass(frozen=True, slots=True)
class CardFace:
    """One account as its holder sees it."""

    purse: Purse
    progress: TierProgress | None
    waiting: Waiting | None
    expiring: Expiring | None
    welcome: SafeString | str

    @property
    def balance(self) -> str:
        """What can be spent: 318, or 3.18 zł where points are shown as money; 10% where purchases earn no points."""
        if self.purse.gives_discounts_alone:
            return self.purse.discount
        return self.purse.figure(self.purse.holding.spendable)

    @property
    def unit(self) -> str:
        """The words under the balance."""
        if self.purse.gives_discounts_alone:
            return _("off every purchase")
        speech, holding = self.purse.speech, self.purse.holding
        words = {
            "points": "" if self.purse.terms.unit.as_money else speech.unit_for(holding.spendable),
            "debt": self.purse.figure(holding.debt),
        }
        if holding.debt:
            return (_("%(points)s available, %(debt)s to recover") % words).strip()
        return (_("%(points)s to spend") % words).strip()

    @property
    def number(self) -> str:
        """The card number as people read it."""
        return numbers.spaced(self.purse.account.member.number)


def faces(member: Member, *, now: datetime) -> list[CardFace]:
    """A face for each running program of the member."""
    return [face(purse, now=now) for purse in purses(member, now=now)]


def face(purse: Purse, *, now: datetime) -> CardFace:
    return CardFace(
        purse, progress_of(purse, now=now), waiting_of(purse), expiring_of(purse, now=now), welcome_to(purse)
    )


def waiting_of(purse: Purse) -> Waiting | None:
    if purse.holding.next_available is None:
        return None
    at, points = purse.holding.next_available
    return Waiting(f"+{purse.figure(points)}", calendar.local_day(at, purse.account.program.merchant.zone))


def expiring_of(purse: Purse, *, now: datetime) -> Expiring | None:
    if purse.holding.expiring is None:
        return None
    at, points = purse.holding.expiring
    last_day = calendar.day_ending(at, purse.account.program.merchant.zone)
    return Expiring(points, purse.speech.points(points), last_day, at <= now + SOON)
