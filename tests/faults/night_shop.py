"""A shop with work for every job of a night: points that end, other tiers, birthdays, notices. Always the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from loyalty_site.models import Job
from members import following, orders, tiering
from members.models import Duplicate, LedgerEntry, Member, Notice, TierChange
from members.new_orders import NewOrder
from members.tests import factories
from members.tests.factories import NOW
from programs import terms, versions
from programs.models import Merchant, Program
from reports.models import DailyKpi

MEMBERS = 40
TONIGHT = NOW.date() - timedelta(days=1)  # the local day to close
DAYS = 60


def level(code: str, at: int, gift: int) -> dict[str, Any]:
    return {"code": code, "name": code.title(), "at": at, "multiplier": "1.0", "entry_gift": gift}


RULES = [
    {"code": event, "name": event, "when": {"event": event}, "give": {"points": 25}}
    for event in ("birthday", "anniversary")
]
TERMS = terms.P0 | {
    "rules": RULES,
    "expiry": {"kind": "after", "days": DAYS},
    "tiers": terms.P0["tiers"]
    | {
        "window": {"kind": "rolling", "months": 1},
        "grace_days": 3,
        "levels": [level("bronze", 0, 0), level("silver", 500, 40)],
    },
}
LOWER = TERMS | {
    "tiers": TERMS["tiers"] | {"levels": [level("bronze", 0, 0), level("silver", 400, 40), level("gold", 800, 90)]}
}


def open_shop() -> Merchant:
    """Forty members; by their number they go up, are warned, go down, celebrate. Everybody's first lot ends tonight."""
    program = factories.shop(terms_document=TERMS)
    members = [enrol(program, number) for number in range(MEMBERS)]
    buy(members, "30.00", days_ago=DAYS + 1)
    buy(members[1::4], "600.00", days_ago=45)
    buy(members, "12.00", days_ago=DAYS - 7)
    review(program, days_ago=10)
    buy(members[2::4], "620.00", days_ago=29)
    buy(members[3::4], "450.00", days_ago=DAYS - 30)
    buy(members[3::8], "440.00", days_ago=2)
    way = versions.Way(moves_tiers="now", notifies=True)
    versions.publish(program, LOWER, effective_at=NOW - timedelta(hours=12), author=None, way=way)
    following.sweep(now=NOW)
    return program.merchant


def enrol(program: Program, number: int) -> Member:
    born_on = (TONIGHT + timedelta(days=1)).replace(year=1990) if number % 5 == 0 else date(1990, 8, 8)
    joined_at = NOW - timedelta(days=365 if number % 7 == 0 else 400)
    email = f"m{number}@example.com" if number < MEMBERS - 1 else "m.1@example.com"  # perhaps the same as another one
    return factories.member(
        merchant=program.merchant, name=f"M{number:03}", born_on=born_on, now=joined_at, email=email
    )


def buy(members: list[Member], amount: str, *, days_ago: int) -> None:
    at = NOW - timedelta(days=days_ago)
    wanted = [
        NewOrder(
            reference=f"{amount}-{days_ago}-{member.name}", member_id=member.pk, amount=Decimal(amount), placed_at=at
        )
        for member in members
    ]
    orders.record_many(wanted, merchant=members[0].merchant, now=at)


def review(program: Program, *, days_ago: int) -> None:
    now = NOW - timedelta(days=days_ago)
    accounts = list(program.accounts.values_list("pk", flat=True))
    tiering.review_accounts(program, accounts, day=now.date(), now=now)


def picture(merchant: Merchant) -> dict[str, Any]:
    """All that a night leaves behind, without row numbers and times of the run: equal for equal nights."""
    return {
        "members": {member.name: holding(member) for member in merchant.members.order_by("pk")},
        "figures": [figures(row) for row in DailyKpi.objects.filter(merchant=merchant).order_by("day")],
        "pairs": sorted(Duplicate.objects.filter(merchant=merchant).values_list("first__name", "second__name")),
        "jobs": dict(Job.objects.filter(merchant_id=merchant.pk).values_list("kind", "result")),
    }


def holding(member: Member) -> dict[str, Any]:
    account = member.accounts.get()
    of_account = {"account": account}
    entries = LedgerEntry.objects.filter(**of_account).order_by("pk")
    return {
        "standing": (
            account.balance,
            account.debt,
            account.earned,
            account.qualifying,
            account.tier_code,
            account.demote_on,
        ),
        "entries": [
            (entry.kind, entry.points, entry.balance_after, when(entry.kind, entry.occurred_at)) for entry in entries
        ],
        "lots": sorted(account.lots.values_list("points", "remaining", "available_at__date", "expires_at__date")),
        "tiers": list(
            TierChange.objects.filter(**of_account).order_by("pk").values_list("from_code", "to_code", "cause")
        ),
        "notices": sorted(Notice.objects.filter(**of_account).values_list("kind", "subject_on", "points", "state")),
    }


def when(kind: str, occurred_at: datetime) -> datetime | date:
    """Points expire at an instant of their own; a gift is of the night."""
    return occurred_at if kind == "expire" else occurred_at.date()


def figures(row: DailyKpi) -> dict[str, Any]:
    return {
        field.name: getattr(row, field.attname) for field in row._meta.fields if field.name not in ("id", "merchant")
    }
