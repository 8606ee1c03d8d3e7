"""What shoppers do with their points: who asks for a reward, and what becomes of the voucher."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from django.db.models import Sum

from demo.aftermath import accounts_of
from demo.bean_and_leaf import Shop
from demo.habits import Shopper, Visit
from loyalty_site.refusals import Refused
from members.models import PointsLot
from members.orders import RecordedOrder
from programs import calendar
from rewards import redeeming
from rewards.models import Redemption

WISHES = (0.04, 0.08, 0.22, 0.3, 0.31, 0.05)  # how popular each reward is


class Spending:
    """The rewards that are asked for, and the vouchers that nobody has used yet."""

    def __init__(self, shop: Shop, *, now: datetime) -> None:
        self.shop, self.now, self.zone = shop, now, shop.merchant.zone
        self.has_open_vouchers = False

    def wants(self, visit: Visit, recorded: RecordedOrder, chance: Random) -> bool:
        """Whether a saver at the counter asks for the reward that the points before this purchase reach."""
        who = visit.shopper
        earned = next(entry for entry in recorded.entries if entry.program_id == self.shop.program.pk)
        points = earned.balance - earned.points
        if visit.is_online or points < self.shop.rewards[who.wish].points_price:
            return False
        if who.is_the_regular:
            return self.spare_points(who, visit.at) >= self.shop.rewards[who.wish].points_price
        return who.is_saver and chance.random() < 0.6

    def spare_points(self, who: Shopper, now: datetime) -> int:
        """What the regular spends: only points that expire before this month, so that some expire at its end."""
        month = calendar.period_start("month", self.now, self.zone)
        lots = PointsLot.objects.spendable(now).filter(account=who.account_id, expires_at__lte=month)
        return lots.aggregate(total=Sum("remaining"))["total"] or 0

    def spend(self, visits: list[Visit], chance: Random) -> None:
        """Redeem what each wishes for; who may not have it (yet) tries again another time."""
        accounts = accounts_of(self.shop, (visit.shopper for visit in visits))
        for visit in visits:
            who, at = visit.shopper, visit.at + timedelta(minutes=3)
            if at > self.now:
                continue
            reward, reference = self.shop.rewards[who.wish], f"V-{who.number}-{visit.at:%Y%m%d%H%M%S}"
            try:
                made = redeeming.redeem(account=accounts[who.account_id], reward=reward, reference=reference, now=at)
            except Refused:
                continue
            who.wish = chance.choices(range(len(WISHES)), WISHES)[0]
            self.settle(made, who, at, chance)

    def settle(self, redemption: Redemption, who: Shopper, at: datetime, chance: Random) -> None:
        """Most vouchers are used within minutes, some are given back, some run out."""
        fate, later = chance.random(), at + timedelta(minutes=chance.randint(1, 8))
        if later > self.now:
            return
        self.has_open_vouchers = self.has_open_vouchers or fate >= 0.94
        if fate < 0.88:
            redeeming.use(redemption, by=self.shop.cashiers[who.home], now=later)
        elif fate < 0.94:
            redeeming.cancel(redemption, now=later)

    def give_back_lapsed(self, day: date) -> None:
        """Give back, at the end of a day, the points of vouchers that ran out."""
        if self.has_open_vouchers:
            self.has_open_vouchers = redeeming.sweep_lapsed(min(calendar.end_of_day(day, self.zone), self.now)) == 0
