"""The part of the ledger that merges accounts: what others planned is written as it is, and how accounts stand is set.

Points go by entries like any other. Tiers and counters are state, so they are set, each step of a tier written down.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from loyalty_site.sql import rows
from members import ledger
from members.models import Account
from members.movements import Held, Outcome

LINK = "UPDATE members_account SET merged_into_id = %s WHERE id = ANY(%s::bigint[])"

STAND = """
WITH new AS (
    SELECT * FROM jsonb_to_recordset(%(standings)s::jsonb) AS new (
        account_id bigint, qualifying numeric, carry numeric, order_count int, order_total numeric,
        last_order_at timestamptz, last_activity_at timestamptz, tier_code text, tier_since timestamptz,
        demote_on date, pinned_until date
    )
), step AS (
    INSERT INTO members_tierchange (account_id, program_id, from_code, to_code, cause, changed_at)
    SELECT account.id, account.program_id, account.tier_code, new.tier_code, %(cause)s, %(at)s
    FROM new JOIN members_account account ON account.id = new.account_id AND account.tier_code <> new.tier_code
    ORDER BY account.id
)
UPDATE members_account AS kept SET
    qualifying = new.qualifying, carry = new.carry, order_count = new.order_count, order_total = new.order_total,
    last_order_at = new.last_order_at, last_activity_at = new.last_activity_at, tier_code = new.tier_code,
    tier_since = new.tier_since, demote_on = new.demote_on, pinned_until = new.pinned_until
FROM new WHERE kept.id = new.account_id
"""


@dataclass(slots=True, kw_only=True)
class Standing:
    """How an account stands besides its points."""

    account_id: int
    qualifying: Decimal
    carry: Decimal
    order_count: int
    order_total: Decimal
    last_order_at: datetime | None
    last_activity_at: datetime | None
    tier_code: str
    tier_since: datetime | None
    demote_on: date | None
    pinned_until: date | None


def read(kept: dict[str, Any]) -> Standing:
    """A standing as JSON kept it, each value as text."""
    account, fields = Account(), {field.name: field for field in Account._meta.concrete_fields}
    for name in kept:
        if name in fields:
            setattr(account, name, fields[name].to_python(kept[name]))
    values = {name: getattr(account, name) for name in Standing.__slots__ if name != "account_id"}
    return Standing(account_id=int(kept["account_id"]), **values)


def write(outcomes: Sequence[Outcome], held: dict[int, Held]) -> None:
    """Write what was planned for accounts that the caller holds; the outcomes get their entries' numbers."""
    if outcomes:
        ledger.write(outcomes, held)


def link(account_ids: Collection[int], into_id: int | None) -> None:
    """Let accounts end in another one, or with None be accounts of their own again."""
    if account_ids:
        rows(LINK, [into_id, list(account_ids)])


def stand(standings: Iterable[Standing], *, cause: str, at: datetime) -> None:
    """Set how accounts stand that the caller holds, and write down each change of tier."""
    new = json.dumps([asdict(standing) for standing in standings], default=str)
    rows(STAND, {"standings": new, "cause": cause, "at": at})
