"""How people shop: when they come back, what they order, and when they stop coming. No database here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from programs.calendar import A_DAY
from programs.earning import Line

WEEK = (0.9, 0.95, 0.95, 1.0, 1.15, 1.35, 1.05)  # Monday to Sunday
SEASON = (0.9, 0.95, 1.0, 1.0, 1.0, 0.92, 0.8, 0.82, 1.0, 1.05, 1.1, 1.25)  # January to December
WEB_SHARE = 0.12
FIRST_MINUTE, LAST_MINUTE = 7 * 60 + 30, 18 * 60 + 55
PEAKS = ((8 * 60 + 35, 45, 0.45), (12 * 60 + 50, 60, 0.25), (16 * 60 + 30, 80, 0.3))  # minute of day, spread, share
EVENING = (20 * 60 + 30, 70)


class Kind(NamedTuple):
    """A way of being a customer: its share, days between visits, and days until such a customer stops coming."""

    name: str
    share: float
    gap: tuple[int, int]
    stays: tuple[int, int] | None = None


KINDS = (
    Kind("daily", 0.012, (2, 4)),
    Kind("regular", 0.148, (6, 11)),
    Kind("casual", 0.44, (22, 60)),
    Kind("rare", 0.22, (70, 180)),
    Kind("lapsed", 0.18, (10, 30), (45, 260)),
)


@dataclass(slots=True)
class Shopper:
    """One customer through the whole story; the database knows them as `member_id` and `account_id`."""

    number: int
    gap: float
    stays_until: date | None
    home: str
    is_saver: bool
    wish: int
    member_id: int = 0
    account_id: int = 0
    is_the_regular: bool = False


def shopper(
    number: int, *, joins_on: date, homes: tuple[str, ...], wishes: tuple[float, ...], chance: Random
) -> Shopper:
    (kind,) = chance.choices(KINDS, [kind.share for kind in KINDS])
    return Shopper(
        number=number,
        gap=chance.uniform(*kind.gap),
        stays_until=joins_on + timedelta(days=chance.randint(*kind.stays)) if kind.stays else None,
        home=chance.choices(homes, range(len(homes) + 1, 1, -1))[0],
        is_saver=chance.random() < 0.5,
        wish=chance.choices(range(len(wishes)), wishes)[0],
    )


def next_visit(shopper: Shopper, day: date, *, chance: Random) -> date | None:
    """The day a shopper comes back, pushed towards busy weekdays and seasons; None for one who does not."""
    day += timedelta(days=max(1, round(chance.gammavariate(2.5, shopper.gap / 2.5))))
    while chance.random() > busyness(day):
        day += A_DAY
    return day if shopper.stays_until is None or day <= shopper.stays_until else None


def busyness(day: date) -> float:
    """How busy a day is, between 0 and 1."""
    return WEEK[day.weekday()] * SEASON[day.month - 1] / (max(WEEK) * max(SEASON))


@dataclass(frozen=True, slots=True)
class Item:
    sku: str
    category: str
    price: str
    share: float


COUNTER = (
    Item("espresso", "coffee", "11.00", 5),
    Item("flat-white", "coffee", "17.00", 9),
    Item("cappuccino", "coffee", "16.00", 8),
    Item("filter", "coffee", "15.00", 6),
    Item("matcha", "tea", "19.00", 2),
    Item("croissant", "bakery", "12.50", 6),
    Item("cardamom-bun", "bakery", "14.00", 4),
    Item("cheesecake", "bakery", "19.50", 3),
    Item("beans-house", "beans", "49.00", 2.4),
    Item("beans-guji", "beans", "68.00", 1.2),
)
SHELF = (
    Item("beans-house", "beans", "49.00", 8),
    Item("beans-guji", "beans", "68.00", 5),
    Item("beans-house-1kg", "beans", "159.00", 3),
    Item("filters-100", "equipment", "29.00", 4),
    Item("aeropress", "equipment", "169.00", 1),
    Item("hand-grinder", "equipment", "329.00", 0.5),
)


@dataclass(frozen=True, slots=True)
class Visit:
    shopper: Shopper
    at: datetime
    is_online: bool
    lines: tuple[Line, ...]

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))


def visit(shopper: Shopper, day: date, *, zone: ZoneInfo, chance: Random, at_counter: bool = False) -> Visit:
    is_online = not at_counter and chance.random() < WEB_SHARE
    return Visit(shopper, moment(day, zone, is_online, chance), is_online, basket(is_online, chance))


def moment(day: date, zone: ZoneInfo, is_online: bool, chance: Random) -> datetime:
    """When on that day: around breakfast, lunch or after work; the web shop in the evening."""
    minute, spread = EVENING
    if not is_online:
        minute, spread, _share = chance.choices(PEAKS, [share for *_, share in PEAKS])[0]
    minute = round(chance.gauss(minute, spread))
    minute = min(max(minute, 0), 24 * 60 - 1) if is_online else min(max(minute, FIRST_MINUTE), LAST_MINUTE)
    return datetime.combine(day, time(minute // 60, minute % 60, chance.randrange(60)), tzinfo=zone)


def basket(is_online: bool, chance: Random) -> tuple[Line, ...]:
    items = SHELF if is_online else COUNTER
    chosen = chance.choices(items, [item.share for item in items], k=chance.choices((1, 2, 3, 4), (30, 42, 20, 8))[0])
    return tuple(
        Line(item.sku, item.category, chosen.count(item), Decimal(item.price) * chosen.count(item))
        for item in dict.fromkeys(chosen)
    )
