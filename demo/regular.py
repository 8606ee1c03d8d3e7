"""The customer whose phone the demo shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo import favourites
from loyalty_site.models import User
from members.enrolling import NewMember
from programs.calendar import A_DAY


@dataclass(frozen=True, slots=True)
class Regular:
    """Somebody whose history is wished for: who it is, on which days they come, and the note about them."""

    new: NewMember
    days: frozenset[date]
    note: str

    def next_day(self, day: date) -> date | None:
        """The next visit after a day; None after the last."""
        return min((wanted for wanted in self.days if wanted > day), default=None)


def anna(user: User, *, today: date, opens_on: date) -> Regular:
    """Anna Kowalczyk comes every few days, last yesterday, and is the customer whose phone the demo shows."""
    last, days = today - A_DAY, set()
    gaps = Random("anna")
    while last > opens_on:
        days.add(last)
        last -= timedelta(days=gaps.choice((6, 7, 8)))
    born_on = date(1991, 12, 3)
    new = NewMember(
        name=user.name,
        email=user.email,
        phone="+48 601 234 567",
        number="BL48217730",
        born_on=born_on,
        user=user,
        fields={favourites.USUAL: "Flat white", favourites.OWN_CUP: True},
    )
    return Regular(new, frozenset(days), "Oat milk, always. Asked when the Guji is back.")
