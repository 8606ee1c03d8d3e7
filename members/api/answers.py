"""What the API says of orders, members and entries."""

from __future__ import annotations

from typing import Any

from members.orders import RecordedOrder
from programs.keys import Caller


def order_answer(reference: str, recorded: RecordedOrder, caller: Caller) -> dict[str, Any]:
    """`{order, entries: [{program, points, balance, explain}], tier}`."""
    entries = [
        {
            "program": caller.programs.get(entry.program_id, ""),
            "points": entry.points,
            "balance": entry.balance,
            "explain": entry.explain,
        }
        for entry in recorded.entries
    ]
    tier = next((entry.tier_code for entry in recorded.entries if entry.tier_code), None)
    return {"order": reference, "entries": entries, "tier": tier}
