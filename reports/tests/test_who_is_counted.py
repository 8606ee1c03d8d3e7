"""Counts of people leave out who was merged into another member or erased: each test's name finishes "it …"."""

from __future__ import annotations

import pytest

from members import announcing, erasing
from members.merging import together
from members.models import Account
from members.reading import examples
from members.reading.reach import Reach
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Program, Role
from programs.terms import P0, parse
from reports import holdings

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    """Three cards of two people, and one who was erased."""
    program = factories.shop()
    owner = factories.staff(merchant=program.merchant, role=Role.OWNER)
    stays, goes, erased, _other = (
        factories.account(program=program, email=f"m{number}@example.com", segments=["student"]) for number in range(4)
    )
    factories.order(goes, "30.00")
    together.merge(goes.member, into=stays.member, by=owner, now=NOW)
    erasing.erase(erased.member, by=owner, now=NOW)
    return program


def test_counts_people_once(program: Program) -> None:
    reach = Reach(program, parse(P0))
    assert sum(reach.by_tier.values()) == 2
    assert reach.by_segment == {"student": 2}
    assert reach.birthdays == (0, 2)
    assert announcing.told_by(program) == (2, 0)
    held = holdings.of(program, now=NOW, as_money=False, decimals=2)
    assert (held.members, held.holders, held.points) == (2, 1, 30)


def test_takes_nobody_who_is_gone_for_an_example(program: Program) -> None:
    chosen = {example.number for example in examples.examples(program, parse(P0).tiers, now=NOW)}
    gone = Account.objects.exclude(pk__in=Account.objects.present()).values_list("member__number", flat=True)
    assert len(gone) == 2
    assert chosen.isdisjoint(gone)
