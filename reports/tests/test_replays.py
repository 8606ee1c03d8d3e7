"""Replays as jobs: the same however the accounts are cut and whoever dies, budgets in turn, drafts by plain sums."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from loyalty_site import jobs
from loyalty_site.models import Job
from members import refunds
from members.models import Account, Order
from members.refunds import NewRefund
from members.replaying import running
from members.tests import factories
from programs import drafts, terms
from programs.models import Program
from reports.models import Replay
from reports.replays import asking, figures, job, showing
from reports.replays.asking import Days
from reports.replays.showing import Shown
from rewards import redeeming
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db
BEGIN = datetime.fromisoformat("2026-02-02T10:00:00+01:00")
NOW = BEGIN + timedelta(days=20)
DAYS = Days(BEGIN.date(), NOW.date())
EACH = {"code": "each", "name": "Ten more", "give": {"points": 10}}


def shop(**changes: Any) -> Program:
    """Five members; the n-th buys n times, on days of their own, for 10, 20, … zł."""
    program = factories.shop(terms_document=terms.P0 | changes)
    for n in range(1, 6):
        account = factories.account(program=program, name=f"Member {n}")
        for visit in range(n):
            at = BEGIN + timedelta(days=visit, minutes=n)
            factories.order(account, f"{10 * (visit + 1)}.00", at=at, reference=f"{n}-{visit}")
    return program


def draft(program: Program, **changes: Any) -> drafts.Working:
    working = drafts.working(program, now=NOW)
    drafts.replace(program, working.document | changes, by=None, now=NOW)
    return drafts.working(program, now=NOW)


def replayed(program: Program, days: Days = DAYS) -> dict[str, Any]:
    replay, asked = asking.ask(drafts.working(program, now=NOW), days, by=None, now=NOW)
    jobs.drain(asked, clock=lambda: NOW)
    replay.refresh_from_db()
    if not replay.finished_at:
        jobs.drain(asking.job_of(replay), clock=lambda: NOW)
        replay.refresh_from_db()
    return replay.result


def test_it_is_the_same_in_whatever_parts() -> None:
    program = shop()
    draft(program, rules=[EACH | {"cap": {"points": 20, "per": "week"}}])
    replay, _job = asking.ask(drafts.working(program, now=NOW), DAYS, by=None, now=NOW)
    span = job.span_of(replay)
    schedules = job.schedules_of(replay, span)
    ids = sorted(Account.objects.filter(program=program).values_list("pk", flat=True))
    for cuts in ([(ids[0], ids[-1])], [(pk, pk) for pk in ids], [(ids[0], ids[2]), (ids[3], ids[4])]):
        parts = [figures.part_of(*running.replay(span, *cut, schedules)) for cut in cuts]
        whole = figures.added(parts)
        assert whole["draft"]["rules"] == {"each": 10 + 20 * 4}
        assert (whole["gain"], whole["lose"], whole["same"]) == (5, 0, 0)
        assert [change[0] for change in whole["best"]] == [20, 20, 20, 20, 10]


def test_a_draft_gives_what_plain_sums_say() -> None:
    program = shop()
    draft(program, earning={"points": 3, "per": "2.00"}, tiers=None)
    result = replayed(program)
    amounts = Order.objects.filter(merchant=program.merchant).values_list("amount", flat=True)
    assert result["draft"]["issued"] == sum(int(amount * 3 / 2) for amount in amounts)
    assert result["live"]["issued"] == sum(int(amount) for amount in amounts)
    assert result["live"]["differing"] == 0
    assert result["draft"]["tiers"] == {"": 5}
    assert Decimal(result["sales"]) == sum(amounts)


def test_a_refund_in_the_range_takes_back_by_the_draft() -> None:
    program = shop()
    new = NewRefund(
        reference="R", order_reference="5-4", amount=Decimal(25), source=Order.Source.TILL,
        refunded_at=BEGIN + timedelta(days=9),
    )  # fmt: skip
    refunds.refund(new, merchant=program.merchant, now=BEGIN + timedelta(days=9))
    draft(program, earning={"points": 3, "per": "1.00"})
    result = replayed(program)
    assert (result["live"]["taken_back"], result["draft"]["taken_back"]) == (25, 75)
    assert Decimal(result["sales"]) == sum(Order.objects.values_list("amount", flat=True)) - 25
    assert result["live"]["differing"] == 0


def test_members_begin_on_the_level_that_other_tiers_would_have_given() -> None:
    program = shop()
    levels = [{"code": "low", "name": "Low", "at": 0}, {"code": "high", "name": "High", "at": 60, "multiplier": "2.0"}]
    draft(program, tiers=terms.P0["tiers"] | {"levels": levels})
    later = Days(DAYS.first + timedelta(days=4), DAYS.last)
    result = replayed(program, later)
    assert result["draft"]["issued"] == 2 * 50  # the fifth visit of who had spent 100 by then
    assert result["draft"]["tiers"] == {"low": 2, "high": 3}


def test_nobody_loses_a_tier_that_a_draft_makes_easier() -> None:
    """Silver is kept though what counted for it has left the window: nobody has announced a fall yet."""
    program = factories.shop(terms_document=terms.P0)
    account = factories.account(program=program)
    factories.order(account, "600.00", at=BEGIN - timedelta(days=380))
    factories.order(account, "100.00", at=BEGIN + timedelta(days=1))
    tiers = terms.P0["tiers"]
    levels = [level | {"at": 400} if level["code"] == "silver" else level for level in tiers["levels"]]
    draft(program, tiers=tiers | {"levels": levels})
    result = replayed(program)
    assert (result["live"]["issued"], result["draft"]["issued"]) == (120, 120)
    assert (result["gain"], result["lose"], result["same"]) == (0, 0, 1)


def test_a_budget_over_all_is_replayed_in_turn() -> None:
    program = shop()
    draft(program, rules=[EACH | {"budget": 35}])
    result = replayed(program)
    assert result["draft"]["rules"] == {"each": 35}
    assert sorted(change[0] for change in result["best"]) == [5, 10, 20]  # as they were recorded
    assert Replay.objects.get().is_in_turn


def test_a_budget_that_does_not_end_is_replayed_in_parts() -> None:
    program = shop()
    draft(program, rules=[EACH | {"budget": 150}])
    assert replayed(program)["draft"]["rules"] == {"each": 150}
    assert not Replay.objects.get().is_in_turn


def test_a_worker_that_dies_leaves_its_part_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "ACCOUNTS_AT_ONCE", 1)
    program = shop()
    draft(program, rules=[EACH])
    replay, asked = asking.ask(drafts.working(program, now=NOW), DAYS, by=None, now=NOW)
    assert asked.chunks.count() == 5
    assert jobs.claim_chunk(asked, now=NOW)  # and is never heard of again
    assert jobs.drain(asked, clock=lambda: NOW).is_open
    assert jobs.drain(asked, clock=lambda: NOW + timedelta(minutes=1)).state == Job.State.DONE
    replay.refresh_from_db()
    assert replay.result["draft"]["rules"] == {"each": 150}


def test_a_double_click_is_one_job_and_another_draft_another() -> None:
    program = shop()
    draft(program, rules=[EACH])
    first, asked = asking.ask(drafts.working(program, now=NOW), DAYS, by=None, now=NOW)
    again, same = asking.ask(drafts.working(program, now=NOW), DAYS, by=None, now=NOW)
    assert (first, asked) == (again, same)
    other, _job = asking.ask(draft(program, rules=[]), DAYS, by=None, now=NOW)
    first.refresh_from_db()
    assert other != first
    assert first.is_stopped
    assert jobs.drain(asked, clock=lambda: NOW).state == Job.State.DONE  # with nothing done
    assert replayed(program)["draft"]["rules"] == {}
    assert list(Replay.objects.all()) == [other]


def test_what_a_point_is_worth_makes_money_of_points() -> None:
    program = shop()
    draft(program, earning={"points": 2, "per": "1.00"})
    replayed(program)
    assert Shown(Replay.objects.get()).cost_a_month is None
    reward(program=program, points_price=100, money_value=Decimal(10))
    result = replayed(program)
    assert Decimal(result["point_value"]) == Decimal("0.1")
    rows = {row.label: row for row in showing.rows_of(Shown(Replay.objects.get()))}
    assert rows["Cost of rewards, as a share of sales"].live == "10.0%"
    assert rows["Cost of rewards, as a share of sales"].difference == "+10.0 pp"
    assert rows["Liability in the end"].draft == "70 zł".replace(" ", "\xa0")


def test_rewards_that_were_had_say_what_a_point_is_worth() -> None:
    program = shop()
    cup = reward(program=program, points_price=20, money_value=Decimal(10))
    reward(program=program, name="Mug", points_price=100, money_value=Decimal(10))
    regular = Account.objects.select_related("program__merchant", "member").get(member__name="Member 5")
    redeeming.redeem(account=regular, reward=cup, reference="R", now=BEGIN + timedelta(days=9))
    draft(program, earning={"points": 2, "per": "1.00"})
    assert Decimal(replayed(program)["point_value"]) == Decimal("0.5")
