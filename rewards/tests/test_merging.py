"""Merging two members, and undoing it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from members import adjusting, audit, erasing, families, finding, noting, orders, refunds
from members.merging import apart, together
from members.models import Account, Member, Merge, PointsLot
from members.new_orders import NewOrder
from members.refunds import NewRefund
from members.refusals import NotAllowed, OwnCard
from members.tests import factories
from members.tests.factories import NOW
from programs import terms
from programs.models import Role
from rewards import redeeming
from rewards.refusals import LimitReached
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db


class Two:
    """A shop with two members who are one person, and a manager."""

    def __init__(self, **terms: Any) -> None:
        self.program = factories.shop(**terms)
        self.merchant = self.program.merchant
        self.anna = factories.account(program=self.program, name="Anna Kowalczyk", email="anna@example.com")
        self.ania = factories.account(program=self.program, name="Ania Kowalczyk", phone="+48 600 100 200")
        self.manager = factories.staff(merchant=self.merchant, role=Role.MANAGER)

    def merge(self, *, days: int = 1, **fields: Any) -> Merge:
        at = NOW + timedelta(days=days)
        return together.merge(self.ania.member, into=self.anna.member, by=self.manager, now=at, **fields)

    def undo(self, merge: Merge, *, days: int = 2) -> Merge:
        return apart.undo(merge, by=self.manager, now=NOW + timedelta(days=days))

    def balances(self) -> tuple[int, int]:
        kept = Account.objects.in_bulk([self.anna.pk, self.ania.pk])
        return kept[self.anna.pk].balance, kept[self.ania.pk].balance

    def assert_books_balance(self) -> None:
        _count, off = audit.prove(self.merchant.pk, 0, 2**62)
        assert off == []
        assert audit.total(self.program) == []


def lots_of(account: Account) -> list[tuple[int, Any, Any]]:
    lots = PointsLot.objects.open().filter(account=account).spend_order()
    return [(lot.remaining, lot.available_at, lot.expires_at) for lot in lots]


def test_it_keeps_the_end_of_every_lot() -> None:
    two = Two()
    factories.order(two.anna, "100.00", at=NOW - timedelta(days=60))
    factories.order(two.ania, "30.00", at=NOW - timedelta(days=90))
    factories.order(two.ania, "50.00", at=NOW)
    expected = sorted(lots_of(two.anna) + lots_of(two.ania), key=lambda lot: lot[2])
    two.merge()
    assert lots_of(two.anna) == expected
    assert two.balances() == (180, 0)
    two.assert_books_balance()


def test_an_undo_restores_both() -> None:
    two = Two()
    factories.order(two.anna, "100.00", at=NOW - timedelta(days=60))
    factories.order(two.ania, "30.00", at=NOW)
    before = state(two)
    two.undo(two.merge())
    assert state(two) == before
    two.assert_books_balance()


def state(two: Two) -> Any:
    return [
        (
            list(PointsLot.objects.open().filter(account=account).order_by("pk").values()),
            Account.objects.filter(pk=account.pk).values().get(),
            Member.objects.filter(pk=account.member_id).values().get(),
            list(account.member.orders.order_by("pk").values()),
        )
        for account in (two.anna, two.ania)
    ]


def test_a_refund_takes_the_points_of_a_purchase_by_the_other_card() -> None:
    two = Two()
    bought = factories.order(two.ania, "80.00", reference="O1")
    factories.order(two.anna, "50.00")
    merge = two.merge()
    back = NewRefund(reference="R1", order_reference="O1", amount=Decimal("20.00"))
    assert refunds.refund(back, merchant=two.merchant, now=NOW + timedelta(days=1)).points == -20
    assert two.balances() == (110, 0)
    two.assert_books_balance()
    two.undo(merge)
    assert two.balances() == (50, 60)
    assert two.ania.member.orders.get().pk == bought.order_id
    two.assert_books_balance()


def test_what_counts_for_tiers_counts_together() -> None:
    two = Two()
    factories.order(two.anna, "300.00")
    factories.order(two.ania, "250.00")
    merge = two.merge()
    anna = Account.objects.get(pk=two.anna.pk)
    assert (anna.tier_code, anna.qualifying, anna.order_count) == ("silver", 550, 2)
    two.undo(merge)
    anna = Account.objects.get(pk=two.anna.pk)
    assert (anna.tier_code, anna.qualifying, anna.order_count) == ("bronze", 300, 1)


def test_an_order_counts_for_the_tier_of_both() -> None:
    two = Two()
    factories.order(two.anna, "300.00")
    factories.order(two.ania, "150.00")
    two.merge()
    factories.order(two.ania, "60.00", at=NOW + timedelta(days=1, hours=1))
    assert Account.objects.get(pk=two.anna.pk).tier_code == "silver"
    two.assert_books_balance()


def test_limits_that_one_card_used_are_used() -> None:
    two = Two()
    cup = reward(program=two.program, points_price=10, limit_times=1)
    factories.order(two.anna, "50.00")
    factories.order(two.ania, "50.00")
    redeeming.redeem(account=two.ania, reward=cup, reference="v1", now=NOW)
    merge = two.merge()
    with pytest.raises(LimitReached):
        redeeming.redeem(account=two.anna, reward=cup, reference="v2", now=NOW + timedelta(days=1))
    two.undo(merge)
    redeeming.redeem(account=two.anna, reward=cup, reference="v3", now=NOW + timedelta(days=3))


def test_a_voucher_of_the_other_card_gives_its_points_back_to_the_one_that_stays() -> None:
    two = Two()
    cup = reward(program=two.program, points_price=40)
    factories.order(two.ania, "50.00")
    ends_at = PointsLot.objects.get(account=two.ania).expires_at
    voucher = redeeming.redeem(account=two.ania, reward=cup, reference="v1", now=NOW)
    two.merge()
    redeeming.cancel(voucher, now=NOW + timedelta(days=1))
    assert two.balances() == (50, 0)
    assert {lot[2] for lot in lots_of(two.anna)} == {ends_at}
    two.assert_books_balance()


def test_points_spent_since_are_those_of_the_card_that_stayed() -> None:
    two = Two()
    factories.order(two.anna, "50.00", at=NOW)
    factories.order(two.ania, "50.00", at=NOW - timedelta(days=60))
    merge = two.merge()
    cup = reward(program=two.program, points_price=40)
    redeeming.redeem(account=two.anna, reward=cup, reference="v1", now=NOW + timedelta(days=1))
    two.undo(merge)
    assert two.balances() == (10, 50)
    two.assert_books_balance()


def test_both_numbers_find_the_one_member() -> None:
    two = Two()
    merge = two.merge()
    found = {finding.known(two.merchant, account.member.number) for account in (two.anna, two.ania)}
    assert found == {two.anna.member_id}
    two.undo(merge)
    assert finding.known(two.merchant, two.ania.member.number) == two.ania.member_id


def test_an_order_sent_again_is_the_same_order() -> None:
    two = Two()
    first = factories.order(two.ania, "50.00", reference="O1")
    two.merge()
    again = NewOrder(reference="O1", member_id=two.anna.member_id, amount=Decimal("50.00"), placed_at=NOW)
    assert orders.record(again, merchant=two.merchant, now=NOW + timedelta(days=1)).order_id == first.order_id


def test_a_correction_that_waited_is_posted_where_the_points_are() -> None:
    two = Two()
    cashier = factories.staff(merchant=two.merchant)
    waiting = factories.adjustment(two.ania, 900, by=cashier)
    two.merge()
    adjusting.decide(adjustment=waiting, by=two.manager, is_approved=True, now=NOW + timedelta(days=1))
    assert two.balances() == (900, 0)


def test_a_correction_undone_is_taken_from_the_one_that_stays() -> None:
    two = Two()
    given = factories.adjustment(two.ania, 30, by=two.manager)
    two.merge()
    adjusting.undo(adjustment=given, by=two.manager, now=NOW + timedelta(days=1))
    assert two.balances() == (0, 0)
    two.assert_books_balance()


def test_a_debt_goes_along() -> None:
    two = Two()
    factories.order(two.ania, "50.00", reference="O1")
    redeeming.redeem(account=two.ania, reward=reward(program=two.program, points_price=40), reference="v1", now=NOW)
    refunds.refund(
        NewRefund(reference="R1", order_reference="O1", amount=Decimal("50.00")), merchant=two.merchant, now=NOW
    )
    factories.order(two.anna, "100.00")
    merge = two.merge()
    assert two.balances() == (60, 0)
    two.undo(merge)
    assert two.balances() == (100, -40)
    two.assert_books_balance()


def test_what_expired_meanwhile_has_expired() -> None:
    two = Two(terms_document=terms.P0 | {"expiry": {"kind": "after", "days": 10}})
    factories.order(two.ania, "50.00", at=NOW)
    factories.order(two.ania, "20.00", at=NOW + timedelta(days=5))
    merge = two.merge(days=6)
    two.undo(merge, days=12)
    assert two.balances() == (0, 20)
    two.assert_books_balance()


def test_who_it_is_can_be_chosen_and_comes_back() -> None:
    two = Two()
    merge = two.merge(take=["name"])
    anna = Member.objects.get(pk=two.anna.member_id)
    assert (anna.name, anna.email, anna.phone) == ("Ania Kowalczyk", "anna@example.com", "+48600100200")
    two.undo(merge)
    assert [Member.objects.get(pk=one.member_id).phone for one in (two.anna, two.ania)] == ["", "+48600100200"]


def test_a_merge_can_be_merged_and_both_undone() -> None:
    two = Two()
    basia = factories.account(program=two.program, name="Basia")
    for account in (two.anna, two.ania, basia):
        factories.order(account, "10.00")
    first = two.merge()
    second = together.merge(
        Member.objects.get(pk=two.anna.member_id), into=basia.member, by=two.manager, now=NOW + timedelta(days=2)
    )
    assert Account.objects.get(pk=basia.pk).balance == 30
    assert set(families.absorbed([basia.pk])) == {two.anna.pk, two.ania.pk}
    with pytest.raises(NotAllowed):
        two.undo(first)
    two.undo(second, days=3)
    assert two.balances() == (20, 0)
    two.undo(first, days=4)
    assert two.balances() == (10, 10)
    two.assert_books_balance()


def test_an_undo_comes_in_time_or_not_at_all() -> None:
    two = Two()
    merge = two.merge(days=0)
    with pytest.raises(NotAllowed):
        two.undo(merge, days=31)


def test_nobody_merges_their_own_card() -> None:
    two = Two()
    own = factories.member(merchant=two.merchant, name="Marta", email=two.manager.user.email)
    with pytest.raises(OwnCard):
        together.merge(own, into=two.anna.member, by=two.manager, now=NOW)


def test_a_cashier_merges_nobody() -> None:
    two = Two()
    cashier = factories.staff(merchant=two.merchant)
    with pytest.raises(NotAllowed):
        together.merge(two.ania.member, into=two.anna.member, by=cashier, now=NOW)


def test_merging_twice_answers_with_the_first() -> None:
    two = Two()
    factories.order(two.ania, "10.00")
    first = two.merge()
    assert two.merge() == first
    assert two.undo(first).undone_at == two.undo(first, days=3).undone_at
    assert two.balances() == (0, 10)


def test_nobody_who_was_erased_is_merged() -> None:
    two = Two()
    erasing.erase(two.ania.member, by=two.manager, now=NOW)
    with pytest.raises(NotAllowed):
        two.merge()


def test_a_note_that_was_pinned_is_pinned_again() -> None:
    two = Two()
    for card in (two.anna, two.ania):
        noting.write(card.member, f"Of {card.member}", is_pinned=True, by=two.manager, now=NOW)
    merge = two.merge()
    assert [note.text for note in two.anna.member.notes.filter(is_pinned=True)] == ["Of Anna Kowalczyk"]
    two.undo(merge)
    assert [note.text for note in two.ania.member.notes.filter(is_pinned=True)] == ["Of Ania Kowalczyk"]
