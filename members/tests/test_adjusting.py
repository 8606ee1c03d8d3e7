"""Corrections by staff: each test's name finishes "it …"."""

from datetime import timedelta

import pytest

from members import adjusting
from members.models import Account, Adjustment
from members.refusals import NotAllowed
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Role, Staff

pytestmark = pytest.mark.django_db
POSTED, WAITING = Adjustment.State.POSTED, Adjustment.State.WAITING


@pytest.fixture
def account() -> Account:
    return factories.account(program=factories.shop())


@pytest.fixture
def ewa(account: Account) -> Staff:
    return factories.staff(merchant=account.program.merchant, adjust_limit=200, adjust_limit_day=500)


def test_posts_within_the_limits_and_lets_the_rest_wait(account: Account, ewa: Staff) -> None:
    made = [factories.adjustment(account, points, by=ewa) for points in (200, 201, -200, 101, 100)]
    assert [adjustment.state for adjustment in made] == [POSTED, WAITING, POSTED, WAITING, POSTED]
    account.refresh_from_db()
    assert account.balance == 100


def test_begins_a_new_limit_at_local_midnight(account: Account, ewa: Staff) -> None:
    for points in (200, 200, 100):
        factories.adjustment(account, points, by=ewa)
    midnight = NOW.replace(hour=23, minute=0)  # in Warsaw, in winter
    before = factories.adjustment(account, 10, by=ewa, now=midnight - timedelta(seconds=1))
    after = factories.adjustment(account, 10, by=ewa, now=midnight)
    assert [before.state, after.state] == [WAITING, POSTED]


def test_uses_none_of_the_limit_for_what_a_second_person_approved(account: Account, ewa: Staff) -> None:
    manager = factories.staff(merchant=account.program.merchant, role=Role.MANAGER)
    waiting = factories.adjustment(account, 400, by=ewa)
    adjusting.decide(adjustment=waiting, by=manager, is_approved=True, now=NOW)
    assert factories.adjustment(account, 200, by=ewa).state == POSTED
    account.refresh_from_db()
    assert account.balance == 600


def test_leaves_a_decision_to_a_second_person_who_may_take_it(account: Account, ewa: Staff) -> None:
    waiting = factories.adjustment(account, 400, by=ewa)
    colleague = factories.staff(merchant=account.program.merchant)
    stranger = factories.staff(merchant=factories.merchant(), role=Role.OWNER)
    ewa.role = Role.MANAGER
    ewa.save()
    for person in (ewa, colleague, stranger):
        with pytest.raises(NotAllowed):
            adjusting.decide(adjustment=waiting, by=person, is_approved=True, now=NOW)
    account.refresh_from_db()
    assert account.balance == 0


def test_undoes_once_and_puts_points_back_into_their_lots(account: Account, ewa: Staff) -> None:
    factories.order(account, "100.00")
    taken = factories.adjustment(account, -30, by=ewa)
    first, again = (adjusting.undo(adjustment=taken, by=ewa, now=NOW) for _ in range(2))
    assert first == again
    assert account.lots.get().remaining == 100


def test_gives_points_back_to_their_lots_and_lets_end_what_ended_meanwhile() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "100.00")
    taken = factories.adjustment(account, -60)
    boss = factories.staff(merchant=account.program.merchant, role=Role.OWNER)
    adjusting.undo(adjustment=taken, by=boss, now=NOW + timedelta(days=400))
    moved = account.entries.order_by("id").values_list("kind", "points")
    assert list(moved) == [("earn", 100), ("adjust", -60), ("adjust", 60), ("expire", -100)]
