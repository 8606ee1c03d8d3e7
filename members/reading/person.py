"""What a shop knows of a member as a person: its own fields, agreements, and who brought whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from members import own_fields, referring
from members.models import Channel, Member, Purpose, Referral
from members.own_fields import Shown
from programs import calendar
from programs.languages import name_of

MOST_FRIENDS = 5


@dataclass(frozen=True, slots=True)
class Agreed:
    """One purpose that a member agreed to, and by which ways; `ways` is empty where it is one question."""

    purpose: str
    ways: list[str]


@dataclass(frozen=True, slots=True)
class Person:
    """A member beside points: `friends` are the last ones of `friend_count`."""

    own: list[Shown]
    agreed: list[Agreed]
    language: str
    brought_by: Referral | None
    friends: list[Referral]
    friend_count: int

    @property
    def more_friends(self) -> int:
        return self.friend_count - len(self.friends)


def person_of(member: Member, *, now: datetime) -> Person:
    """Read what is known of a member, in a fixed number of queries."""
    this_year = calendar.local_day(now, member.merchant.zone).year
    friends = list(referring.brought_by(member)[: MOST_FRIENDS + 1])
    return Person(
        own=own_fields.shown(member, own_fields.kept_by(member.merchant), this_year=this_year),
        agreed=agreed(member),
        language=name_of(member.language) if member.language else "",
        brought_by=referring.who_brought(member),
        friends=friends[:MOST_FRIENDS],
        friend_count=len(friends) if len(friends) <= MOST_FRIENDS else referring.brought_by(member).count(),
    )


def agreed(member: Member) -> list[Agreed]:
    """What holds of a member's consents, purpose by purpose."""
    given = [text.partition(":")[::2] for text in member.consents]
    return [
        Agreed(str(purpose.label), [str(Channel(way).label) for known, way in given if known == purpose and way])
        for purpose in Purpose
        if any(known == purpose for known, _way in given)
    ]
