"""The ledger: the only writer of accounts, entries, lots and draws.

A batch of movements is posted in a fixed small number of statements, whatever its size, inside the caller's
transaction. Accounts are locked first, in id order, so that two batches never wait for each other in a circle.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.transaction import TransactionManagementError

from loyalty_site.sql import many, rows
from members import ledger_batch_sql, ledger_copy, ledger_sql
from members.movements import Draw, Held, Movement, OpenLot, Outcome
from members.posting import Shelf, plan, rounds

MANY = 50  # entries from which on COPY is quicker
KEPT_AT_ZERO = ("earn", "clawback")  # an order that earns nothing, or loses only its standing, still says why


@dataclass(frozen=True, slots=True)
class TierStep:
    """Where an account's tier goes, or stays with another demotion date."""

    account_id: int
    to_code: str
    cause: str
    changed_at: datetime
    version_id: int | None = None
    demote_on: date | None = None
    pinned_until: date | None = None


@dataclass(frozen=True, slots=True)
class Expired:
    """What an expiry posted: entries, points, accounts touched."""

    entry_count: int
    points: int
    account_count: int


class Reviewed(NamedTuple):
    """What a review decided about one account; `to_code` is `from_code` where it is only warned."""

    account_id: int
    from_code: str
    to_code: str
    is_warned: bool


def lock(account_ids: Iterable[int]) -> dict[int, Held]:
    """Lock accounts in id order until the transaction ends, and say how they stand."""
    return {row[0]: Held(*row) for row in rows(ledger_sql.LOCK_ACCOUNTS, [sorted(set(account_ids))])}


def lock_members(member_ids: Iterable[int], program_ids: Iterable[int]) -> dict[int, Held]:
    """Lock the accounts that these members hold in these programs; opens none."""
    return {row[0]: Held(*row) for row in many(ledger_sql.LOCK_MEMBERS, [list(program_ids), sorted(set(member_ids))])}


def look(member_id: int, program_ids: Iterable[int]) -> dict[int, Held]:
    """How a member's accounts stand, without locking: for previews only."""
    return {row[0]: Held(*row) for row in rows(ledger_sql.LOOK, [member_id, list(program_ids)])}


def open_accounts(joined: Mapping[int, datetime], program_ids: Sequence[int]) -> None:
    """Give members an account in every program, at the entry tier of when each joined; those that exist stay."""
    wish = {"members": list(joined), "joined": list(joined.values()), "programs": list(program_ids)}
    rows(ledger_sql.OPEN_ACCOUNTS, wish)


def post(movements: Sequence[Movement], held: dict[int, Held], *, now: datetime) -> list[Outcome]:
    """Post a batch and say what each movement did, in order; all of it or, on a refusal, nothing.

    `held` comes from a lock in this transaction and is moved on. Points are whole; `now` decides what is spendable.
    Raises InsufficientPoints when a debit that may not owe finds too little.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("the ledger posts inside the caller's transaction")
    outcomes: list[Outcome] = []
    for batch in rounds(movements):
        outcomes += post_round(batch, held, now=now)
    return outcomes


def expire(account_ids: Sequence[int], *, now: datetime) -> Expired:
    """Post one entry for every lot of these accounts that has expired, effective at the instant of its expiry.

    One statement, however many lots; lots already posted are not found again, so a retry posts nothing.
    """
    lock(account_ids)
    return Expired(*rows(ledger_batch_sql.EXPIRE_DUE, {"accounts": list(account_ids), "now": now})[0])


def prolong(ends: dict[int, datetime], *, now: datetime) -> None:
    """Move the expiry of open lots of accounts that the caller holds: never earlier, and never of expired lots."""
    if ends:
        rows(ledger_sql.PROLONG, {"accounts": list(ends), "ends": list(ends.values()), "now": now})


def revive(ends: dict[int, datetime]) -> None:
    """Move the expiry of lots of accounts that the caller holds, expired ones too; never earlier."""
    if ends:
        rows(ledger_sql.REVIVE, [list(ends), list(ends.values())])


def change_tiers(changes: Sequence[TierStep]) -> None:
    """Move accounts, whose locks the caller holds, to another tier or demotion date, and write down each step."""
    if changes:
        rows(ledger_sql.CHANGE_TIERS, {"changes": as_json(asdict(change) for change in changes)})


def hold(account_ids: Sequence[int]) -> None:
    """Lock accounts in id order until the transaction ends."""
    rows(ledger_batch_sql.HOLD, [list(account_ids)])


def review(held_ids: Sequence[int], basis: str, parameters: dict[str, Any]) -> list[Reviewed]:
    """Count anew what counts for the tiers of accounts that the caller holds, and move them by the levels given.

    The answer names those that changed their tier or are warned; a second call finds nothing to change.
    """
    found = rows(ledger_batch_sql.REVIEW[basis], parameters | {"accounts": list(held_ids)})
    return [Reviewed(*row) for row in found]


def post_round(movements: Sequence[Movement], held: dict[int, Held], *, now: datetime) -> list[Outcome]:
    shelf, drawn = shelf_for(movements)
    outcomes = plan(movements, held, shelf, drawn, now=now)
    write(outcomes, held)
    return outcomes


def shelf_for(movements: Sequence[Movement]) -> tuple[Shelf, dict[int, list[Draw]]]:
    """The lots that a round may draw from or give back to, and the draws of the entries it restores."""
    debited = [movement.account_id for movement in movements if movement.points < 0 or movement.restores]
    restored = [movement.restores for movement in movements if movement.restores is not None]
    if not debited:
        return Shelf([]), {}
    drawn: dict[int, list[Draw]] = defaultdict(list)
    lots = [OpenLot(*row) for row in rows(ledger_sql.OPEN_LOTS, [debited])]
    for entry_id, points, *lot in rows(ledger_sql.DRAWN_LOTS, [restored]) if restored else []:
        lots.append(OpenLot(*lot))
        drawn[entry_id].append(Draw(lot[0], points))
    return Shelf(lots), drawn


def write(outcomes: Sequence[Outcome], held: dict[int, Held]) -> None:
    """One statement writes entries, lots, draws and accounts, and gives the outcomes their entry numbers."""
    entries = [outcome for outcome in outcomes if outcome.points or outcome.movement.kind in KEPT_AT_ZERO]
    if len(entries) >= MANY and not any(outcome.draws for outcome in entries):
        ledger_copy.write_credits(entries, held)
        many(ledger_sql.UPDATE_ACCOUNTS, {"accounts": as_json(account_rows(outcomes, held))})
        return
    draws = [(n, draw.lot_id, draw.points) for n, outcome in enumerate(entries, 1) for draw in outcome.draws]
    statement = ledger_sql.POST_WITH_DRAWS if draws else ledger_sql.POST_CREDITS
    parameters: dict[str, Any] = {"entries": as_json(entry_row(outcome, held) for outcome in entries)}
    parameters["accounts"] = as_json(account_rows(outcomes, held))
    if draws:
        parameters |= dict(zip(("draw_n", "draw_lot", "draw_points"), map(list, zip(*draws, strict=True)), strict=True))
    for outcome, (entry_id,) in zip(entries, rows(statement, parameters), strict=True):
        outcome.entry_id = entry_id


def as_json(records: Iterable[dict[str, Any]]) -> str:
    return json.dumps(list(records), default=str)


def entry_row(outcome: Outcome, held: dict[int, Held]) -> dict[str, Any]:
    movement = outcome.movement
    return {
        "account_id": movement.account_id,
        "program_id": held[movement.account_id].program_id,
        "kind": movement.kind,
        "points": outcome.points,
        "balance_after": outcome.balance_after,
        "qualifying": movement.qualifying,
        "reference": movement.reference,
        "occurred_at": movement.occurred_at,
        "version_id": movement.version_id,
        "order_id": movement.order_id,
        "actor_id": movement.actor_id,
        "reason": movement.reason,
        "explain": explained(outcome),
        "lot_remaining": outcome.lot_remaining,
        "available_at": movement.available_at or movement.occurred_at,
        "expires_at": movement.expires_at,
    }


def explained(outcome: Outcome) -> dict[str, Any]:
    """The movement's own explanation, with the lots it touched and the debt it paid or made.

    Points of a lot are positive where they were taken, negative where they were given back.
    """
    explain, moved = outcome.movement.explain, outcome.points
    if outcome.lot_remaining is not None:
        paid = moved - outcome.lot_remaining
        return explain | {"debt_paid": paid} if paid else explain
    if outcome.draws:
        explain = explain | {"lots": [[draw.lot_id, draw.points] for draw in outcome.draws]}
    left_over = moved + sum(draw.points for draw in outcome.draws)
    return explain | {"debt_paid" if left_over > 0 else "owed": abs(left_over)} if left_over else explain


def account_rows(outcomes: Sequence[Outcome], held: dict[int, Held]) -> Iterable[dict[str, Any]]:
    """The new state of each account, and what to add to its counters."""
    by_account: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_account[outcome.movement.account_id].append(outcome)
    for account_id, own in sorted(by_account.items()):
        account = held[account_id]
        orders = [outcome.movement for outcome in own if outcome.movement.order_count > 0]
        yield {
            "id": account_id,
            "balance": account.balance,
            "debt": account.debt,
            "qualifying": account.qualifying,
            "qualifying_since": account.qualifying_since,
            "qualifying_version_id": account.qualifying_version_id,
            "carry": account.carry,
            "earned": sum(outcome.points for outcome in own if outcome.movement.kind == "earn"),
            "redeemed": -sum(outcome.points for outcome in own if outcome.movement.kind in ("redeem", "restore")),
            "order_count": sum(outcome.movement.order_count for outcome in own),
            "order_total": sum(outcome.movement.order_total for outcome in own),
            "last_order_at": max((movement.occurred_at for movement in orders), default=None),
            "last_activity_at": max(
                (outcome.movement.occurred_at for outcome in own if outcome.movement.kind in ("earn", "redeem")),
                default=None,
            ),
        }


def single_rows(
    outcomes: Sequence[Outcome], held: dict[int, Held], steps: Mapping[int, TierStep] | None = None
) -> Iterator[dict[str, Any]]:
    """What `members_entry_post` writes, one entry of each account at most: entry, draws, new account, step of tier."""
    accounts = {row["id"]: row for row in account_rows(outcomes, held)}
    for outcome in outcomes:
        account_id, draws = outcome.movement.account_id, [[draw.lot_id, draw.points] for draw in outcome.draws]
        row = entry_row(outcome, held) | {"id": outcome.entry_id, "account": accounts[account_id], "draws": draws}
        yield row | {"tier": steps[account_id]} if steps and account_id in steps else row
