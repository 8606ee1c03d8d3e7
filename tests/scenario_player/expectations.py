"""What a story may expect: of the step just done, of a member, of the books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from loyalty_site.refusals import Refused
from members import balances, books
from members.models import Account, LedgerEntry, Order
from members.reading import glance, history, statement
from members.reading.purses import purse_of
from members.reading.why import words_of
from programs import calendar
from programs.wording import Audience
from tests.scenario_player.stage import Stage
from tests.scenario_player.story import Unknown


def check(stage: Stage, expected: dict[str, Any], result: Any, subject: str, where: str) -> None:
    """Hold what is expected against what is; `subject` is the member that the step is about."""
    name = expected.pop("member", subject)
    for key, value in expected.items():
        found = found_of(stage, key, value, result, name, where)
        assert found == value, f"{where}: {key} is {found}, expected {value}"


def found_of(stage: Stage, key: str, value: Any, result: Any, name: str, where: str) -> Any:
    match key:
        case "points" if hasattr(result, "points"):
            return result.points
        case "refused":
            return result.code if isinstance(result, Refused) else None
        case "draws" if hasattr(result, "entry"):
            return [draw.points for draw in result.entry.draws.order_by("id")]
        case "says":
            return [phrase for phrase in value if phrase in told(result)]
        case "books":
            return {figure: getattr(books.of(stage.program), figure, None) for figure in value}
        case _ if name:
            return of_member(stage, key, name, where)
    raise Unknown(f"{where}: cannot expect {key}")


def told(result: Any) -> str:
    """What the step's entries say to the member, a cashier and the owner, in one text with plain spaces."""
    numbers = [entry.entry_id for entry in getattr(result, "entries", ())] or [getattr(result, "entry_id", None)]
    found = statement.readable(LedgerEntry.objects.filter(pk__in=[pk for pk in numbers if pk]))
    audiences: tuple[Audience, ...] = ("customer", "cashier", "owner")
    return "\n".join(line for entry in found for who in audiences for line in words_of(entry, who)).replace("\xa0", " ")


def of_member(stage: Stage, key: str, name: str, where: str) -> Any:
    if key not in FIGURES:
        raise Unknown(f"{where}: cannot expect {key} of a member")
    return FIGURES[key](stage, stage.account_even_erased(name))


def lots(stage: Stage, account: Account) -> list[list[Any]]:
    return [[lot.remaining, valid_through(stage, lot.ends_at)] for lot in holding(stage, account).lots]


def entries(stage: Stage, account: Account) -> list[list[Any]]:
    return [list(entry) for entry in account.entries.exclude(points=0).order_by("id").values_list("kind", "points")]


def days(stage: Stage, account: Account) -> list[list[str]]:
    """The local day that each entry belongs to: what ended at midnight belongs to the day before."""
    moved = account.entries.exclude(points=0).order_by("id").select_related("program__merchant")
    return [[entry.kind, history.day_of(entry).isoformat()] for entry in moved]


def card(stage: Stage, account: Account) -> str:
    """What the member's card says at the till."""
    balance = glance.balance(purse_of(account, now=stage.now))
    return f"{balance.figure} {balance.words}".replace("\xa0", " ")


def notices(stage: Stage, account: Account) -> list[list[str]]:
    told = account.notices.order_by("notice_on", "id").values_list("kind", "notice_on")
    return [[kind, day.isoformat()] for kind, day in told]


def steps(stage: Stage, account: Account) -> list[list[str]]:
    """Where the tier went, why, and on which local day."""
    changes = account.tier_changes.order_by("pk")
    zone = stage.merchant.zone
    return [
        [change.to_code, change.cause, calendar.local_day(change.changed_at, zone).isoformat()] for change in changes
    ]


def holding(stage: Stage, account: Account) -> balances.Holding:
    return balances.holding(account, now=stage.now)


FIGURES: dict[str, Callable[[Stage, Account], Any]] = {
    "spendable": lambda stage, account: holding(stage, account).spendable,
    "pending": lambda stage, account: holding(stage, account).pending,
    "debt": lambda stage, account: account.debt,
    "balance": lambda stage, account: account.balance,
    "tier": lambda stage, account: account.tier_code,
    "qualifying": lambda stage, account: int(account.qualifying),
    "carried": lambda stage, account: f"{account.carry.normalize():f}",
    "lots": lots,
    "entries": entries,
    "days": days,
    "card": card,
    "notices": notices,
    "steps": steps,
}


def valid_through(stage: Stage, expires_at: datetime | None) -> str:
    return calendar.day_ending(expires_at, stage.merchant.zone).isoformat() if expires_at else "never"


def subject_of(stage: Stage, body: Any) -> str:
    """The member that a step is about: named, or whose order or redemption it names."""
    named = body if isinstance(body, dict) else {}
    if "order" in named:
        order = Order.objects.filter(merchant=stage.merchant, reference=str(named["order"])).first()
        return order.member.customer_number if order else ""
    if named.get("redemption") in stage.redemptions:
        return stage.redemptions[named["redemption"]].account.member.customer_number
    return str(named.get("member", ""))
