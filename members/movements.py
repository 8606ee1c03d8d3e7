"""What the ledger speaks of: accounts as held, lots, the wish to move points, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple


def instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class Takes(StrEnum):
    """Which lots a debit draws from."""

    SPENDABLE = "spendable"
    UNEXPIRED = "unexpired"  # pending ones first, then the award's own, then the rest
    PENDING = "pending"
    EXPIRED = "expired"


class Shortfall(StrEnum):
    """What a debit does when its lots hold too little."""

    REFUSE = "refuse"
    OWE = "owe"
    TRIM = "trim"


class Counted(NamedTuple):
    """What counts for tiers: the sum over the entries dated `since` or later, in the basis of a version's terms."""

    amount: Decimal
    since: datetime
    version_id: int


@dataclass(slots=True)
class Held:
    """An account as its lock found it; posting moves it on. Points are whole, `balance` = open lots - `debt`."""

    id: int
    member_id: int
    program_id: int
    balance: int
    debt: int
    tier_code: str
    qualifying: Decimal
    carry: Decimal
    order_count: int
    tier_since: datetime | None = None
    pinned_until: date | None = None
    qualifying_since: datetime | None = None
    qualifying_version_id: int | None = None
    last_activity_at: datetime | None = None
    merged_into_id: int | None = None

    @classmethod
    def read(cls, columns: Sequence[Any]) -> Held:
        """An account as a function of the database spells it in JSON: money as text, instants in ISO 8601."""
        (pk, member_id, program_id, balance, debt, tier_code, qualifying, carry, order_count, *dates) = columns
        tier_since, pinned_until, since, version_id, active = dates
        return cls(
            pk,
            member_id,
            program_id,
            balance,
            debt,
            tier_code,
            Decimal(qualifying),
            Decimal(carry),
            order_count,
            instant(tier_since),
            date.fromisoformat(pinned_until) if pinned_until else None,
            instant(since),
            version_id,
            instant(active),
        )

    @property
    def counted(self) -> Counted | None:
        """What counts for tiers, and how; None where nobody has counted yet."""
        if self.qualifying_since is None or self.qualifying_version_id is None:
            return None
        return Counted(self.qualifying, self.qualifying_since, self.qualifying_version_id)


@dataclass(slots=True)
class OpenLot:
    """A lot with points left (or, for a restore, one that a debit once drew from)."""

    id: int
    account_id: int
    remaining: int
    available_at: datetime
    expires_at: datetime | None

    @classmethod
    def read(cls, columns: Sequence[Any]) -> OpenLot:
        """A lot as a function of the database spells it in JSON."""
        lot_id, account_id, remaining, available_at, expires_at = columns
        return cls(lot_id, account_id, remaining, datetime.fromisoformat(available_at), instant(expires_at))

    def is_spendable(self, now: datetime) -> bool:
        return self.available_at <= now and not self.is_expired(now)

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One wish to move points of one account.

    A credit (`points` > 0) opens a lot that becomes available at `available_at` and ends at `expires_at`, unless it
    gives back what the entry `restores` once drew. A debit draws from the lots that `takes` allows; `shortfall` says
    what happens when they hold too little. `qualifying` points count for tiers; `standing` is what counts in the tier
    window after this movement; None leaves that as it is.
    """

    account_id: int
    kind: str
    points: int
    reference: str
    occurred_at: datetime
    available_at: datetime | None = None
    expires_at: datetime | None = None
    restores: int | None = None
    takes: Takes = Takes.SPENDABLE
    shortfall: Shortfall = Shortfall.REFUSE
    own_lot: int | None = None
    qualifying: int = 0
    standing: Counted | None = None
    carry: Decimal | None = None
    order_count: int = 0
    order_total: Decimal = Decimal(0)
    version_id: int | None = None
    order_id: int | None = None
    actor_id: int | None = None
    reason: str = ""
    explain: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draw:
    lot_id: int
    points: int


@dataclass(slots=True)
class Outcome:
    """What one movement does: points moved, the balance after it, draws, what is left of the lot it opens."""

    movement: Movement
    points: int
    balance_after: int
    draws: list[Draw]
    lot_remaining: int | None
    entry_id: int = 0


def lifted(explain: dict[str, Any], account: Held) -> dict[str, str]:
    """The tier of the account after an order, where it is not the one that the order earned at."""
    return {} if account.tier_code == explain.get("tier", "") else {"tier_after": account.tier_code}


def tier_after(explain: dict[str, Any]) -> str:
    """The tier that an account had right after an order, by the explanation of its entry."""
    found: str = explain.get("tier_after", explain.get("tier", ""))
    return found
