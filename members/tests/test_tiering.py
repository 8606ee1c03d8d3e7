"""Tier reviews: each test's name finishes "it …"."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from loyalty_site import jobs
from loyalty_site.models import Job
from loyalty_site.sql import rows
from members import erasing, refunds, review_sql, tiering
from members.models import Account, Notice, TierMark
from members.refunds import NewRefund
from members.tests import factories
from members.tests.factories import NOW
from programs import calendar, terms, tiers, versions
from programs.models import Program, Role
from programs.terms import Level, Tiers

pytestmark = pytest.mark.django_db
ZONE = "Europe/Warsaw"
DAY = date(2026, 3, 10)
A_DAY = timedelta(days=1)

# --- One decision -------------------------------------------------------------------------------------------------

near = st.none() | st.integers(-3, 3).map(lambda days: DAY + timedelta(days=days))
heights = st.sets(st.integers(1, 30), max_size=4).map(lambda found: [0, *sorted(found)])
a_ladder = st.builds(
    lambda ats, downgrade, grace: Tiers(
        downgrade=downgrade,
        grace_days=grace,
        levels=tuple(Level(code=f"t{n}", name=f"T{n}", at=at) for n, at in enumerate(ats)),
    ),
    heights,
    st.sampled_from(["natural", "one_step", "never"]),
    st.integers(0, 2),
)
a_ladder_before = st.lists(st.sampled_from(["t0", "t1", "t2", "gone", "t3", "t4"]), min_size=1, unique=True).map(
    lambda codes: Tiers(levels=tuple(Level(code=code, name=code, at=at) for at, code in enumerate(codes)))
)
a_standing = st.fixed_dictionaries(
    {
        "code": st.sampled_from(["t0", "t1", "t2", "t3", "t4", "gone", ""]),
        "qualifying": st.decimals(-5, 35, places=3),
        "demote_on": near,
        "pinned_until": near,
        "is_still": st.booleans(),
    }
)

ONE = f"""
WITH standing AS (
    SELECT %(code)s::text AS tier_code, %(qualifying)s::numeric AS reached, %(demote_on)s::date AS demote_on,
           %(pinned_until)s::date AS pinned_until
), {review_sql.DECIDED} SELECT to_code, ends_on, is_warned FROM decided
"""


@settings(max_examples=300)
@given(ladder=a_ladder, before=a_ladder_before, standing=a_standing)
def test_decides_in_sql_as_the_pure_function_does(ladder: Tiers, before: Tiers, standing: dict[str, Any]) -> None:
    levels = {"ats": [level.at for level in ladder.levels], "codes": [level.code for level in ladder.levels]}
    ranks = tiers.ranks_among(ladder, [before])
    pure = tiers.review(ladder, day=DAY, ranks=ranks, **standing)
    places = {"known": list(ranks), "places": [rank + 1 for rank in ranks.values()]}
    policy = {"downgrade": ladder.downgrade, "grace": ladder.grace_days, "day": DAY}
    assert tiers.Review(*rows(ONE, levels | places | policy | standing)[0]) == pure


# --- A story of orders, refunds, new terms and nights, beside a model that counts everything each time -----------


def document(**change: Any) -> dict[str, Any]:
    levels = [{"code": code, "name": code.title(), "at": at} for code, at in (("b", 0), ("s", 3), ("g", 8))]
    plan = {"basis": "points", "window": {"kind": "rolling", "months": 1}, "grace_days": 2, "levels": levels}
    return terms.P0 | {"tiers": plan | change}


LADDERS: dict[str, dict[str, Any]] = {
    "short": {},
    "long": {"window": {"kind": "rolling", "months": 2}, "downgrade": "one_step", "grace_days": 0},
    "year": {"window": {"kind": "calendar_year"}, "downgrade": "one_step", "grace_days": 1},
    "life": {"window": {"kind": "lifetime"}, "downgrade": "natural", "grace_days": 1},
    "never": {"downgrade": "never"},
    "steep": {"levels": [{"code": "b", "name": "B", "at": 0}, {"code": "g", "name": "G", "at": 5}]},
}


@dataclass
class Known:
    """What the model keeps of one account."""

    account: Account
    orders: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    code: str = "b"
    demote_on: date | None = None


class Story:
    """The shop and its model, told by one list of steps."""

    def __init__(self, basis: str) -> None:
        self.now, self.basis = NOW, basis
        self.program = factories.shop(terms_document=document(basis=basis))
        self.levels = terms.parse(document(basis=basis)).tiers
        assert self.levels
        self.published = [(NOW - timedelta(days=9999), self.levels)]
        self.people = [Known(factories.account(program=self.program)) for _ in range(2)]

    def counted(self, known: Known, at: datetime) -> int:
        assert self.levels
        since = calendar.window_start(self.levels.window, at, ZONE) or calendar.BEGINNING
        return sum(amount for placed_at, amount in known.orders.values() if placed_at >= since)

    def order(self, who: int, amount: int, days_ago: int) -> None:
        known, placed_at = self.people[who], self.now - timedelta(days=days_ago)
        reference = f"S{len(known.orders)}-{who}"
        factories.order(known.account, f"{amount}.00", at=placed_at, now=self.now, reference=reference)
        known.orders[reference] = (placed_at, 1 if self.basis == "visits" else amount)
        levels = self.levels_at(placed_at)
        natural = tiers.natural(levels, self.counted(known, self.now))
        if tiers.rank(levels, natural.code) > tiers.rank(levels, known.code):
            known.code, known.demote_on = natural.code, None

    def levels_at(self, at: datetime) -> Tiers:
        """An order climbs by the terms of its own date."""
        return next((levels for since, levels in reversed(self.published) if since <= at), self.published[0][1])

    def refund(self, who: int, which: int) -> None:
        known = self.people[who]
        left = [reference for reference, (_at, amount) in known.orders.items() if amount]
        if left:
            reference = left[which % len(left)]
            placed_at, _amount = known.orders[reference]
            money = known.account.member.orders.get(reference=reference).amount
            back = NewRefund(reference=f"R{reference}", order_reference=reference, amount=money)
            refunds.refund(back, merchant=self.program.merchant, now=self.now)
            known.orders[reference] = (placed_at, 0)

    def publish(self, ladder: str) -> None:
        change = document(basis=self.basis, **LADDERS[ladder])
        versions.publish(self.program, change, effective_at=self.now, author=None)
        self.levels = terms.parse(change).tiers
        assert self.levels
        self.published.append((self.now, self.levels))

    def night(self, days: int) -> None:
        """Let days pass, and then run the last night: those between were lost."""
        day = calendar.local_day(self.now, ZONE) + timedelta(days=days)
        starts_at = calendar.start_of_day(day, ZONE)
        self.now = starts_at + timedelta(minutes=30)
        job = jobs.open_job("review-tiers", self.program.merchant_id, day - A_DAY)
        done = jobs.drain(job, clock=lambda: self.now)
        assert done.state == Job.State.DONE, done.error
        for known in self.people:
            self.review(known, day, starts_at)
            self.compare(known, starts_at)
        self.now += timedelta(hours=10)

    def review(self, known: Known, day: date, starts_at: datetime) -> None:
        assert self.levels
        reached = self.counted(known, starts_at)
        decided = tiers.review(
            self.levels, code=known.code, qualifying=reached, day=day, demote_on=known.demote_on, pinned_until=None
        )
        known.code, known.demote_on = decided.code, decided.demote_on

    def compare(self, known: Known, starts_at: datetime) -> None:
        account = known.account
        account.refresh_from_db()
        found = (account.tier_code, account.demote_on, account.qualifying)
        assert found == (known.code, known.demote_on, self.counted(known, starts_at))


who = st.integers(0, 1)
a_step = st.one_of(
    st.tuples(st.just("order"), who, st.integers(1, 5), st.sampled_from([0, 0, 0, 1, 20, 29, 45])),
    st.tuples(st.just("refund"), who, st.integers(0, 5)),
    st.tuples(st.just("publish"), st.sampled_from(sorted(LADDERS))),
    st.tuples(st.just("night"), st.sampled_from([1, 1, 2, 5, 13, 28, 60])),
)


@pytest.mark.parametrize("basis", ["points", "spend", "visits"])
def test_ends_where_counting_everything_each_night_would(basis: str) -> None:
    @settings(max_examples=10, phases=[Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(a_step, min_size=4, max_size=24))
    def tell(steps: list[tuple[Any, ...]]) -> None:
        with transaction.atomic():
            story = Story(basis)
            for verb, *arguments in [*steps, ("night", 1), ("night", 1)]:
                getattr(story, verb)(*arguments)
            transaction.set_rollback(True)

    tell()


def test_counts_anew_what_was_counted_in_another_window_between_two_reviews() -> None:
    story = Story("points")
    story.publish("never")
    story.night(60)
    story.publish("year")
    story.order(1, 4, 45)  # it counts this year, and no more once the window is a month again
    story.publish("never")
    story.night(1)


# --- What a review looks at ---------------------------------------------------------------------------------------


def review(program: Program, day: date) -> dict[str, int]:
    """Run a day's review as the night does, and say what it did."""
    job = jobs.open_job("review-tiers", program.merchant_id, day - A_DAY, again=True)
    done = jobs.drain(job, clock=lambda: calendar.start_of_day(day, ZONE))
    assert done.state == Job.State.DONE, done.error
    return {"ranges": job.chunks.count()} | done.result


def test_looks_only_at_accounts_whose_standing_can_have_changed() -> None:
    program = factories.shop(terms_document=document())
    leaving, staying = (factories.account(program=program) for _ in range(2))
    factories.order(leaving, "4.00", at=NOW)
    assert review(program, DAY + A_DAY)["reviewed"] == 2
    assert review(program, DAY + A_DAY) == {"ranges": 0}
    factories.order(staying, "4.00", at=NOW + timedelta(days=20))
    for days in (21, 30):
        assert review(program, DAY + timedelta(days=days)) == {"ranges": 0}
    assert review(program, date(2026, 4, 10))["warned"] == 1
    leaving.refresh_from_db()
    assert (leaving.qualifying, leaving.demote_on) == (0, date(2026, 4, 13))
    assert review(program, date(2026, 4, 12)) == {"ranges": 0}, "it waits for the end of the grace"
    assert review(program, date(2026, 4, 13))["down"] == 1


def test_leaves_whoever_was_erased_alone() -> None:
    program = factories.shop(terms_document=document())
    owner = factories.staff(merchant=program.merchant, role=Role.OWNER)
    gone, here = (factories.account(program=program) for _ in range(2))
    for account in (gone, here):
        factories.order(account, "4.00", at=NOW)
    erasing.erase(gone.member, by=owner, now=NOW)
    assert review(program, DAY + A_DAY)["reviewed"] == 1
    assert review(program, date(2026, 4, 10))["warned"] == 1
    assert set(Notice.objects.values_list("account", flat=True)) == {here.pk}


def test_looks_at_everybody_when_a_window_without_end_gets_one() -> None:
    program = factories.shop(terms_document=document(**LADDERS["life"]))
    account = factories.account(program=program)
    factories.order(account, "4.00", at=NOW - timedelta(days=300), now=NOW)
    review(program, DAY + A_DAY)
    versions.publish(program, document(), effective_at=NOW + timedelta(days=2), author=None)
    assert review(program, DAY + timedelta(days=3))["warned"] == 1


def test_looks_at_everybody_again_for_an_older_day() -> None:
    program = factories.shop(terms_document=document())
    factories.account(program=program)
    review(program, DAY)
    mark = TierMark.objects.get()
    assert review(program, DAY - A_DAY)["reviewed"] == 1
    assert TierMark.objects.get().since < mark.since


def test_looks_at_two_programs_of_a_shop_in_ranges_that_do_not_overlap() -> None:
    program = factories.shop(terms_document=document())
    factories.program(merchant=program.merchant, code="second", terms_document=document())
    for _ in range(3):
        factories.member(merchant=program.merchant)
    ranges = tiering.plan(program.merchant_id, DAY - A_DAY)
    assert all(first[1] < second[0] for first, second in pairwise(ranges))
    assert review(program, DAY)["reviewed"] == 6
