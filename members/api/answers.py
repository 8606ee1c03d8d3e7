"""What the API answers about orders, members and entries. The classes describe it for the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from loyalty_site.web.answers import RefusalOut
from members.balances import Holding
from members.events import ReportedEvent
from members.models import Adjustment, LedgerEntry, Member
from members.orders import OrderEntry, RecordedOrder
from members.reading.purses import Purse
from members.refunds import RecordedRefund
from programs.keys import Caller
from programs.unfolding import unfold
from programs.versions import terms_numbered, terms_of
from programs.wording import Audience, ExplainedLine, explained

Content = dict[str, Any]


class WordsOut(BaseModel):
    text: str
    points: str = Field(description="What the line adds or takes, empty for a remark.")


class EarnedOut(BaseModel):
    program: str = Field(examples=["points"])
    points: int
    balance: int = Field(description="After the order.")
    explain: dict[str, Any] = Field(description="Every rule that was asked, and why it gave what it gave.")
    words: list[WordsOut] | None = Field(None, description="The explanation in words; with ?words= only.")


class OrderOut(BaseModel):
    order: str = Field(description="The order's reference.")
    entries: list[EarnedOut]
    tier: str | None = Field(description="The code of the member's tier.")


class RecordedOut(OrderOut):
    status: int = Field(description="201, or 200 for an order that was known.")


class RefusedOut(RefusalOut):
    status: int


class BatchOut(BaseModel):
    outcomes: list[RecordedOut | RefusedOut] = Field(description="One for each order, in their order.")


def order_answer(reference: str, recorded: RecordedOrder, caller: Caller, *, words: Audience | None = None) -> Content:
    entries = [earned_answer(entry, caller, words) for entry in recorded.entries]
    tier = next((entry.tier_code for entry in recorded.entries if entry.tier_code), None)
    return {"order": reference, "entries": entries, "tier": tier}


def earned_answer(entry: OrderEntry, caller: Caller, words: Audience | None) -> Content:
    terms = terms_numbered(entry.program_id, entry.explain["version"])
    answer = {
        "program": caller.programs.get(entry.program_id, ""),
        "points": entry.points,
        "balance": entry.balance,
        "explain": unfold(entry.explain, terms),
    }
    if words is None:
        return answer
    return answer | {"words": lines_answer(explained(entry.explain, terms, words, caller.merchant.currency))}


def lines_answer(lines: Sequence[ExplainedLine]) -> list[Content]:
    return [{"text": line.text, "points": line.figure} for line in lines]


class EventOut(BaseModel):
    event: str = Field(description="The event's reference.")
    points: int
    entries: list[EarnedOut] = Field(description="None where no rule rewards the event.")


def event_answer(reference: str, reported: ReportedEvent, caller: Caller) -> Content:
    entries = [
        {
            "program": caller.programs.get(entry.program_id, ""),
            "points": entry.points,
            "balance": entry.balance_after,
            "explain": whole(entry),
        }
        for entry in reported.entries
    ]
    return {"event": reference, "points": reported.points, "entries": entries}


class RefundOut(BaseModel):
    refund: str
    order: str
    state: str = Field(examples=["applied", "waiting"])
    points: int = Field(description="What was taken back, below 0, or 0.")


def refund_answer(recorded: RecordedRefund) -> Content:
    row = recorded.refund
    state = "applied" if row.order_id else "waiting"
    return {"refund": row.reference, "order": row.order_reference, "state": state, "points": recorded.points}


class ExpiringOut(BaseModel):
    at: str = Field(description="The instant; the last day is the one before it.")
    points: int


class AccountOut(BaseModel):
    program: str
    state: str = Field(
        examples=["running", "paused", "closing", "closed"], description="Whether the program gives points now."
    )
    balance: int
    spendable: int
    pending: int
    debt: int
    tier: str | None
    qualifying: str = Field(description="What counts for tiers, as text: points, money or visits.")
    expiring: ExpiringOut | None = Field(description="What expires next.")


class MemberOut(BaseModel):
    number: str
    name: str
    email: str
    phone: str
    customer_number: str
    born_on: str | None
    joined_at: str
    is_blocked: bool
    fields: dict[str, str | bool] = Field(description="The shop's own fields, by their codes.")
    accounts: list[AccountOut]


def member_answer(member: Member, purses: list[Purse]) -> Content:
    return {
        "number": member.number,
        "name": member.name,
        "email": member.email,
        "phone": member.phone,
        "customer_number": member.customer_number,
        "born_on": member.born_on,
        "joined_at": member.joined_at,
        "is_blocked": member.is_blocked,
        "fields": member.fields,
        "accounts": [account_answer(purse) for purse in purses],
    }


def account_answer(purse: Purse) -> Content:
    account, holding = purse.account, purse.holding
    return {
        "program": account.program.code,
        "state": str(purse.phase),
        "balance": account.balance,
        "spendable": holding.spendable,
        "pending": holding.pending,
        "debt": holding.debt,
        "tier": account.tier_code or None,
        "qualifying": f"{account.qualifying.normalize():f}",
        "expiring": expiring_answer(holding),
    }


def expiring_answer(holding: Holding) -> Content | None:
    return {"at": holding.expiring[0], "points": holding.expiring[1]} if holding.expiring else None


class EntryOut(BaseModel):
    id: int
    program: str
    kind: str = Field(examples=["earn", "redeem", "expire", "adjust", "clawback", "restore", "transfer", "forfeit"])
    points: int
    balance: int
    occurred_at: str
    posted_at: str
    order: str | None
    reason: str
    explain: dict[str, Any]
    words: list[WordsOut] | None = Field(None, description="The explanation in words; with ?words= only.")


class EntriesOut(BaseModel):
    entries: list[EntryOut]
    next: str | None = Field(description="Ask with ?cursor= for older ones; null at the end.")


def entry_answer(entry: LedgerEntry, caller: Caller) -> Content:
    return {
        "id": entry.pk,
        "program": caller.programs.get(entry.program_id, ""),
        "kind": entry.kind,
        "points": entry.points,
        "balance": entry.balance_after,
        "occurred_at": entry.occurred_at,
        "posted_at": entry.posted_at,
        "order": entry.order.reference if entry.order else None,
        "reason": entry.reason,
        "explain": whole(entry),
    }


def whole(entry: LedgerEntry) -> Content:
    """The explanation in full, as the terms of the entry's version complete it."""
    return unfold(entry.explain, terms_of(entry.version_id)) if entry.version_id else entry.explain


class AdjustmentOut(BaseModel):
    adjustment: str = Field(description="Its reference.")
    state: str = Field(examples=["posted", "waiting", "declined"])
    points: int
    balance: int = Field(description="Of the member now.")


def adjustment_answer(adjustment: Adjustment, reference: str, balance: int) -> Content:
    return {"adjustment": reference, "state": adjustment.state, "points": adjustment.points, "balance": balance}
