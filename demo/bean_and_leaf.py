"""Bean & Leaf, a coffee roaster in Warsaw with two shops and a web shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from demo import favourites, founding
from demo.founding import Edition
from demo.sign import sign
from programs import calendar, logos
from programs.models import Location, Merchant, Program, Role, Staff
from programs.terms import PRESETS
from rewards.models import Reward

SLUG = "bean-and-leaf"
ZONE = ZoneInfo("Europe/Warsaw")
PLACES = (("pulawska", "Puławska", False), ("powisle", "Powiśle", False), ("web", "Web shop", True))

REWARDS: tuple[dict[str, Any], ...] = (
    {"name": "Filter refill", "icon": "drop", "points_price": 60, "money_value": "9"},
    {"name": "Butter croissant", "icon": "bun", "points_price": 110, "money_value": "12.50"},
    {"name": "Any coffee", "icon": "cup", "points_price": 150, "money_value": "17"},
    {"name": "20 zł off", "icon": "cut", "points_price": 240, "money_value": "20", "limit_times": 2},
    {"name": "250 g beans", "icon": "bean", "points_price": 480, "money_value": "49", "description": "House blend"},
    {
        "name": "Cupping for two",
        "icon": "users",
        "points_price": 1_200,
        "money_value": "120",
        "description": "Saturdays at ten in Powiśle",
        "min_tier": "gold",
        "limit_times": 1,
    },
)
BEANS = {
    "code": "beans",
    "name": "Beans to take home",
    "when": {"categories": ["beans"]},
    "give": {"points": 1, "per": "2.00"},
}
DOUBLE_TUESDAY = {
    "code": "double-tuesday",
    "name": "Double Tuesday",
    "when": {"weekdays": ["tue"], "tiers": ["gold", "reserve"]},
    "give": {"multiplier": "2"},
}
POINTS = {
    "one": {"en": "point", "pl": "punkt", "zh-hans": "积分"},
    "few": {"pl": "punkty"},
    "many": {"en": "points", "pl": "punktów", "zh-hans": "积分"},
}
BRONZE, SILVER, GOLD, RESERVE = (
    {"code": "bronze", "name": "Bronze", "at": 0, "multiplier": "1.0"},
    {"code": "silver", "name": "Silver", "at": 500, "multiplier": "1.0"},
    {"code": "gold", "name": "Gold", "at": 1500, "multiplier": "1.1"},
    {"code": "reserve", "name": "Reserve", "at": 4000, "multiplier": "1.25"},
)


@dataclass(frozen=True, slots=True)
class Shop:
    """A founded shop, ready for its first customer."""

    merchant: Merchant
    program: Program
    rewards: list[Reward]
    owner: Staff
    manager: Staff
    cashiers: dict[str, Staff]  # by location code
    locations: dict[str, Location]


def found(slug: str, *, opens_on: date, today: date) -> Shop:
    """Open the shop with its whole calendar of terms."""
    merchant = Merchant.objects.create(
        name="Bean & Leaf",
        slug=slug,
        currency="PLN",
        zone_name=ZONE.key,
        country="PL",
        other_languages=["pl", "zh-hans"],
        accent="#2e5b3c",
        card_prefix="BL",
        created_at=calendar.start_of_day(opens_on, ZONE),
    )
    logos.put(merchant, logos.remade(sign(merchant.accent)), now=merchant.created_at)
    locations = founding.locations(merchant, PLACES)
    owner = founding.staff(merchant, "marta@beanandleaf.example", "Marta Wiśniewska", Role.OWNER)
    manager = founding.staff(merchant, "zofia@beanandleaf.example", "Zofia Lis", Role.MANAGER, locations["pulawska"])
    cashiers = {
        "pulawska": founding.staff(
            merchant, "kuba@beanandleaf.example", "Kuba Sikora", Role.CASHIER, locations["pulawska"]
        ),
        "powisle": founding.staff(
            merchant, "michal@beanandleaf.example", "Michał Dudek", Role.CASHIER, locations["powisle"]
        ),
    }
    favourites.keep(by=owner)
    program = founding.program(merchant, "Points", editions(opens_on, today), author=owner.user)
    return Shop(merchant, program, founding.rewards(program, REWARDS), owner, manager, cashiers, locations)


def editions(opens_on: date, today: date) -> list[Edition]:
    """The terms of the first day; after two fifths of the time more tiers; lately points wait two days."""
    first = terms(pending_days=0, rules=[BEANS], levels=[BRONZE, SILVER, GOLD])
    second = terms(pending_days=0, rules=[BEANS, DOUBLE_TUESDAY], levels=[BRONZE, SILVER, GOLD, RESERVE])
    third = terms(pending_days=2, rules=[BEANS, DOUBLE_TUESDAY], levels=[BRONZE, SILVER, GOLD, RESERVE])
    days = (today - opens_on).days
    return [
        Edition(first, starts(opens_on, days=-1), "Opening terms"),
        Edition(second, starts(opens_on, days=days * 2 // 5), "Reserve tier, double Tuesdays for Gold"),
        Edition(third, starts(opens_on, days=days * 5 // 6), "Points wait two days, so that returns are settled first"),
    ]


def starts(opens_on: date, *, days: int) -> datetime:
    return calendar.start_of_day(opens_on + timedelta(days=days), ZONE)


def terms(*, pending_days: int, rules: list[dict[str, Any]], levels: list[dict[str, Any]]) -> dict[str, Any]:
    preset = PRESETS["coffee-shop"]
    return preset | {
        "unit": POINTS,
        "earning": preset["earning"] | {"pending_days": pending_days},
        "rules": rules,
        "tiers": preset["tiers"] | {"levels": levels},
    }
