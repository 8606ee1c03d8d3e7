"""Trying under terms that nobody published: each test's name finishes "it …"."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st

from members import events, orders, trying
from members.events import NewEvent
from members.models import Account, LedgerEntry, RuleIssue
from members.new_orders import NewOrder
from members.refusals import BadAmount
from members.tests import factories
from members.tests.factories import NOW
from members.trying import PURCHASE, Answer, Trial
from programs import drafts, terms, versions
from programs.earning import Line
from programs.models import Program
from programs.supposing import at_all_times
from programs.terms import Terms, TermsRefused, dump, parse
from programs.tests.factories import any_terms, document, money
from programs.versions import Schedule

pytestmark = pytest.mark.django_db


def trial(amount: str = "62.00", *, at: datetime = NOW, event: str = PURCHASE, **fields: Any) -> Trial:
    order = NewOrder(reference="trial", member_id=0, amount=Decimal(amount), **fields.pop("order", {}))
    return Trial(event=event, at=at, order=order, **fields)


def under(terms_tried: Terms, tried: Trial, program: Program) -> Answer:
    schedule = at_all_times(program.pk, terms_tried, number=2)
    return trying.answer(tried, program, schedule, now=NOW)


lines = st.lists(
    st.builds(Line, st.just(""), st.sampled_from(["coffee", "beans", ""]), st.integers(1, 3), money), max_size=3
)
changes = st.fixed_dictionaries(
    {},
    optional={
        "expiry": st.sampled_from(
            [{"kind": "after", "months": 2}, {"kind": "inactivity", "months": 3}, {"kind": "never"}]
        ),
        "tiers": st.sampled_from(
            [
                None,
                terms.P0["tiers"] | {"basis": "spend", "window": {"kind": "rolling", "months": 1}},
                terms.P0["tiers"]
                | {
                    "levels": [
                        {"code": "bronze", "name": "B", "at": 0, "multiplier": "1.3"},
                        {"code": "silver", "name": "S", "at": 40, "multiplier": "1.7", "entry_gift": 9},
                        {"code": "plum", "name": "P", "at": 90, "multiplier": "2", "entry_gift": 5},
                    ]
                },
            ]
        ),
    },
)


def changed(draft: Terms, change: dict[str, Any]) -> Terms:
    """The draft with other parts, where its rules ask for none of the tiers that are gone."""
    try:
        return parse(dump(draft) | change)
    except TermsRefused:
        reject()


@settings(max_examples=25, phases=[Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(
    draft=any_terms(),
    change=changes,
    before=st.lists(st.integers(1, 90), max_size=3),
    amount=money,
    bought=lines,
    days=st.sampled_from([0, 0, 2]),
)
def test_foretells_what_recording_posts(
    draft: Terms, change: dict[str, Any], before: list[int], amount: Decimal, bought: list[Line], days: int
) -> None:
    with transaction.atomic():
        program = factories.shop()
        account = factories.account(program=program)
        for place, earlier in enumerate(before):
            factories.order(account, f"{earlier}.00", at=NOW - timedelta(days=40 - 10 * place))
        after = changed(draft, change)
        tried = trial(str(amount), at=NOW - timedelta(days=days), member=account.member, order={"lines": tuple(bought)})
        foretold = under(after, tried, program)
        posted = posted_under(after, tried, account, days=days)
        (first, *gifts) = posted
        assert (first.points, first.occurred_at) == (foretold.movement.points, foretold.movement.occurred_at)
        assert first.explain == foretold.movement.explain
        assert [entry.points for entry in gifts] == [level.entry_gift for level in foretold.gifts]
        assert sum(entry.points for entry in posted) == foretold.points
        assert Account.objects.get(pk=account.pk).tier_code == foretold.after or after.tiers is None
        if first.points:
            assert first.lot.expires_at == foretold.movement.expires_at
            assert first.lot.available_at == foretold.movement.available_at
        transaction.set_rollback(True)


def posted_under(after: Terms, tried: Trial, account: Account, *, days: int) -> list[LedgerEntry]:
    """Publish the terms for the day of the trial, record it for real, and see what was posted."""
    program = account.program
    known = LedgerEntry.objects.filter(account=account).count()
    at = NOW - timedelta(days=days)
    versions.publish(program, dump(after), effective_at=at, author=None)
    order = replace(tried.order, reference="real", member_id=account.member_id, placed_at=at)
    orders.record(order, merchant=program.merchant, now=NOW)
    return list(LedgerEntry.objects.filter(account=account).order_by("pk")[known:])


def test_foretells_an_event_and_its_cap() -> None:
    rule = {"code": "r", "name": "R", "when": {"event": "review"}, "give": {"points": 30}}
    after = parse(document(rules=[rule | {"cap": {"points": 50, "per": "day"}, "budget": 70}]))
    program = factories.shop(terms_document=dump(after))
    account = factories.account(program=program)
    for expected in (30, 20, 0):
        answer = trying.answer(trial(event="review", member=account.member), program, Schedule([program.pk]), now=NOW)
        assert (answer.points, answer.has_rule) == (expected, True)
        new = NewEvent(member=account.member, event="review", reference=f"r{expected}", occurred_at=NOW)
        assert events.report(new, merchant=program.merchant, now=NOW).points == expected


def test_knows_what_a_version_does_not_reward() -> None:
    program = factories.shop()
    assert not under(parse(terms.P0), trial(event="birthday"), program).has_rule


def test_lets_somebody_new_stand_at_any_tier() -> None:
    program = factories.shop()
    found = [under(parse(terms.P0), trial("100", tier_code=code), program).points for code in ("bronze", "gold", "?")]
    assert found == [100, 150, 100]


def test_finds_a_member_at_a_later_day_as_that_day_would() -> None:
    rolling = document(tiers=terms.P0["tiers"] | {"window": {"kind": "rolling", "months": 1}})
    program = factories.shop(terms_document=rolling)
    account = factories.account(program=program)
    factories.order(account, "450.00", at=NOW - timedelta(days=5))
    soon = under(parse(rolling), trial("60", member=account.member, at=NOW + timedelta(days=1)), program)
    later = under(parse(rolling), trial("60", member=account.member, at=NOW + timedelta(days=40)), program)
    assert (soon.after, later.after) == ("silver", "bronze")


def test_keeps_the_rows_of_budgets_as_they_are() -> None:
    rule = {"code": "r", "name": "R", "when": {}, "give": {"points": 30}}
    program = factories.shop(terms_document=document(rules=[rule]))
    account = factories.account(program=program)
    factories.order(account, "1.00", at=NOW - timedelta(days=1))
    limited = parse(document(rules=[rule | {"budget": 40}]))
    assert under(limited, trial("1.00", member=account.member), program).points == 11
    assert not RuleIssue.objects.exists()


def test_works_in_a_program_that_nobody_published() -> None:
    program = Program.objects.create(merchant=factories.merchant(), name="New", code="new")
    drafts.replace(program, terms.P0, by=None, now=NOW)
    member = factories.member(merchant=program.merchant)
    assert under(parse(terms.P0), trial("20", member=member), program).points == 20
    assert not Account.objects.exists()


def test_refuses_amounts_that_cannot_be_of_one_purchase() -> None:
    program = factories.shop()
    with pytest.raises(BadAmount):
        under(parse(terms.P0), trial("10", order={"shipping": Decimal(11)}), program)
