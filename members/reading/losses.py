"""What an erasure takes away, in numbers, for whoever is about to do it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from members.models import Member
from members.reading import glance
from members.reading.glance import Balance
from members.reading.purses import purses


@dataclass(frozen=True, slots=True)
class Loss:
    """What one program loses: its name, and the balance as its card says it."""

    program: str
    balance: Balance
    is_something: bool


def lost_by(member: Member, *, now: datetime) -> list[Loss]:
    """What is forfeited, or let go of, in each of the member's programs; those at 0 are left out."""
    found = [
        Loss(purse.account.program.name, glance.balance(purse), bool(purse.account.balance or purse.account.debt))
        for purse in purses(member, now=now)
    ]
    return [loss for loss in found if loss.is_something]
