"""CDNOW Records: a record shop whose orders are real, taken from the published CDNOW sample (see README.md).

Every date is shifted by the same number of whole days, so that the last order was yesterday; nothing else is changed.
The orders are imported month by month, each month's file on the first of the next, as a shop would.
"""

from __future__ import annotations

import csv
import tempfile
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from demo import founding, nights
from demo.founding import Edition
from loyalty_site.refusals import Refused
from members import importing
from members.models import Account
from programs import calendar
from programs.calendar import A_DAY
from programs.models import Merchant, Program, Role, Staff
from programs.terms import P0
from rewards import redeeming
from rewards.models import Reward

SLUG = "cdnow-records"
ZONE = ZoneInfo("America/New_York")
SOURCE = Path(__file__).parent / "cdnow_sample_orders.csv"
A_MOMENT = timedelta(minutes=5)
SPENDING_SHARE = 0.02  # of those who could redeem in a month, that many do

REWARDS: tuple[dict[str, Any], ...] = (
    {"name": "Free shipping", "icon": "bag", "points_price": 150, "money_value": "4.99"},
    {"name": "$5 off", "icon": "cut", "points_price": 300, "money_value": "5"},
    {"name": "CD of the month", "icon": "spark", "points_price": 700, "money_value": "13.97"},
    {"name": "Box set", "icon": "gift", "points_price": 3_000, "money_value": "59.90", "min_tier": "collector"},
)
TERMS: dict[str, Any] = P0 | {
    "earning": {"points": 5, "per": "1.00", "rounding": "floor", "stacking": "multiply"},
    "expiry": {"kind": "after", "months": 12, "round_to": "quarter"},
    "tiers": P0["tiers"]
    | {
        "basis": "spend",
        "levels": [
            {"code": "listener", "name": "Listener", "at": 0, "multiplier": "1.0"},
            {"code": "fan", "name": "Fan", "at": 100, "multiplier": "1.1"},
            {"code": "collector", "name": "Collector", "at": 400, "multiplier": "1.25"},
        ],
    },
}


def build(slug: str, *, now: datetime) -> Merchant:
    """Found the shop and import its orders."""
    orders = shifted(last_on=calendar.local_day(now, ZONE) - A_DAY)
    merchant, program, owner = found(slug, opens_on=date.fromisoformat(orders[0]["placed_on"]))
    offered = founding.rewards(program, REWARDS)
    for month, rows in groupby(orders, lambda row: row["placed_on"][:7]):
        imported_at = min(after_month(month), now)
        redeeming.sweep_lapsed(imported_at)
        import_month(list(rows), merchant, now=imported_at)
        nights.quiet(merchant, calendar.local_day(imported_at, ZONE) - A_DAY, imported_at)
        redeem_some(program, offered, owner, month=month, now=imported_at - A_MOMENT)
    nights.on_record(merchant, calendar.local_day(now, ZONE) - A_DAY, now)
    return merchant


def found(slug: str, *, opens_on: date) -> tuple[Merchant, Program, Staff]:
    merchant = Merchant.objects.create(
        name="CDNOW Records",
        slug=slug,
        currency="USD",
        zone_name=ZONE.key,
        country="US",
        accent="#8a3b2e",
        card_prefix="CD",
        created_at=calendar.start_of_day(opens_on, ZONE),
    )
    founding.locations(merchant, [("web", "Web shop", True)])
    owner = founding.staff(merchant, "olivia@cdnow-records.example", "Olivia Grant", Role.OWNER)
    terms = Edition(TERMS, merchant.created_at - A_DAY, "Opening terms")
    return merchant, founding.program(merchant, "Points", [terms], author=owner.user), owner


def shifted(*, last_on: date) -> list[dict[str, str]]:
    """The orders by date, moved so that the last one falls on `last_on`."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        orders = sorted(csv.DictReader(file), key=lambda row: row["placed_on"])
    shift = last_on - date.fromisoformat(orders[-1]["placed_on"])
    return [row | {"placed_on": str(date.fromisoformat(row["placed_on"]) + shift)} for row in orders]


def after_month(month: str) -> datetime:
    """One in the morning of the first day after a month such as 2026-03."""
    first_after = calendar.add_months(date.fromisoformat(f"{month}-01"), 1)
    return calendar.start_of_day(first_after, ZONE) + timedelta(hours=1)


def import_month(rows: list[dict[str, str]], merchant: Merchant, *, now: datetime) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        importing.import_orders(path, merchant=merchant, now=now)


def redeem_some(program: Program, offered: list[Reward], by: Staff, *, month: str, now: datetime) -> None:
    """Let some of those who have the points take the dearest reward they reach."""
    chance = Random(month)
    able = Account.objects.filter(program=program, balance__gte=offered[0].points_price).select_related("member")
    for account in able.order_by("id"):
        if chance.random() > SPENDING_SHARE:
            continue
        account.program = program
        reward = next(reward for reward in reversed(offered) if reward.points_price <= account.balance)
        try:
            made = redeeming.redeem(account=account, reward=reward, reference=f"V-{month}-{account.pk}", now=now)
        except Refused:
            continue  # the box set is for collectors
        if chance.random() < 0.95:
            redeeming.use(made, by=by, now=now + timedelta(minutes=1))
