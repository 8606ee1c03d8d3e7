"""How a voucher stands for the person who holds it: what the ticket shows, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from programs.versions import current
from programs.wording import speech
from rewards.models import Redemption

LIVE, ENDING, USED, LAPSED, CANCELLED = "live", "ending", "used", "lapsed", "cancelled"
HALF = 3
STATES = {
    Redemption.State.USED: USED,
    Redemption.State.LAPSED: LAPSED,
    Redemption.State.CANCELLED: CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """A voucher at one instant. It is `ending` when its time is over and its points are not back yet.

    `points` is what it cost, in the program's own unit.
    """

    voucher: Redemption
    state: str
    seconds_left: int
    points: str

    @property
    def seconds(self) -> int:
        """How long the voucher is good for in all."""
        return int((self.voucher.expires_at - self.voucher.redeemed_at).total_seconds())

    @property
    def is_settled(self) -> bool:
        """Nothing changes by itself any more."""
        return self.state not in (LIVE, ENDING)

    @property
    def spoken_code(self) -> str:
        """The code in two halves, as it is read out: K7M 42Q."""
        return f"{self.voucher.code[:HALF]} {self.voucher.code[HALF:]}"


def ticket_of(voucher: Redemption, *, now: datetime) -> Ticket:
    """What the holder of a voucher sees at an instant."""
    left = max(int((voucher.expires_at - now).total_seconds()), 0)
    unused = LIVE if voucher.expires_at > now else ENDING
    state = STATES.get(Redemption.State(voucher.state), unused)
    unit = current(voucher.program, now=now).terms.unit
    return Ticket(voucher, state, left, speech(voucher.merchant.currency, unit).points(voucher.points))
