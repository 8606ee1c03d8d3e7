"""What happened to a member besides points: joining, tiers, what they were told and agreed to, notes, cards, blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from members import families, numbers, referring
from members.models import Account, CardNumber, Channel, Consent, Member, MemberNote, Notice, TierChange
from members.reading.purses import Purse
from members.reading.telling import subject_of
from programs import calendar
from programs.terms import Tiers
from programs.tiers import level_of, rank

MOST_STEPS = 8
MOST_NOTICES = 5
MOST_NOTES = 20
MOST_ANSWERS = 5
MOST_CARDS = 5


@dataclass(frozen=True, slots=True)
class Event:
    """One stop of the timeline; `tone` is honey for what is earned, acc for what the shop did, or nothing.

    `note` is the row that a note's controls are about.
    """

    icon: str
    words: str
    at: datetime | None
    detail: str = ""
    quote: str = ""
    tone: str = ""
    note: MemberNote | None = None


def events(member: Member, purse: Purse | None) -> list[Event]:
    """The timeline of a member in one program (None: in none): the pinned note, then the latest first."""
    in_program = [*tier_steps(purse.account, purse.terms.tiers), *told(purse)] if purse else []
    notes = list(noted(member))
    pinned = [event for event in notes if event.note and event.note.is_pinned]
    dated = [*notes[len(pinned) :], *in_program, *answers(member), *cards(member), *blocked(member), *brought(member)]
    dated.sort(key=lambda event: event.at or member.joined_at, reverse=True)
    return [*pinned, *dated, joined(member)]


def noted(member: Member) -> Iterator[Event]:
    notes = MemberNote.objects.filter(member__in=member.selves).select_related("author__user")
    for note in notes[:MOST_NOTES]:
        author = note.author.user.get_short_name() if note.author else ""
        words = _("Note from %(name)s") % {"name": author} if author else _("Note")
        yield Event("note", words, note.written_at, quote=note.text, note=note)


def answers(member: Member) -> Iterator[Event]:
    """What the member agreed to, or no longer."""
    answered = Consent.objects.filter(member__in=member.selves).select_related("member").order_by("-at", "-pk")
    for consent in answered[:MOST_ANSWERS]:
        words = _("Agreed: %(purpose)s") if consent.is_given else _("Agrees no longer: %(purpose)s")
        way = Channel(consent.channel).label if consent.channel else ""
        detail = ", ".join(map(str, filter(None, (way, consent.get_door_display(), by_card(consent.member, member)))))
        yield Event(
            "check" if consent.is_given else "x", words % {"purpose": consent.get_purpose_display()}, consent.at, detail
        )


def by_card(asked: Member, member: Member) -> str:
    """Which card it was, of one that was merged into the member's."""
    return "" if asked.pk == member.pk else _("card %(number)s") % {"number": numbers.spaced(asked.number)}


def cards(member: Member) -> Iterator[Event]:
    """Other cards that the member had or has."""
    for card in CardNumber.objects.filter(member=member).order_by("-since", "-pk")[:MOST_CARDS]:
        words = _("Card %(number)s works too") if card.works else _("Card %(number)s no longer works")
        yield Event("card", words % {"number": numbers.spaced(card.number)}, card.since, tone="acc")


def blocked(member: Member) -> Iterator[Event]:
    if member.is_blocked and not member.erased_at:
        by = member.blocked_by.user.get_short_name() if member.blocked_by else ""
        words = _("Blocked by %(name)s") % {"name": by} if by else _("Blocked")
        yield Event("lock", words, member.blocked_at, quote=member.blocked_reason)


def brought(member: Member) -> Iterator[Event]:
    referral = referring.who_brought(member)
    if referral:
        yield Event("users", _("Brought by %(name)s") % {"name": referral.member}, referral.occurred_at)


def tier_steps(account: Account, levels: Tiers | None) -> Iterator[Event]:
    if levels is None:
        return
    steps = TierChange.objects.filter(account__in=families.with_absorbed([account.pk]))
    for change in steps.select_related("account__member").order_by("-changed_at", "-pk")[:MOST_STEPS]:
        to, before = level_of(levels, change.to_code), level_of(levels, change.from_code)
        is_up = rank(levels, to.code) > rank(levels, before.code)
        detail = _("from %(tier)s") % {"tier": before.name}
        detail = ", ".join(filter(None, (detail, by_card(change.account.member, account.member))))
        yield Event("star", words_of(change, to.name, is_up=is_up), change.changed_at, detail, tone="honey" * is_up)


def told(purse: Purse) -> Iterator[Event]:
    """What the member was told ahead, on which day, and whether by mail."""
    zone = purse.account.program.merchant.zone
    today = calendar.local_day(purse.holding.now, zone)
    notices = Notice.objects.filter(account__in=families.with_absorbed([purse.account.pk])).select_related("program")
    for notice in notices.order_by("-notice_on", "-pk")[:MOST_NOTICES]:
        words = _("Told: %(notice)s") % {"notice": subject_of(notice, purse, today=today)}
        yield Event("mail", words, calendar.start_of_day(notice.notice_on, zone), notice.get_state_display())


def words_of(change: TierChange, name: str, *, is_up: bool) -> str:
    if change.cause == TierChange.Cause.PINNED:
        return _("Set to %(tier)s by staff") % {"tier": name}
    if change.cause == TierChange.Cause.EDITED:
        return _("%(tier)s, because the tiers changed") % {"tier": name}
    if change.cause == TierChange.Cause.MERGED:
        return _("%(tier)s, because two cards became one") % {"tier": name}
    if change.cause == TierChange.Cause.UNMERGED:
        return _("%(tier)s, because two cards were parted") % {"tier": name}
    return _("Reached %(tier)s") % {"tier": name} if is_up else _("Back to %(tier)s") % {"tier": name}


def joined(member: Member) -> Event:
    place = member.joined_location
    words = _("Joined at %(place)s") % {"place": place.name} if place else _("Joined")
    return Event("flag", words, member.joined_at)
