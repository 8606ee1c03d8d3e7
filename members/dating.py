"""Instants that terms derive from a local day: where a tier window begins, when points end. Each worked out once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from programs import calendar
from programs.calendar import BEGINNING
from programs.terms import Terms
from programs.versions import DatedVersion


class Dating:
    """The calendar of one zone for a batch, whose orders share their days."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.days: dict[datetime, date] = {}
        self.windows: dict[tuple[int, date], datetime] = {}
        self.ends: dict[tuple[int, date], datetime | None] = {}
        self.sights: dict[tuple[int, date], datetime | None] = {}

    def day_of(self, at: datetime) -> date:
        """The local day of an instant; the same one is asked for several times in a row."""
        day = self.days.get(at)
        if day is None:
            day = self.days[at] = calendar.local_day(at, self.zone)
        return day

    def window_start(self, version: DatedVersion, at: datetime) -> datetime | None:
        """From when on something counts for tiers at an instant; None where the version has no tiers."""
        levels = version.terms.tiers
        if levels is None:
            return None
        key = version.id, self.day_of(at)
        if key not in self.windows:
            self.windows[key] = calendar.window_start(levels.window, at, self.zone) or BEGINNING
        return self.windows[key]

    def expires_at(self, version: DatedVersion, available_at: datetime) -> datetime | None:
        """When points that become available at an instant end."""
        key = version.id, self.day_of(available_at)
        if key not in self.ends:
            self.ends[key] = calendar.expiry_of(version.terms.expiry, available_at, self.zone)
        return self.ends[key]

    def looks_back_to(self, version: DatedVersion, at: datetime) -> datetime | None:
        """The earliest instant that a version looks back to from an order; None if it never looks back."""
        key = version.id, self.day_of(at)
        if key not in self.sights:
            periods = [cap.per for cap in caps_of(version.terms)]
            starts = [calendar.period_start(period, at, self.zone) for period in periods]
            window = self.window_start(version, at)
            self.sights[key] = min([*starts, window] if window else starts, default=None)
        return self.sights[key]


def caps_of(terms: Terms) -> list[Any]:
    """Every cap that terms set: over all orders, and of single rules."""
    return [cap for cap in (terms.earning.cap, *(rule.cap for rule in terms.running_rules)) if cap]
