"""Daily rows: each test's name finishes "it …"."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings as site
from django.core.management import call_command, get_commands, load_command_class
from django.db.models import F, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty_site import jobs
from loyalty_site.commands import JobCommand
from loyalty_site.models import Job
from members import expiry, refunds
from members.books import of as books_of
from members.models import Account, Order, Refund
from members.refunds import NewRefund
from members.tests import factories
from programs import calendar
from programs.models import Merchant, Program
from programs.terms import P0
from reports import rollup
from reports.models import DailyKpi, FillMark, WindowKpi
from reports.periods import Period
from rewards import redeeming
from rewards.models import Reward
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
THROUGH = date(2026, 3, 31)
A_DAY = timedelta(days=1)


def refund(program: Program, order: str, amount: str, *, at: datetime) -> None:
    new = NewRefund(reference=f"R-{order}-{at:%m%d}", order_reference=order, amount=Decimal(amount), refunded_at=at)
    refunds.record(new, merchant=program.merchant, now=at)


def day_of(merchant: Merchant, day: date) -> DailyKpi:
    return merchant.daily_kpis.get(day=day)


def table(merchant: Merchant) -> list[Any]:
    days = merchant.daily_kpis.order_by("day").values_list()
    windows = merchant.window_kpis.order_by("weeks", "day").values_list()
    return [*days, *windows]


def test_counts_orders_refunds_and_points_on_their_own_days() -> None:
    account = factories.account(program=factories.shop())
    merchant = account.program.merchant
    factories.order(account, "100.00", at=MARCH, reference="O1")
    factories.adjustment(account, 30, now=MARCH)
    redeeming.redeem(
        account=account, reward=reward(program=account.program, points_price=40), reference="x", now=MARCH + A_DAY
    )
    refund(account.program, "O1", "25.00", at=MARCH + 2 * A_DAY)
    rollup.refresh(merchant, through=THROUGH)
    first, second, third = (day_of(merchant, date(2026, 3, day)) for day in (10, 11, 12))
    assert (first.order_count, first.sales, first.points_earned, first.points_adjusted) == (1, 100, 100, 30)
    assert (second.points_redeemed, second.sales) == (40, 0)
    assert (third.refunds, third.points_clawed_back, third.sales) == (25, 25, 0)
    assert [row.points_outstanding for row in (first, second, third)] == [130, 90, 65]
    assert merchant.daily_kpis.count() == len(Period(1, THROUGH).days) + 15


def test_changes_nothing_the_second_time() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "100.00", at=MARCH)
    merchant = account.program.merchant
    assert rollup.refresh(merchant, through=THROUGH) > 0
    before = table(merchant)
    assert rollup.refresh(merchant, through=THROUGH) == 0
    assert rollup.fill(merchant, date(2026, 3, 10), THROUGH) == 0
    assert table(merchant) == before


def test_refills_the_day_of_a_backdated_order_and_all_that_follows() -> None:
    account = factories.account(program=factories.shop())
    merchant = account.program.merchant
    factories.order(account, "100.00", at=MARCH)
    rollup.refresh(merchant, through=THROUGH)
    factories.order(account, "50.00", at=MARCH - 20 * A_DAY, now=MARCH + 40 * A_DAY)
    rollup.refresh(merchant, through=THROUGH)
    assert day_of(merchant, date(2026, 2, 18)).sales == 50
    assert day_of(merchant, date(2026, 2, 19)).points_outstanding == 50
    assert day_of(merchant, THROUGH).points_outstanding == 150
    window = merchant.window_kpis.get(weeks=4, day=date(2026, 3, 18))
    assert (window.active_count, window.previous_count, window.returned_count) == (1, 1, 1)


def test_sees_what_was_recorded_before_the_last_fill_but_committed_after_it() -> None:
    account = factories.account(program=factories.shop())
    merchant = account.program.merchant
    factories.order(account, "100.00", at=MARCH)
    rollup.refresh(merchant, through=THROUGH)
    FillMark.objects.update(filled_at=F("filled_at") + rollup.OVERLAP / 2)
    factories.order(account, "50.00", at=MARCH)
    rollup.refresh(merchant, through=THROUGH)
    assert day_of(merchant, MARCH.date()).sales == 150


def test_sees_a_refund_that_waited_for_its_order() -> None:
    account = factories.account(program=factories.shop())
    merchant = account.program.merchant
    refund(account.program, "O1", "20.00", at=MARCH)
    rollup.refresh(merchant, through=THROUGH)
    assert not DailyKpi.objects.exists()
    factories.order(account, "60.00", at=MARCH + 3 * A_DAY, reference="O1")
    rollup.refresh(merchant, through=THROUGH)
    assert day_of(merchant, date(2026, 3, 10)).refunds == 20
    assert day_of(merchant, THROUGH).points_outstanding == 40


def test_puts_an_expiry_at_midnight_on_the_day_that_ends() -> None:
    terms = {"expiry": {"kind": "dates", "dates": ["12-31"]}}
    program = factories.shop(terms_document=P0 | terms)
    account = factories.account(program=program)
    factories.order(account, "10.00", at=MARCH)
    expiry.expire_accounts([account.pk], now=datetime(2027, 1, 1, 1, 0, tzinfo=UTC))
    rollup.refresh(program.merchant, through=date(2027, 1, 1))
    assert day_of(program.merchant, date(2026, 12, 31)).points_expired == 10
    assert day_of(program.merchant, date(2026, 12, 31)).points_outstanding == 0
    assert day_of(program.merchant, date(2027, 1, 1)).points_expired == 0


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Warsaw", date(2026, 3, 29)),
        ("Europe/Warsaw", date(2026, 10, 25)),
        ("Africa/Cairo", date(2026, 4, 24)),
        ("Pacific/Kiritimati", date(2026, 5, 1)),
        ("Asia/Kathmandu", date(2026, 5, 1)),
    ],
)
def test_cuts_days_in_the_shops_zone(zone: str, day: date) -> None:
    account = factories.account(program=factories.shop(zone=zone))
    merchant = account.program.merchant
    starts, ends = calendar.start_of_day(day, zone), calendar.end_of_day(day, zone)
    instant = timedelta(microseconds=1)
    for at, amount in ((starts - instant, "1.00"), (starts, "2.00"), (ends - instant, "4.00"), (ends, "8.00")):
        factories.order(account, amount, at=at)
    rollup.refresh(merchant, through=day + A_DAY)
    assert [row.sales for row in merchant.daily_kpis.order_by("day")] == [1, 6, 8]
    assert [row.active_count for row in merchant.window_kpis.filter(weeks=1).order_by("day")] == [1, 1, 1]


def test_counts_people_once_per_window_whatever_they_bought() -> None:
    program = factories.shop()
    faithful, lapsed, new = (factories.account(program=program, name=name) for name in "ABC")
    for weeks in (0, 1, 5, 6):
        factories.order(faithful, "10.00", at=MARCH - timedelta(weeks=weeks))
    factories.order(lapsed, "10.00", at=MARCH - timedelta(weeks=5))
    factories.order(new, "10.00", at=MARCH)
    rollup.refresh(program.merchant, through=date(2026, 3, 10))
    window = WindowKpi.objects.get(weeks=4, day=date(2026, 3, 10))
    assert (window.active_count, window.previous_count, window.returned_count) == (2, 2, 1)


def test_runs_as_a_job_and_as_a_command() -> None:
    account = factories.account(program=factories.shop(slug="beans"))
    factories.order(account, "10.00", at=MARCH)
    merchant = account.program.merchant
    job = jobs.drain(jobs.open_job("fill-kpis", merchant.pk, date(2026, 3, 10)))
    assert (job.state, job.result) == ("done", {"days": 1})
    call_command("fill_kpis", merchant="beans", date="2026-03-12")
    assert merchant.daily_kpis.count() == 3
    assert merchant.fill_mark.closed_on == date(2026, 3, 12)


def test_has_a_command_for_every_job_of_a_night() -> None:
    account = factories.account(program=factories.shop(slug="beans"))
    factories.order(account, "10.00", at=MARCH)
    ours = [name for name, app in get_commands().items() if app in ("members", "reports")]
    commands = {name: load_command_class(get_commands()[name], name) for name in ours}
    kinds = {command.kind: name for name, command in commands.items() if isinstance(command, JobCommand)}
    assert set(kinds) == set(site.JOB_KINDS)
    for name in kinds.values():
        call_command(name, merchant="beans")
    done = Job.objects.filter(merchant_id=account.program.merchant_id, state=Job.State.DONE)
    assert set(done.values_list("kind", flat=True)) == set(kinds)


happenings = st.lists(
    st.tuples(
        st.sampled_from(["order", "late order", "refund", "adjust", "redeem", "expire", "fill"]),
        st.integers(0, 60 * 24),  # hours after the start
        st.integers(1, 80),
        st.integers(0, 1),
    ),
    max_size=25,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(happenings=happenings)
def test_agrees_with_the_ledger_and_the_orders_whatever_happens(happenings: list[tuple[str, int, int, int]]) -> None:
    program = factories.shop(zone="America/New_York", terms_document=P0 | {"expiry": {"kind": "after", "days": 9}})
    accounts = [factories.account(program=program, name=name) for name in "AB"]
    mug = reward(program=program, points_price=20)
    clock = datetime(2026, 2, 20, tzinfo=UTC)
    for number, (what, hours, amount, who) in enumerate(happenings):
        clock = max(clock, datetime(2026, 2, 20, tzinfo=UTC) + timedelta(hours=hours))
        happen(what, accounts[who], mug, amount=amount, number=number, now=clock)
    last = clock.astimezone(program.merchant.zone).date()
    rollup.refresh(program.merchant, through=last)
    assert_agrees(program, last)


def happen(what: str, account: Account, mug: Reward, *, amount: int, number: int, now: datetime) -> None:
    account.refresh_from_db()
    if what == "order":
        factories.order(account, f"{amount}.00", at=now, reference=f"O{number}")
    elif what == "late order":
        factories.order(account, f"{amount}.00", at=now - timedelta(days=amount), now=now, reference=f"O{number}")
    elif what == "adjust":
        factories.adjustment(account, amount, now=now)
    elif what == "expire":
        expiry.expire_accounts([account.pk], now=now)
    elif what == "fill":
        rollup.refresh(account.program.merchant, through=calendar.local_day(now, account.program.merchant.zone))
    else:
        take_back(what, account, mug, amount=amount, number=number, now=now)


def take_back(what: str, account: Account, mug: Reward, *, amount: int, number: int, now: datetime) -> None:
    bought = Order.objects.filter(member=account.member, refunded=0).first()
    if what == "refund" and bought:
        refund(account.program, bought.reference, "1.00", at=now)
    if what == "redeem" and sum(lot.remaining for lot in account.lots.spendable(now)) >= mug.points_price:
        voucher = redeeming.redeem(account=account, reward=mug, reference=f"V{number}", now=now)
        if amount % 2:
            redeeming.cancel(voucher, now=now)


def assert_agrees(program: Program, last: date) -> None:
    days = DailyKpi.objects.filter(merchant=program.merchant)
    total = days.aggregate(
        *(
            Sum(name)
            for name in (
                "sales",
                "refunds",
                "order_count",
                "points_earned",
                "points_redeemed",
                "points_expired",
                "points_clawed_back",
                "points_adjusted",
            )
        )
    )
    books = books_of(program)
    orders = Order.objects.filter(merchant=program.merchant)
    assert (total["order_count__sum"] or 0) == orders.count()
    assert (total["sales__sum"] or 0) == (orders.aggregate(sum=Sum("amount"))["sum"] or 0)
    assert (total["refunds__sum"] or 0) == (
        Refund.objects.filter(merchant=program.merchant).aggregate(sum=Sum("amount"))["sum"] or 0
    )
    assert (total["points_earned__sum"] or 0) == books.issued
    assert (total["points_redeemed__sum"] or 0) == books.redeemed
    assert (total["points_expired__sum"] or 0) == books.expired
    assert (total["points_clawed_back__sum"] or 0) == books.clawed_back
    assert (total["points_adjusted__sum"] or 0) == books.adjusted
    assert [row.points_outstanding for row in days.filter(day=last)] == ([books.outstanding] if days else [])
    for window in WindowKpi.objects.filter(merchant=program.merchant):
        assert counted(program.merchant, window) == (window.active_count, window.previous_count, window.returned_count)


def counted(merchant: Merchant, window: WindowKpi) -> tuple[int, int, int]:
    period = Period(window.weeks, window.day)
    now, before = (
        set(
            Order.objects.filter(merchant=merchant, placed_at__gte=bounds[0], placed_at__lt=bounds[1]).values_list(
                "member_id", flat=True
            )
        )
        for bounds in (period.bounds(merchant.zone), period.previous.bounds(merchant.zone))
    )
    return len(now), len(before), len(now & before)
