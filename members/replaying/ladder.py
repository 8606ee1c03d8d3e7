"""Tiers in a replay: climbed by orders, reviewed on the nights that really ran, stepped back when a sale is undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from members import entry_gifts
from members.awarding import Awarding
from members.models import TierChange
from members.movements import Held, Movement
from members.replaying.span import Night, Span
from members.replaying.starts import Pin, Start
from programs import calendar, tiers
from programs.calendar import BEGINNING
from programs.terms import Level, Tiers
from programs.versions import DatedVersion

Give = Callable[[Held, Movement, str], None]
Take = Callable[[Held, str, datetime], None]
Gifts = Mapping[int, list[tuple[str, datetime, int]]]


class Frame(NamedTuple):
    """The review of one night: its terms, and from when on something counts."""

    night: Night
    version: DatedVersion
    levels: Tiers | None
    starts_at: datetime
    since: datetime


class Ladder:
    """Where each account stands on the tiers; `give` is called with the gift of each tier that was reached."""

    def __init__(self, awarding: Awarding, span: Span, *, starts: Mapping[int, Start], gifts: Gifts) -> None:
        self.awarding, self.span, self.gifts = awarding, span, gifts
        self.demote_on = {pk: start.demote_on for pk, start in starts.items() if start.demote_on}
        self.pins = {pk: start.pins[::-1] for pk, start in starts.items() if start.pins}
        self.next_night: dict[int, int] = defaultdict(int)
        self.steps: dict[int, list[tuple[str, str]]] = defaultdict(list)

    @cached_property
    def frames(self) -> list[Frame]:
        """What the review of each night goes by, under these terms."""
        return [self.frame_of(night) for night in self.span.nights]

    def frame_of(self, night: Night) -> Frame:
        zone = self.span.zone
        starts_at, ends_at = calendar.start_of_day(night.day, zone), calendar.end_of_day(night.day, zone)
        version = self.version_at(min(max(night.at, starts_at), ends_at - datetime.resolution))
        levels = version.terms.tiers
        since = calendar.window_start(levels.window, starts_at, zone) if levels else None
        return Frame(night, version, levels, starts_at, since or BEGINNING)

    def version_at(self, at: datetime) -> DatedVersion:
        return self.awarding.versions.at(self.span.program.pk, at)

    def step_count(self, account_id: int) -> int:
        """How many steps an account has made so far."""
        return len(self.steps[account_id])

    def begin_anew(self, accounts: Iterable[Held]) -> None:
        """Review everybody by these terms as the range begins, as if they had been published then.

        Up at once; who falls short keeps the tier for the days of grace, counted from a fall announced already.
        """
        version, day = self.version_at(self.span.start), calendar.local_day(self.span.start, self.span.zone)
        levels, since = version.terms.tiers, self.awarding.dating.window_start(version, self.span.start)
        ranks = tiers.ranks_among(levels, [self.span.levels] if self.span.levels else []) if levels else {}
        announced, self.demote_on = self.demote_on, {}
        for account in accounts:
            if levels is None or since is None:
                account.tier_code = ""
                continue
            decided = tiers.review(
                levels,
                code=account.tier_code,
                qualifying=self.awarding.past[account.id].counted_since(since),
                day=day,
                demote_on=announced.get(account.id),
                pinned_until=account.pinned_until,
                ranks=ranks,
            )
            account.tier_code = decided.code
            if decided.demote_on:
                self.demote_on[account.id] = decided.demote_on

    # --- Climbing ----------------------------------------------------------------------------------------------

    def climb(self, account: Held, give: Give, *, now: datetime) -> None:
        """Note the step that an order lifted its account by, and give what the tiers on the way give."""
        for version, climbs in self.awarding.climbs.items():
            before = lower(version.terms.tiers, climbs[0][1])
            self.steps[account.id].append((before, TierChange.Cause.EARNED))
            self.demote_on.pop(account.id, None)
            self.give_gifts(account, [level for _account_id, level in climbs], version, give, at=now)
        self.awarding.climbs.clear()

    def give_gifts(
        self, account: Held, reached: list[Level], version: DatedVersion, give: Give, *, at: datetime
    ) -> None:
        """The gifts of levels just reached, each once in the tier window."""
        wanted = [level for level in reached if level.entry_gift]
        if not wanted or version.terms.tiers is None:
            return
        since = calendar.window_start(version.terms.tiers.window, at, self.span.zone) or BEGINNING
        had = {code for code, given_at, points in self.gifts[account.id] if given_at >= since and points > 0}
        for level in wanted:
            if level.code not in had:
                give(account, entry_gifts.gift(account.id, level, version, self.span.merchant, at=at), level.code)

    # --- Nights ------------------------------------------------------------------------------------------------

    def catch_up(self, account: Held, until: datetime, give: Give) -> None:
        """Review and pin an account as happened up to an instant and was not lived yet."""
        pins = self.pins.get(account.id)
        while pins and pins[-1].at <= until:
            pin = pins.pop()
            self.catch_up_nights(account, pin.at, give)
            self.pin(account, pin)
        self.catch_up_nights(account, until, give)

    def catch_up_nights(self, account: Held, until: datetime, give: Give) -> None:
        frames, place = self.frames, self.next_night[account.id]
        if place == len(frames) or frames[place].night.at > until:
            return
        behind = self.span.nights_before(until)
        self.next_night[account.id] = behind
        if not self.stays(account, frames[place], frames[behind - 1]):
            for frame in frames[place:behind]:
                self.review(account, frame, give)

    def stays(self, account: Held, first: Frame, last: Frame) -> bool:
        """Whether no review from the first night to the last finds another tier: what counts only falls meanwhile."""
        levels, past = last.levels, self.awarding.past[account.id]
        if account.id in self.demote_on or levels is None or levels is not first.levels:
            return levels is None and first.levels is None
        rank = tiers.rank(levels, account.tier_code)
        if rank and tiers.rank(levels, tiers.natural(levels, past.counted_since(last.since)).code) < rank:
            return levels.downgrade == "never"
        return tiers.rank(levels, tiers.natural(levels, past.counted_since(first.since)).code) <= rank

    def review(self, account: Held, frame: Frame, give: Give) -> None:
        """One account on one night, as `programs.tiers.review` decides it."""
        levels, before = frame.levels, account.tier_code
        if levels is None:
            return
        decided = tiers.review(
            levels,
            code=before,
            qualifying=self.awarding.past[account.id].counted_since(frame.since),
            day=frame.night.day,
            demote_on=self.demote_on.pop(account.id, None),
            pinned_until=account.pinned_until,
        )
        if decided.demote_on:
            self.demote_on[account.id] = decided.demote_on
        if decided.code != before:
            account.tier_code, account.tier_since = decided.code, frame.starts_at
            self.steps[account.id].append((before, TierChange.Cause.REVIEW))
            reached = list(tiers.climbed(levels, before, decided.code))
            self.give_gifts(account, reached, frame.version, give, at=max(frame.night.at, frame.starts_at))

    # --- Staff -------------------------------------------------------------------------------------------------

    def pin(self, account: Held, pin: Pin) -> None:
        """Hold an account in a tier, if the terms have it."""
        levels = self.version_at(pin.at).terms.tiers
        if levels is None or pin.code not in levels.by_code:
            return
        if pin.code != account.tier_code:
            self.steps[account.id].append((account.tier_code, TierChange.Cause.PINNED))
            account.tier_code, account.tier_since = pin.code, pin.at
        account.pinned_until = pin.until
        self.demote_on.pop(account.id, None)

    def step_back(self, account: Held, since: int, take: Take, *, now: datetime) -> None:
        """Undo the steps that a sale undone has earned, as `undoing.step_back` does."""
        levels, changes = self.version_at(now).terms.tiers, self.steps[account.id][since:]
        if levels is None or not changes or any(cause != TierChange.Cause.EARNED for _code, cause in changes):
            return
        reached = self.awarding.qualifying(account, now)
        natural = tiers.natural(levels, reached.amount if reached else 0).code
        code = max(changes[0][0], natural, key=lambda code: tiers.rank(levels, code))
        undone = tiers.climbed(levels, code, account.tier_code)
        if not undone:
            return
        self.steps[account.id].append((account.tier_code, TierChange.Cause.UNDONE))
        account.tier_code, account.tier_since = code, now
        self.demote_on.pop(account.id, None)
        for level in undone:
            take(account, level.code, now)


def lower(levels: Tiers | None, level: Level) -> str:
    """The code of the level below."""
    if levels is None:
        return ""
    return levels.levels[max(tiers.rank(levels, level.code) - 1, 0)].code
