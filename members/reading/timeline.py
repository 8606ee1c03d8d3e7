"""What happened to a member besides points: joining, tiers, what they were told, the note that staff keep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from members.models import Account, Member, TierChange
from members.reading.purses import Purse
from members.reading.telling import subject_of
from programs import calendar
from programs.terms import Tiers
from programs.tiers import level_of, rank

MOST_STEPS = 8
MOST_NOTICES = 5
MOST_NOTES = 8


@dataclass(frozen=True, slots=True)
class Event:
    """One stop of the timeline; `tone` is honey for what is earned, acc for what staff did, or nothing."""

    icon: str
    words: str
    at: datetime | None
    detail: str = ""
    quote: str = ""
    tone: str = ""


def events(member: Member, purse: Purse | None) -> list[Event]:
    """The timeline of a member in one program (None: in none), latest first."""
    dated = [*tier_steps(purse.account, purse.terms.tiers), *told(purse)] if purse else []
    dated.sort(key=lambda event: event.at or member.joined_at, reverse=True)
    return [*noted(member), *dated, joined(member)]


def noted(member: Member) -> Iterator[Event]:
    for note in member.notes.select_related("author__user")[:MOST_NOTES]:
        author = note.author.user.get_short_name() if note.author else ""
        words = _("Note from %(name)s") % {"name": author} if author else _("Note")
        yield Event("note", words, note.written_at, quote=note.text)


def tier_steps(account: Account, levels: Tiers | None) -> Iterator[Event]:
    if levels is None:
        return
    for change in account.tier_changes.order_by("-changed_at", "-pk")[:MOST_STEPS]:
        to, before = level_of(levels, change.to_code), level_of(levels, change.from_code)
        is_up = rank(levels, to.code) > rank(levels, before.code)
        detail = _("from %(tier)s") % {"tier": before.name}
        yield Event("star", words_of(change, to.name, is_up=is_up), change.changed_at, detail, tone="honey" * is_up)


def told(purse: Purse) -> Iterator[Event]:
    """What the member was told ahead, on which day, and whether by mail."""
    zone = purse.account.program.merchant.zone
    today = calendar.local_day(purse.holding.now, zone)
    for notice in purse.account.notices.select_related("program").order_by("-notice_on", "-pk")[:MOST_NOTICES]:
        words = _("Told: %(notice)s") % {"notice": subject_of(notice, purse, today=today)}
        yield Event("mail", words, calendar.start_of_day(notice.notice_on, zone), notice.get_state_display())


def words_of(change: TierChange, name: str, *, is_up: bool) -> str:
    if change.cause == TierChange.Cause.PINNED:
        return _("Set to %(tier)s by staff") % {"tier": name}
    if change.cause == TierChange.Cause.EDITED:
        return _("%(tier)s, because the tiers changed") % {"tier": name}
    return _("Reached %(tier)s") % {"tier": name} if is_up else _("Back to %(tier)s") % {"tier": name}


def joined(member: Member) -> Event:
    place = member.joined_location
    words = _("Joined at %(place)s") % {"place": place.name} if place else _("Joined")
    return Event("flag", words, member.joined_at)
