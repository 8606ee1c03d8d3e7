"""Who changes tier under a draft: each test's name finishes "it …"."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from loyalty_site import jobs
from loyalty_site.models import Job
from members import following, moves, tiering
from members.merging import together
from members.models import Account, Member, Notice, TierChange
from members.tests import factories
from members.tests.factories import NOW
from programs import terms, versions
from programs.models import Program, Role
from programs.terms import parse
from programs.versions import Way

pytestmark = pytest.mark.django_db
LEVELS = [("bronze", 0, 0), ("silver", 500, 0), ("gold", 1500, 0)]


def document(*levels: tuple[str, int, int], **change: Any) -> dict[str, Any]:
    written = [{"code": code, "name": code.title(), "at": at, "entry_gift": gift} for code, at, gift in levels]
    return terms.P0 | {"tiers": terms.P0["tiers"] | {"levels": written} | change}


def shop(*amounts: str, **change: Any) -> Program:
    program = factories.shop(terms_document=document(*LEVELS, **change))
    for amount in amounts:
        factories.order(factories.account(program=program), amount, at=NOW - timedelta(days=1))
    return program


def found(program: Program, *levels: tuple[str, int, int], **change: Any) -> moves.Moves:
    answer = moves.moves(program, parse(document(*levels, **change)), now=NOW)
    assert answer
    return answer


def ways(answer: moves.Moves) -> Counter[tuple[str, str, date | None]]:
    return Counter({(move.from_code, move.to_code, move.starts_on): move.count for move in answer.moves})


def test_counts_who_goes_up_down_and_stays() -> None:
    program = shop("450", "460", "520", "900", "2000")
    answer = found(program, ("bronze", 0, 0), ("silver", 400, 50), ("gold", 800, 0))
    assert ways(answer) == {("bronze", "silver", None): 2, ("silver", "gold", None): 1}
    assert (answer.up_count, answer.down_count, answer.stay_count, answer.gift_points) == (3, 0, 2, 100)
    higher = found(program, ("bronze", 0, 0), ("silver", 600, 0), ("gold", 1500, 0))
    assert ways(higher) == {("silver", "bronze", NOW.date() + timedelta(days=31)): 1}
    assert (higher.up_count, higher.down_count, higher.stay_count) == (0, 1, 4)


def test_lets_fall_at_once_without_grace_one_step_or_to_the_natural_tier() -> None:
    program = shop("2000")
    ladder = (("bronze", 0, 0), ("silver", 2500, 0), ("gold", 3000, 0))
    assert ways(found(program, *ladder, grace_days=0)) == {("gold", "bronze", None): 1}
    assert ways(found(program, *ladder, grace_days=0, downgrade="one_step")) == {("gold", "silver", None): 1}
    never = found(program, *ladder, downgrade="never")
    assert (ways(never), never.kept_count) == ({}, 1)


def test_keeps_whom_a_pin_holds() -> None:
    program = shop("520")
    manager = factories.staff(merchant=program.merchant, role=Role.MANAGER)
    tiering.pin(Account.objects.get(), "silver", until=date(2026, 12, 31), by=manager, reason="friend", now=NOW)
    answer = found(program, ("bronze", 0, 0), ("silver", 600, 0))
    assert (ways(answer), answer.kept_count) == ({}, 1)


def test_puts_a_tier_that_is_gone_on_the_one_below() -> None:
    program = shop("2000")
    gone = found(program, ("bronze", 0, 0), ("silver", 500, 40))
    assert ways(gone) == {("gold", "silver", None): 1}
    assert (gone.up_count, gone.down_count, gone.gift_points) == (0, 0, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"basis": "visits"},
        {"basis": "spend"},
        {"window": {"kind": "lifetime"}},
        {"window": {"kind": "rolling", "months": 1}},
    ],
)
def test_counts_anew_what_counts_by_another_window_or_basis(change: dict[str, Any]) -> None:
    program = shop("450", "2000")
    account = Account.objects.order_by("pk")[0]
    factories.order(account, "100", at=NOW - timedelta(days=60), now=NOW)
    check_against_the_job(program, document(("bronze", 0, 0), ("silver", 2, 0), ("gold", 540, 0), **change))


def test_knows_a_program_without_tiers_before() -> None:
    program = factories.shop(terms_document=terms.P0 | {"tiers": None})
    factories.order(factories.account(program=program), "700")
    answer = found(program, *LEVELS)
    assert ways(answer) == {("", "silver", None): 1}
    assert moves.moves(program, parse(terms.P0 | {"tiers": None}), now=NOW) is None


def test_lets_some_stand_for_all_where_many_are_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "AT_MOST", 4)
    program = shop(*["600"] * 12)
    answer = found(program, ("bronze", 0, 0), ("silver", 1, 0), ("gold", 2, 0), basis="visits")
    assert answer.is_about
    assert sum(move.count for move in answer.moves) % 3 == 0
    jobs.drain(jobs.open_job("review-tiers", program.merchant_id, NOW.date() - timedelta(days=1)), clock=lambda: NOW)
    assert not found(program, ("bronze", 0, 0), ("silver", 400, 0)).is_about


def test_counts_nobody_who_was_erased() -> None:
    program = shop("450", "460", "20")
    Member.objects.filter(accounts=Account.objects.earliest("pk")).update(erased_at=NOW)
    lower = found(program, ("bronze", 0, 0), ("silver", 400, 0))
    assert (ways(lower), lower.stay_count) == ({("bronze", "silver", None): 1}, 1)


def test_counts_a_member_with_a_merged_card_once() -> None:
    program = shop("450", "460", "20")
    stays, goes = Account.objects.order_by("pk").select_related("member")[:2]
    merge(goes, into=stays)
    lower = found(program, ("bronze", 0, 0), ("silver", 400, 0), ("gold", 900, 0))
    assert (ways(lower), lower.stay_count) == ({("silver", "gold", None): 1}, 1)
    check_against_the_job(program, document(("bronze", 0, 0), ("silver", 2, 0), ("gold", 3, 0), basis="visits"))
    assert Account.objects.get(pk=stays.pk).tier_code == "silver"


def merge(goes: Account, *, into: Account) -> None:
    manager = factories.staff(merchant=into.member.merchant, role=Role.MANAGER)
    together.merge(goes.member, into=into.member, by=manager, now=NOW)


def check_against_the_job(program: Program, after: dict[str, Any]) -> None:
    """Publish with tiers moved now, and compare what the job did with what was foretold."""
    foretold = moves.moves(program, parse(after), now=NOW)
    assert foretold
    gifts_before = sum(entry.points for entry in program.entries.all())
    versions.publish(program, after, effective_at=NOW, author=None, way=Way(moves_tiers="now"))
    following.sweep(now=NOW)
    job = Job.objects.get(kind="move-tiers", merchant_id=program.merchant_id)
    assert jobs.drain(job, clock=lambda: NOW).state == "done", job.error
    stepped = TierChange.objects.filter(program=program, cause="edited").values_list("from_code", "to_code")
    at_once = Counter({(move.from_code, move.to_code): move.count for move in foretold.moves if not move.starts_on})
    assert Counter(stepped) == at_once
    later = Counter({move.starts_on: 0 for move in foretold.moves if move.starts_on})
    for move in foretold.moves:
        if move.starts_on:
            later[move.starts_on] += move.count
    warned = Notice.objects.filter(program=program, kind="tier-warning", notice_on=NOW.date())
    assert Counter(notice.subject_on + timedelta(days=1) for notice in warned) == later
    assert sum(entry.points for entry in program.entries.all()) - gifts_before == foretold.gift_points


amounts = st.lists(st.integers(1, 30), min_size=1, max_size=5)
ladders = st.builds(
    lambda codes, ats, gift: [(code, at, gift) for code, at in zip(codes, sorted(ats), strict=False)],
    st.permutations(["bronze", "silver", "gold", "new"]),
    st.sets(st.integers(1, 25), min_size=1, max_size=3).map(lambda found: [0, *found]),
    st.sampled_from([0, 7]),
)
changes = st.fixed_dictionaries(
    {},
    optional={
        "basis": st.sampled_from(["points", "spend", "visits"]),
        "downgrade": st.sampled_from(["natural", "one_step", "never"]),
        "grace_days": st.sampled_from([0, 3]),
        "window": st.sampled_from([{"kind": "lifetime"}, {"kind": "calendar_year"}, {"kind": "rolling", "months": 2}]),
    },
)


@settings(max_examples=12, phases=[Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(
    bought=st.lists(amounts, min_size=1, max_size=3),
    ladder=ladders,
    change=changes,
    days=st.sampled_from([1, 40, 80]),
    merges=st.booleans(),
)
def test_foretells_what_the_job_does(
    bought: list[list[int]], ladder: list[tuple[str, int, int]], change: dict[str, Any], days: int, merges: bool
) -> None:
    with transaction.atomic():
        program = factories.shop(
            terms_document=document(("bronze", 0, 0), ("silver", 8, 0), ("gold", 20, 0), grace_days=5)
        )
        for amounts in bought:
            account = factories.account(program=program)
            for place, amount in enumerate(amounts):
                factories.order(account, f"{amount}.00", at=NOW - timedelta(days=days - min(place, days)), now=NOW)
        if merges and len(bought) > 1:
            stays, goes = Account.objects.filter(program=program).order_by("pk")[:2]
            merge(goes, into=stays)
        check_against_the_job(program, document(*ladder, **change))
        transaction.set_rollback(True)
