"""Refunds: each test's name finishes "it …"."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from members import expiry, refunds, tiering
from members.brought_back import BroughtBack
from members.models import Account, Refund, RefundLine
from members.refunds import NewRefund, RecordedRefund
from members.refusals import BadAmount, Conflict, ExceedsOrder, Waiting
from members.tests import factories
from members.tests.factories import NOW
from programs.earning import Line
from programs.tests.factories import document

pytestmark = pytest.mark.django_db


def refund(account: Account, order: str, amount: str, *, reference: str, now: datetime = NOW) -> RecordedRefund:
    new = NewRefund(reference=reference, order_reference=order, amount=Decimal(amount))
    return refunds.refund(new, merchant=account.program.merchant, now=now)


def test_takes_back_exactly_the_whole_in_four_quarters() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "10.00", reference="O")
    taken = [refund(account, "O", "2.50", reference=f"R{n}").points for n in range(4)]
    assert taken == [-3, -2, -3, -2]
    with pytest.raises(ExceedsOrder):
        refund(account, "O", "2.50", reference="R5")
    account.refresh_from_db()
    assert (account.balance, account.qualifying, account.order_count) == (0, 0, 0)


def test_waits_for_an_order_that_has_not_come() -> None:
    account = factories.account(program=factories.shop())
    with pytest.raises(Waiting):
        refund(account, "O1", "20.00", reference="R1")
    factories.order(account, "60.00", reference="O1")
    assert list(account.entries.order_by("id").values_list("points", flat=True)) == [60, -20]


def test_leaves_a_refund_waiting_that_is_larger_than_its_order() -> None:
    account = factories.account(program=factories.shop())
    for reference, amount in (("large", "60.01"), ("small", "20.00")):
        with pytest.raises(Waiting):
            refund(account, "O1", amount, reference=reference)
    factories.order(account, "60.00", reference="O1")
    assert Refund.objects.get(order=None).reference == "large"
    account.refresh_from_db()
    assert account.balance == 40


def test_makes_a_debt_that_the_next_credit_pays_first() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "100.00", reference="O")
    factories.adjustment(account, -90)
    refund(account, "O", "100.00", reference="R")
    account.refresh_from_db()
    assert (account.balance, account.debt) == (-90, 90)
    factories.order(account, "50.00")
    account.refresh_from_db()
    assert (account.balance, account.debt, account.lots.open().count()) == (-40, 40, 0)


def test_does_not_take_expired_points_twice() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "100.00", reference="O")
    factories.adjustment(account, -40)
    later = NOW + timedelta(days=400)
    expiry.expire_accounts([account.pk], now=later)
    assert refund(account, "O", "100.00", reference="R", now=later).points == -40


def test_returns_the_first_result_for_the_same_refund() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "10.00", reference="O")
    first = refund(account, "O", "2.50", reference="R")
    again = refund(account, "O", "2.50", reference="R")
    assert (again.is_new, again.points) == (False, first.points)


def test_sweeps_up_a_refund_that_crossed_its_order() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "60.00", reference="O1")
    waiting(account, "O1", "20.00")
    assert (refunds.sweep_waiting(NOW), refunds.sweep_waiting(NOW)) == (1, 0)
    account.refresh_from_db()
    assert account.balance == 40


def test_leaves_the_tier_window_alone_when_the_order_has_left_it() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "300.00", at=NOW - timedelta(days=400), reference="old")
    factories.order(account, "600.00")
    refund(account, "old", "300.00", reference="R")
    account.refresh_from_db()
    assert account.qualifying == 600
    tomorrow = NOW + timedelta(days=1)
    tiering.review_accounts(account.program, [account.pk], day=tomorrow.date(), now=tomorrow)
    factories.order(account, "10.00", at=tomorrow)
    account.refresh_from_db()
    assert account.qualifying == 610


@pytest.mark.parametrize("basis", ["points", "spend", "visits"])
def test_takes_back_what_the_order_counted_for_tiers(basis: str) -> None:
    tiers = document()["tiers"] | {"basis": basis}
    account = factories.account(program=factories.shop(terms_document=document(tiers=tiers)))
    factories.order(account, "59.60", reference="O")
    refund(account, "O", "19.60", reference="R1")
    account.refresh_from_db()
    assert account.qualifying == (1 if basis == "visits" else 40)
    refund(account, "O", "40.00", reference="R2")
    account.refresh_from_db()
    assert account.qualifying == 0


def test_takes_back_the_carry_that_the_order_left() -> None:
    terms = document(earning={"per": "50.00", "carry_over": True})
    account = factories.account(program=factories.shop(terms_document=terms))
    factories.order(account, "70.00", reference="O")
    left = []
    for number, amount in enumerate(("30.00", "40.00")):
        refund(account, "O", amount, reference=f"R{number}")
        account.refresh_from_db()
        left.append((account.balance, account.carry))
    assert left == [(0, 40), (0, 0)]


def test_counts_an_order_out_that_had_earned_nothing() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "0.50", reference="O")
    assert refund(account, "O", "0.50", reference="R").points == 0
    account.refresh_from_db()
    assert (account.order_count, account.order_total) == (0, 0)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e30", "0", "-1"])
def test_refuses_what_is_no_amount(amount: str) -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "10.00", reference="O")
    with pytest.raises(BadAmount):
        refund(account, "O", amount, reference="R")


def basket(**rule: object) -> Account:
    """Beans for 40.00 in two pieces and a mug for 20.00, under a rule about beans."""
    beans = {"code": "beans", "name": "Beans", "when": {"categories": ["beans"]}, **rule}
    account = factories.account(program=factories.shop(terms_document=document(rules=[beans])))
    lines = (
        Line(sku="bean", category="beans", quantity=2, amount=Decimal(40)),
        Line(sku="mug", category="mugs", amount=Decimal(20)),
    )
    factories.order(account, "60.00", reference="O", lines=lines)
    return account


def bring_back(account: Account, amount: str, *lines: BroughtBack, reference: str) -> int:
    new = NewRefund(reference=reference, order_reference="O", amount=Decimal(amount), lines=lines)
    return refunds.refund(new, merchant=account.program.merchant, now=NOW).points


def piece(sku: str, quantity: str = "1", **fields: Decimal) -> BroughtBack:
    return BroughtBack(sku=sku, quantity=Decimal(quantity), **fields)


@pytest.mark.parametrize(
    ("give", "taken"),
    [
        ({"multiplier": "2"}, [-40, -20, -40]),  # 100 = 2 × 40 + 20; a piece of beans is 2 × 20
        ({"points": 1, "per": "2.00"}, [-30, -20, -30]),  # 80 = 60 + 20
        ({"points": 10, "each": "item"}, [-30, -20, -30]),  # 80 = 60 + 2 × 10
        ({"points": 50}, [-20, -20, -70]),  # 110 = 60 + 50, which goes with the last beans
    ],
)
def test_takes_back_what_the_returned_lines_gave(give: dict[str, object], taken: list[int]) -> None:
    account = basket(give=give)
    assert [
        bring_back(account, "20.00", piece("bean"), reference="R1"),
        bring_back(account, "20.00", piece("mug"), reference="R2"),
        bring_back(account, "20.00", piece("bean"), reference="R3"),
    ] == taken
    account.refresh_from_db()
    assert (account.balance, account.qualifying, account.order_count) == (0, 0, 0)


def test_adds_up_when_lines_and_money_come_back_by_turns() -> None:
    account = basket(give={"multiplier": "2"})
    taken = [
        bring_back(account, "15.00", reference="R1"),  # 45 of 60 stay: 75 of 100
        bring_back(account, "20.00", piece("mug"), reference="R2"),  # beans shrunk to 25: 50
        bring_back(account, "20.00", piece("bean"), reference="R3"),  # beans shrunk to 5: 10
        bring_back(account, "5.00", reference="R4"),
    ]
    assert taken == [-25, -25, -40, -10]


def test_takes_pieces_as_money_or_money_as_pieces() -> None:
    account = basket(give={"points": 10, "each": "item"})
    assert bring_back(account, "30.00", BroughtBack(sku="bean", amount=Decimal(30)), reference="R1") == -45
    assert bring_back(account, "10.00", piece("mug", amount=Decimal(10)), reference="R2") == -10
    assert RefundLine.objects.get(sku="bean").quantity == Decimal("1.5")


def test_shrinks_the_lines_to_what_was_given_back() -> None:
    account = basket(give={"multiplier": "2"})
    assert bring_back(account, "30.00", piece("bean", "2"), reference="R1") == -70  # no beans, no bonus; 30 stay
    assert RefundLine.objects.get().amount == 30


@pytest.mark.parametrize("line", [piece("bean", "3"), piece("tea"), piece("bean", amount=Decimal("40.01"))])
def test_refuses_lines_that_the_order_did_not_have(line: BroughtBack) -> None:
    account = basket(give={"multiplier": "2"})
    with pytest.raises(ExceedsOrder):
        bring_back(account, "50.00", line, reference="R1")
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    "line", [BroughtBack(sku="bean"), piece("bean", "NaN"), piece("bean", "-1"), piece("bean", amount=Decimal(51))]
)
def test_refuses_lines_that_no_order_could_have(line: BroughtBack) -> None:
    account = basket(give={"multiplier": "2"})
    with pytest.raises(BadAmount):
        bring_back(account, "50.00", line, reference="R1")


def test_answers_with_the_first_result_or_a_conflict_when_lines_are_sent_again() -> None:
    account = basket(give={"multiplier": "2"})
    again = [bring_back(account, "20.00", piece("bean", text), reference="R1") for text in ("1", "1.000")]
    assert again == [-40, -40]
    with pytest.raises(Conflict):
        bring_back(account, "20.00", piece("mug"), reference="R1")


def test_holds_back_lines_that_came_before_their_order_until_they_fit() -> None:
    account = factories.account(program=factories.shop())
    for reference, line in (("R1", piece("bean")), ("R2", piece("tea"))):
        with pytest.raises(Waiting):
            bring_back(account, "20.00", line, reference=reference)
    factories.order(account, "60.00", reference="O", lines=(Line(sku="bean", amount=Decimal(20)),))
    assert Refund.objects.get(order=None).reference == "R2"


def test_forgives_what_was_not_there_when_terms_take_within_the_balance() -> None:
    account = factories.account(program=factories.shop(terms_document=document(clawback="within_balance")))
    factories.order(account, "100.00", reference="O")
    factories.adjustment(account, -90)
    assert refund(account, "O", "50.00", reference="R1").points == -10
    factories.order(account, "100.00")
    assert refund(account, "O", "50.00", reference="R2").points == -50


def test_sweeps_past_refunds_that_cannot_be_applied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refunds, "PAGE", 1)
    account = factories.account(program=factories.shop())
    for reference, amount in (("O1", "70.00"), ("O2", "20.00"), ("O3", "30.00")):
        factories.order(account, "60.00", reference=reference)
        waiting(account, reference, amount)
    assert refunds.sweep_waiting(NOW) == 2
    assert Refund.objects.get(order=None).order_reference == "O1"


def waiting(account: Account, order: str, amount: str) -> None:
    """A refund that crossed its order: both are there, and neither saw the other."""
    Refund.objects.create(
        merchant=account.program.merchant,
        source="till",
        reference=f"R-{order}",
        order_reference=order,
        amount=Decimal(amount),
        refunded_at=NOW,
    )
