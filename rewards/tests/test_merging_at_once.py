"""Merging while others are at work, each over a connection of their own: nothing is lost, nothing is there twice."""

from datetime import timedelta
from decimal import Decimal

import pytest

from members import audit, orders
from members.merging import apart, together
from members.models import Account, Merge
from members.new_orders import NewOrder
from members.tests import factories
from members.tests.at_once import at_once
from members.tests.factories import NOW
from programs.models import Role
from rewards import redeeming
from rewards.models import Redemption
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=1)


def shop():
    program = factories.shop()
    anna, ania = (factories.account(program=program, name=name) for name in ("Anna", "Ania"))
    manager = factories.staff(merchant=program.merchant, role=Role.MANAGER)
    for account in (anna, ania):
        factories.order(account, "100.00")
    return program, anna, ania, manager


def total(program) -> int:
    assert audit.prove(program.merchant_id, 0, 2**62)[1] == []
    return sum(Account.objects.filter(program=program).values_list("balance", flat=True))


def buying(account, reference: str):
    order = NewOrder(reference=reference, member_id=account.member_id, amount=Decimal("10.00"), placed_at=LATER)
    return lambda: orders.record(order, merchant=account.program.merchant, now=LATER)


def test_a_purchase_by_the_card_that_ends_reaches_the_one_that_stays() -> None:
    program, anna, ania, manager = shop()
    for attempt in range(6):
        merging = lambda: together.merge(ania.member, into=anna.member, by=manager, now=LATER)  # noqa: E731
        at_once(merging, *(buying(ania, f"{attempt}-{n}") for n in range(3)))
        assert Account.objects.get(pk=ania.pk).balance == 0
        merge = Merge.objects.standing().get()
        at_once(lambda merge=merge: apart.undo(merge, by=manager, now=LATER), buying(anna, f"{attempt}-x"))
    assert total(program) == 200 + 6 * 4 * 10


def test_points_are_spent_once() -> None:
    program, anna, ania, manager = shop()
    cup = reward(program=program, points_price=100)
    at_once(
        lambda: together.merge(ania.member, into=anna.member, by=manager, now=LATER),
        *(
            lambda n=n, account=account: redeeming.redeem(account=account, reward=cup, reference=f"v{n}", now=LATER)
            for n, account in enumerate((anna, ania, anna, ania))
        ),
    )
    assert Redemption.objects.count() == 2
    assert total(program) == 0


def test_two_who_merge_both_ways_merge_once() -> None:
    program, anna, ania, manager = shop()
    at_once(
        lambda: together.merge(ania.member, into=anna.member, by=manager, now=LATER),
        lambda: together.merge(anna.member, into=ania.member, by=manager, now=LATER),
        lambda: together.merge(ania.member, into=anna.member, by=manager, now=LATER),
    )
    assert Merge.objects.count() == 1
    assert total(program) == 200


def test_an_undo_at_two_desks_is_one() -> None:
    program, anna, ania, manager = shop()
    merge = together.merge(ania.member, into=anna.member, by=manager, now=LATER)
    at_once(*[lambda: apart.undo(merge, by=manager, now=LATER)] * 3)
    assert Account.objects.get(pk=ania.pk).balance == 100
    assert total(program) == 200
