"""How the ledger writes many credits: by COPY, with numbers drawn beforehand; only `members/ledger.py` calls it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from loyalty_site.sql import copy, next_ids
from members.movements import Held, Outcome

ENTRY = (
    "id", "account_id", "program_id", "kind", "points", "balance_after", "qualifying", "reference", "occurred_at",
    "version_id", "order_id", "actor_id", "reason", "explain",
)  # fmt: skip
LOT = ("entry_id", "account_id", "program_id", "points", "remaining", "available_at", "expires_at")
DRAW = ("entry_id", "lot_id", "points")


def write_credits(outcomes: Sequence[Outcome], held: dict[int, Held]) -> None:
    """Write the entries and lots of credits, and what each of them paid of a debt; gives the outcomes their numbers."""
    for outcome, entry_id in zip(outcomes, next_ids("members_ledgerentry", len(outcomes)), strict=True):
        outcome.entry_id = entry_id
    copy("members_ledgerentry", ENTRY, (entry_of(outcome, held) for outcome in outcomes))
    opened = [outcome for outcome in outcomes if outcome.lot_remaining is not None]
    copy("members_pointslot", LOT, (lot_of(outcome, held) for outcome in opened))
    paid = [outcome for outcome in opened if outcome.lot_remaining != outcome.points]
    if paid:
        copy("members_lotdraw", DRAW, map(payment_of, paid))


def entry_of(outcome: Outcome, held: dict[int, Held]) -> tuple[Any, ...]:
    movement = outcome.movement
    return (
        outcome.entry_id,
        movement.account_id,
        held[movement.account_id].program_id,
        movement.kind,
        outcome.points,
        outcome.balance_after,
        movement.qualifying,
        movement.reference,
        str(movement.occurred_at),
        movement.version_id,
        movement.order_id,
        movement.actor_id,
        movement.reason,
        orjson.dumps(movement.explain, default=str).decode(),
    )


def lot_of(outcome: Outcome, held: dict[int, Held]) -> tuple[Any, ...]:
    movement = outcome.movement
    return (
        outcome.entry_id,
        movement.account_id,
        held[movement.account_id].program_id,
        outcome.points,
        outcome.lot_remaining,
        str(movement.available_at or movement.occurred_at),
        movement.expires_at and str(movement.expires_at),
    )


def payment_of(outcome: Outcome) -> tuple[int, int, int]:
    """What a credit pays of a debt is a draw from its own lot."""
    return outcome.entry_id, outcome.entry_id, outcome.points - (outcome.lot_remaining or 0)
