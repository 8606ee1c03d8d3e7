"""The stamp card that Bean & Leaf runs beside its points since two months: one purchase earns in both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from demo import founding
from demo.bean_and_leaf import Shop
from demo.founding import Edition
from demo.habits import Visit
from loyalty_site.refusals import Refused
from members.models import Account
from members.orders import OrderEntry, RecordedOrder
from programs import calendar
from programs.models import Program
from programs.terms import PRESETS
from rewards import redeeming

DAYS = 60
FREE_COFFEE = {"name": "The tenth coffee", "icon": "cup", "points_price": 10, "money_value": "17"}
STAMP = {
    "code": "stamp",
    "name": "A stamp for every visit",
    "when": {"min_amount": "5.00", "locations": ["pulawska", "powisle"]},
    "give": {"points": 1},
    "cap": {"points": 2, "per": "day"},
}
TERMS = PRESETS["stamps"] | {"rules": [STAMP], "expiry": {"kind": "after", "months": 6}}


class StampCard:
    """Begins on its day, and gives the tenth coffee to whoever has the stamps."""

    def __init__(self, shop: Shop, *, opens_on: date, today: date, now: datetime) -> None:
        self.shop, self.now = shop, now
        self.begins_on = max(today - timedelta(days=DAYS), opens_on + timedelta(days=1))
        self.program: Program | None = None

    def begin(self, day: date) -> None:
        if day != self.begins_on:
            return
        at = calendar.start_of_day(day, self.shop.merchant.zone)
        edition = Edition(TERMS, at, "A stamp card beside the points")
        card = founding.program(
            self.shop.merchant, "Coffee card", [edition], author=self.shop.owner.user, code="coffee-card", created_at=at
        )
        founding.rewards(card, [FREE_COFFEE])
        self.program = card

    def serve(self, visits: Iterable[Visit], results: Iterable[RecordedOrder]) -> None:
        """Hand out the coffee that ten stamps buy, at the counter, a moment after the purchase."""
        if self.program is None:
            return
        reward = self.program.rewards.get()
        for visit, result in zip(visits, results, strict=True):
            entry = next((one for one in result.entries if one.program_id == self.program.pk), None)
            at = visit.at + timedelta(minutes=2)
            if entry and is_full(entry) and not visit.is_online and at <= self.now:
                account = Account.objects.get(program=self.program, member=visit.shopper.member_id)
                reference = f"S-{visit.shopper.number}-{visit.at:%Y%m%d%H%M%S}"
                by = self.shop.cashiers[visit.shopper.home]
                try:
                    redeeming.redeem_and_use(account=account, reward=reward, reference=reference, by=by, now=at)
                except Refused:
                    continue


def is_full(entry: OrderEntry) -> bool:
    return entry.balance >= int(str(FREE_COFFEE["points_price"]))
