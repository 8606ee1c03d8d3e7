"""What follows on a sale: people bring things back, and staff set a balance right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from demo.bean_and_leaf import Shop
from demo.habits import Shopper, Visit
from loyalty_site.refusals import Refused
from members import adjusting, refunds
from members.models import Account, Adjustment
from members.new_orders import NewOrder
from members.refunds import NewRefund
from programs import calendar
from programs.calendar import A_DAY

REASONS = (
    (25, "Card forgotten, receipt shown"),
    (40, "Sorry for the long wait"),
    (15, "Answered our survey"),
    (-12, "Wrong amount on the receipt"),
    (-20, "Wrong amount, changed at the till"),
    (60, "Spilled coffee, our fault"),
)
COMPLAINT = (300, "Complaint, agreed on the phone")  # above a cashier's limit


@dataclass(frozen=True, slots=True)
class Return:
    order_reference: str
    source: str
    amount: Decimal


class Aftermath:
    """The returns that are still to come, and the corrections that wait for a second person."""

    def __init__(self, shop: Shop, *, now: datetime) -> None:
        self.shop, self.now, self.zone = shop, now, shop.merchant.zone
        self.today = calendar.local_day(now, self.zone)
        self.returning: dict[date, list[Return]] = defaultdict(list)
        self.waiting: list[Adjustment] = []

    def maybe_return(self, order: NewOrder, visit: Visit, chance: Random) -> None:
        if chance.random() > (0.06 if visit.is_online else 0.012):
            return
        line = chance.choice(order.lines)
        amount = order.amount if chance.random() < 0.5 else line.amount
        day = visit.at.date() + timedelta(days=chance.randint(1, 12))
        if amount:
            self.returning[day].append(Return(order.reference, order.source, amount))

    def take_back(self, day: date, chance: Random) -> None:
        for n, back in enumerate(self.returning.pop(day, [])):
            at = calendar.start_of_day(day, self.zone) + timedelta(hours=9, minutes=chance.randrange(50), seconds=n)
            if at > self.now:
                continue
            new = NewRefund(
                reference=f"R-{back.order_reference}",
                order_reference=back.order_reference,
                amount=back.amount,
                source=back.source,
                refunded_at=at,
                reason=chance.choice(("Brought back unopened", "Ground too fine", "Ordered twice")),
                recorded_by=self.shop.manager,
            )
            refunds.record(new, merchant=self.shop.merchant, now=at)

    def correct(self, visits: list[Visit], chance: Random) -> None:
        """Now and then staff correct a balance; a rare large one waits for a second person."""
        for visit in visits:
            at = visit.at + timedelta(minutes=25)
            if chance.random() > 0.012 or visit.is_online or at > self.now:
                continue
            self.adjust(visit.shopper, *(chance.choice(REASONS) if chance.random() < 0.94 else COMPLAINT), at)
        if visits and self.today - visits[0].at.date() == A_DAY:
            self.adjust(visits[0].shopper, *COMPLAINT, visits[0].at + timedelta(hours=1))

    def adjust(self, who: Shopper, points: int, reason: str, at: datetime) -> None:
        try:
            made = adjusting.adjust(
                account=accounts_of(self.shop, [who])[who.account_id],
                points=points,
                reason=reason,
                by=self.shop.cashiers[who.home],
                reference=f"A-{at:%Y%m%d%H%M%S}-{who.number}",
                now=at,
            )
        except Refused:
            return  # more than the card holds: the cashier lets it be
        if made.state == Adjustment.State.WAITING:
            self.waiting.append(made)

    def decide_waiting(self, day: date) -> None:
        """The manager decides in the morning what waits; the last week's is left for whoever looks at the demo."""
        at = calendar.start_of_day(day, self.zone) + timedelta(hours=8)
        if (self.today - day).days < 7:
            return
        for adjustment in self.waiting:
            adjusting.decide(adjustment=adjustment, by=self.shop.manager, is_approved=adjustment.pk % 4 > 0, now=at)
        self.waiting.clear()


def accounts_of(shop: Shop, people: Iterable[Shopper]) -> dict[int, Account]:
    """The accounts of some shoppers, by their number, ready to be used without more queries."""
    found = Account.objects.select_related("member").in_bulk([who.account_id for who in people])
    for account in found.values():
        account.program = shop.program
    return found
