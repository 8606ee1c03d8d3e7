"""What a program's terms do, looked at from every side: what is earned, kept, announced and said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils import translation

from members import notices, refunds
from members.models import Account
from members.refunds import NewRefund
from members.tests import factories
from members.tests.factories import NOW
from programs import calendar, tiers, wording
from programs.earning import Line, Standing, evaluate, evaluate_event
from programs.terms import parse
from programs.tests.factories import lines, purchase

Document = dict[str, Any]
ZONE = "Europe/Warsaw"
GOLD = Standing(tier_code="gold", earned={"day": 480, "week": 470, "month": 460}, rule_earned={"campaign": 5})
DOUBLE = {"multiplier": "2"}
EVENTS = (
    "purchase", "sign_up", "birthday", "anniversary", "referral", "referred", "survey", "review", "check_in",
    "social_share", "profile_completed", "custom",
)  # fmt: skip


def earned(made: Document, *, standing: Standing = GOLD, **parts: Any) -> list[Any]:
    """Points, what counts for tiers, carry and each rule's part, for some purchases."""
    under = parse(made)
    awards = [evaluate(under, purchase(amount, **parts), standing) for amount in ("10.40", "10.50", "62.00")]
    return [(award.points, award.qualifying, award.carry, award.rule_points) for award in awards]


def earned_by(made: Document, *, purchases: Sequence[Mapping[str, Any]]) -> list[Any]:
    return [earned(made, **parts) for parts in purchases]


def basket(made: Document) -> list[Any]:
    """What an order of beans, two bags, and milk earns."""
    bought = (Line("bag", "beans", 2, Decimal("40.00")), Line("litre", "milk", 1, Decimal("20.00")))
    return earned(made, lines=bought) + earned(made, lines=lines("10.00", category="beans"))


def said(made: Document) -> list[str]:
    """An award in the owner's words."""
    under = parse(made)
    award = evaluate(under, purchase("62.00"), GOLD)
    return [line.text for line in wording.explained(award.explain, under, "owner", "PLN", member="Anna")]


def counted_out(made: Document) -> list[str]:
    """One, two and five points in Polish, where each is another word."""
    with translation.override("pl"):
        return [wording.speech("PLN", parse(made).unit).points(count) for count in (1, 2, 5)]


def rewarded(made: Document) -> list[str]:
    """The events that earn something."""
    under, at = parse(made), NOW
    made_of = {event: evaluate_event(under, event, occurred_at=at, zone=ZONE, standing=GOLD) for event in EVENTS[1:]}
    found = [event for event, award in made_of.items() if award.points]
    return found + (["purchase"] if evaluate(under, purchase(), GOLD).rule_points else [])


def lasting(made: Document) -> list[datetime | None]:
    """When points end that become available on some days of the year."""
    days = [datetime(2026, month, day, 11, tzinfo=UTC) for month, day in ((1, 31), (4, 2), (5, 20), (12, 31))]
    return [calendar.expiry_of(parse(made).expiry, day, ZONE) for day in days]


def pending(made: Document) -> datetime:
    return calendar.available_at(parse(made), NOW, ZONE)


def window(made: Document) -> list[datetime | None]:
    levels = parse(made).tiers
    assert levels
    return [calendar.window_start(levels.window, NOW + timedelta(days=days), ZONE) for days in (0, 300)]


def levels_over(made: Document) -> Iterator[tiers.Review]:
    """The reviews of a fallen Gold member: today, with 700 left and with nothing, and on the announced day."""
    levels = parse(made).tiers
    assert levels
    fall = partial(tiers.review, levels, code="gold", pinned_until=None)
    for qualifying in (700, 0):
        yield fall(qualifying=qualifying, day=date(2026, 3, 1), demote_on=None)
        yield fall(qualifying=qualifying, day=date(2026, 4, 1), demote_on=date(2026, 3, 31))


def reviewed(made: Document) -> list[tiers.Review]:
    return list(levels_over(made))


def reached(made: Document) -> list[str]:
    """The names and codes of the levels that some figures reach, with what they bring."""
    under = parse(made)
    assert under.tiers
    found = [tiers.natural(under.tiers, qualifying) for qualifying in (0, 500, 800, 1500)]
    words = wording.speech("PLN", under.unit)
    return [f"{level.code} {level.name}: {list(wording.perks_of(level, words))}" for level in found]


def lived(made: Document) -> list[Any]:
    """What two members get through the real ledger: orders now, tomorrow, in eight days and in forty."""
    program = factories.shop(terms_document=made)
    accounts = [factories.account(program=program, name=name) for name in ("Anna", "Ben")]
    for days in (0, 0, 1, 8, 40):
        for account in accounts:
            factories.order(account, "62.00", at=NOW + timedelta(days=days))
    return entries_of(accounts)


def entries_of(accounts: Sequence[Account]) -> list[list[tuple[str, int]]]:
    return [list(account.entries.order_by("pk").values_list("kind", "points")) for account in accounts]


def taken_back(made: Document) -> list[Any]:
    """What two refunds leave: one of points that were spent, one of points that are not spendable yet."""
    program = factories.shop(terms_document=made)
    account = factories.account(program=program)
    factories.order(account, "100.00", reference="first", at=NOW - timedelta(days=9))
    factories.adjustment(account, -70)
    factories.order(account, "50.00", reference="second")
    for reference in ("first", "second"):
        new = NewRefund(reference=f"back-{reference}", order_reference=reference, amount=Decimal("45.00"))
        refunds.refund(new, merchant=program.merchant, now=NOW)
    account.refresh_from_db()
    return [account.balance, account.debt, *entries_of([account])]


def announced(made: Document) -> list[date]:
    """The last days of points that one day's notices are about."""
    program = factories.shop(terms_document=made)
    return [told.last_on for told in notices.windows_announced(program, date(2026, 3, 1))]
