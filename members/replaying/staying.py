"""Points that end by inactivity, in a replay: what an activity does to the end of an account's lots."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from members import expiry, giving_back, inactivity
from members.movements import Draw, OpenLot
from members.posting import Shelf
from members.replaying.facts import Fact
from programs.terms import Inactivity, Terms
from programs.versions import DatedVersion


class Stay:
    """When accounts were active, and what that means for the lots on a shelf; under other expiries nothing."""

    def __init__(self, shelf: Shelf, zone: ZoneInfo, active: Mapping[int, list[datetime]]) -> None:
        self.shelf, self.zone = shelf, zone
        self.active: dict[int, list[datetime]] = defaultdict(list)
        self.active |= {account_id: list(instants) for account_id, instants in active.items()}

    def end_of(self, version: DatedVersion, fact: Fact, expires_at: datetime | None) -> datetime | None:
        """The end of a credit: a late one lives as long as what came after it has kept it alive."""
        if not isinstance(version.terms.expiry, Inactivity):
            return expires_at
        if fact.at >= fact.known_at:
            return expires_at
        later = [at for at in self.active[fact.account_id] if at > fact.at]
        return inactivity.end_after(expires_at, version.terms.expiry, later, self.zone)

    def prolong(self, version: DatedVersion, fact: Fact) -> None:
        """Move the end of all lots that have not ended; a late activity also of those that it would have kept alive."""
        ends_at = expiry.moved_by_activity(version, fact.at, self.zone)
        if ends_at is None:
            return
        self.note(fact.account_id, fact.at)
        lots = self.shelf.of_account[fact.account_id]
        for lot in lots:
            if lot.remaining and lot.expires_at:
                if lot.expires_at > fact.known_at:
                    lot.expires_at = max(lot.expires_at, ends_at)
                elif fact.at < fact.known_at and lot.expires_at > fact.at:
                    lot.expires_at = self.revived(lot, version, fact)
        self.shelf.unsorted.add(fact.account_id)

    def note(self, account_id: int, at: datetime) -> None:
        """Remember an earning or a redemption."""
        insort(self.active[account_id], at)

    def revived(self, lot: OpenLot, version: DatedVersion, fact: Fact) -> datetime | None:
        since = [at for at in self.active[fact.account_id] if at >= fact.at and at > lot.available_at]
        return inactivity.end_after(lot.expires_at, version.terms.expiry, since, self.zone)

    def revive(self, draws: Sequence[Draw], terms: Terms, fact: Fact, *, drawn_at: datetime) -> int:
        """Before points come back: their lots live on by activity or grace. The answer is what is over for good."""
        lots = [self.shelf.lots[draw.lot_id] for draw in draws]
        active = [at for at in self.active[fact.account_id] if at >= drawn_at]
        ends = {lot.id: self.end_after(lot, terms, active, now=fact.known_at) for lot in lots if lot.expires_at}
        moved = [lot for lot in lots if lot.expires_at and ends[lot.id] > max(lot.expires_at, fact.known_at)]
        if not moved:
            return 0
        gone = self.let_go(fact.account_id, now=fact.known_at)
        for lot in lots:
            if lot.expires_at:
                lot.expires_at = max(lot.expires_at, ends[lot.id])
        self.shelf.unsorted.add(fact.account_id)
        return gone

    def end_after(self, lot: OpenLot, terms: Terms, active: Iterable[datetime], *, now: datetime) -> datetime:
        end = inactivity.end_after(lot.expires_at, terms.expiry, active, self.zone)
        return giving_back.with_grace(end or now, terms, self.zone, now=now)

    def let_go(self, account_id: int, *, now: datetime) -> int:
        """Empty the lots of an account that have ended; the answer is their points."""
        gone = 0
        for lot in self.shelf.of_account[account_id]:
            if lot.is_expired(now):
                gone += lot.remaining
                lot.remaining = 0
        return gone
