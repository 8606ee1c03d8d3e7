"""Why an entry is as it is: every kind of entry, in whole sentences, for the customer, the cashier and the owner."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from members import crediting, expiry, refunds, undoing
from members.models import Account, LedgerEntry, Order
from members.reading import statement
from members.reading.why import explanation, why_of, words_of
from members.refunds import NewRefund
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Role
from programs.terms import P0
from programs.wording import Audience
from rewards import redeeming
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
RULES = [
    {"code": "welcome", "name": "Welcome", "when": {"event": "sign_up"}, "give": {"points": 25}},
    {"code": "tuesday", "name": "Double Tuesday", "when": {"weekdays": ["tue"]}, "give": {"multiplier": "2"}},
    {"code": "north", "name": "Northern lights", "when": {"locations": ["n-7"]}, "give": {"points": 10}},
    {"code": "bag", "name": "Bags", "when": {"products": ["bl-102"]}, "give": {"points": 3, "each": "item"}},
    {"code": "crowd", "name": "Crowd", "when": {"channels": ["mkt-9"]}, "give": {"points": 4}},
]
TERMS = P0 | {"rules": RULES, "earning": {"points": 1, "per": "1.00", "pending_days": 2}}
CODES = ("n-7", "bl-102", "mkt-9", "O5", "R1", "welcome:")


@pytest.fixture
def anna() -> Account:
    """A card with every kind of entry that the ledger writes."""
    program = factories.shop(terms_document=TERMS)
    factories.location(merchant=program.merchant, code="n-7", name="North Street")
    anna = factories.account(program=program, now=NOW - 10 * DAY)
    factories.order(anna, "62.00", at=NOW, location="n-7")
    factories.order(anna, "0.00", at=NOW + DAY)
    coffee, feast = (reward(program=program, points_price=price) for price in (40, 450))
    spent = redeeming.redeem(account=anna, reward=coffee, reference="V1", now=NOW + 3 * DAY)
    redeeming.cancel(spent, now=NOW + 4 * DAY)
    factories.adjustment(anna, 30, now=NOW + 4 * DAY)
    factories.adjustment(anna, -150, now=NOW + 4 * DAY, reason="spilled")
    factories.order(anna, "480.00", at=NOW + 4 * DAY, reference="O5", source="api")
    redeeming.redeem(account=anna, reward=feast, reference="V2", now=NOW + 9 * DAY)
    back = NewRefund(reference="R1", order_reference="O5", amount=Decimal("470.00"), source="api")
    refunds.refund(back, merchant=program.merchant, now=NOW + 10 * DAY)
    factories.order(anna, "700.00", at=NOW + 11 * DAY)
    crediting.credit(account=anna, points=5, reason="Sorry", reference="C1", now=NOW + 12 * DAY)
    expiry.expire_accounts([anna.pk], now=NOW + 800 * DAY)
    return anna


def told(entry: LedgerEntry, audience: Audience) -> list[str]:
    read = statement.readable(LedgerEntry.objects.filter(pk=entry.pk)).get()
    return [sentence.replace("\u00a0", " ") for sentence in words_of(read, audience)]


def entry_of(anna: Account, kind: str, points: int) -> LedgerEntry:
    return anna.entries.filter(kind=kind, points=points).latest("pk")


SPENT = [
    "Reward: Any coffee",
    "Earned on 28 Feb 2026, valid through 28 Feb 2027: −25",
    "Earned on 10 Mar 2026, valid through 12 Mar 2027: −15",
    "Points spent: −40",
]
GIVEN_BACK = [
    "Reward: Any coffee",
    "It was cancelled",
    "Earned on 28 Feb 2026, valid through 28 Feb 2027: 25",
    "Earned on 10 Mar 2026, valid through 12 Mar 2027: 15",
    "Points given back: 40",
]
TAKEN_BACK = [
    "On the 10.00 zł that are left of it, it earns 10 points instead of 480 points",
    "Earned on 14 Mar 2026, valid through 16 Mar 2027: −69",
    "Without points to take it from, to be recovered: −401",
    "Points taken back: −470",
]
CORRECTED = [
    "Reason: spilled",
    "Earned on 28 Feb 2026, valid through 28 Feb 2027: −25",
    "Earned on 10 Mar 2026, valid through 12 Mar 2027: −125",
    "Changed by the shop: −150",
]
EXPIRED = [
    "Points are valid for 12 months, through the end of the last day",
    "Earned on 21 Mar 2026, valid through 23 Mar 2027: −439",
    "Points expired: −439",
]
DOUBLED = [
    "62.00 zł at 1 point per 1 zł: 62",
    "Doubled, because it was a Tuesday: 62",
    "10 points, because it was at North Street: 10",
]
LASTING = ["Spendable from 12 Mar 2026", "Valid through 12 Mar 2027", "Points added: 134"]
NOT_FOR_STAFF = [
    "Bags did not apply: there was nothing of bl-102 in it",
    "Crowd did not apply: it did not come by way of mkt-9",
]
NOT_FOR_CUSTOMERS = [
    "Bags did not apply: there was nothing of the products it is for in it",
    "Crowd did not apply: it is for other ways to buy",
]
NAMED = [
    "62.00 zł at 1 point per 1 zł: 62",
    "Doubled, because it was a Tuesday (Double Tuesday): 62",
    "10 points, because it was at North Street (Northern lights): 10",
    "Anna was Bronze",
]
ALIKE = {
    ("redeem", -40): SPENT,
    ("restore", 40): GIVEN_BACK,
    ("adjust", -150): CORRECTED,
    ("adjust", 30): ["Reason: welcome", "Valid through 14 Mar 2027", "Changed by the shop: 30"],
    ("expire", -439): EXPIRED,
    ("earn", 5): ["Reason: Sorry", "Valid through 22 Mar 2027", "Points added: 5"],
    ("earn", 25): ["25 points for joining (Welcome): 25", "Valid through 28 Feb 2027", "Points added: 25"],
}
APART = {
    ("earn", 134): {
        "customer": [*DOUBLED, *NOT_FOR_CUSTOMERS, *LASTING],
        "cashier": [*DOUBLED, *NOT_FOR_STAFF, *LASTING],
        "owner": [*NAMED, *NOT_FOR_STAFF, *LASTING],
    },
    ("clawback", -470): {
        "customer": ["A purchase was brought back, 470.00 zł", *TAKEN_BACK],
        "cashier": ["Refund R1 of purchase O5, 470.00 zł", *TAKEN_BACK],
        "owner": ["Refund R1 of purchase O5, 470.00 zł", *TAKEN_BACK],
    },
}
WORDED = [
    *((*what, audience, lines) for what, lines in ALIKE.items() for audience in ("customer", "cashier", "owner")),
    *((*what, audience, lines) for what, by_audience in APART.items() for audience, lines in by_audience.items()),
]


@pytest.mark.parametrize(("kind", "points", "audience", "lines"), WORDED)
def test_says_every_kind_to_everybody(
    anna: Account, kind: str, points: int, audience: Audience, lines: list[str]
) -> None:
    assert told(entry_of(anna, kind, points), audience) == lines


def test_says_why_a_purchase_earned_nothing(anna: Account) -> None:
    assert told(entry_of(anna, "earn", 0), "customer") == [
        "0.00 zł at 1 point per 1 zł: 0",
        "Double Tuesday did not apply: it was a Wednesday",
        "Northern lights did not apply: it was not at North Street",
        *NOT_FOR_CUSTOMERS,
        "No points added: 0",
    ]


def test_says_that_points_paid_a_debt_and_which_tier_multiplied(anna: Account) -> None:
    lines = told(entry_of(anna, "earn", 840), "customer")
    assert "1.2×, because you were Silver: 140" in lines
    assert "401 points of it paid back what was owed" in lines


def test_tells_customers_no_codes(anna: Account) -> None:
    for entry in statement.readable(anna.entries.all()):
        why = why_of(entry, "customer")
        said = " ".join([line.text for line in [*why.causes, why.total]])
        assert not [code for code in CODES if code in said]


def test_tells_customers_receipts_and_staff_the_numbers_of_the_till_too(anna: Account) -> None:
    shop, till = (statement.readable(anna.entries.filter(points=points)).get() for points in (480, 840))
    assert "Receipt O5." in why_of(shop, "customer").footnote
    assert "Receipt" not in why_of(till, "customer").footnote
    assert "Receipt" in why_of(till, "owner").footnote


SHORT_LIVED = P0 | {"clawback": "within_balance", "expiry": {"kind": "after", "days": 5}}


def test_says_what_was_spent_and_is_not_asked_back() -> None:
    account = factories.account(program=factories.shop(terms_document=SHORT_LIVED))
    factories.order(account, "100.00", reference="O1")
    factories.adjustment(account, -80)
    bring_back(account, "30.00", days=2)
    lines = told(account.entries.get(kind="clawback"), "customer")
    assert "10 points were spent already and are not asked back" in lines
    assert lines[-1] == "Points taken back: −20"


def test_says_what_had_expired_and_is_not_taken_twice() -> None:
    account = factories.account(program=factories.shop(terms_document=SHORT_LIVED))
    factories.order(account, "100.00", reference="O1")
    bring_back(account, "100.00", days=9)
    assert told(account.entries.get(kind="clawback"), "customer") == [
        "A purchase was brought back, 100.00 zł",
        "Nothing is left of it, so it earns nothing instead of 100 points",
        "100 points had expired already and are not taken twice",
        "No points taken back: 0",
    ]


def bring_back(account: Account, amount: str, *, days: int) -> None:
    back = NewRefund(reference="R1", order_reference="O1", amount=Decimal(amount))
    refunds.refund(back, merchant=account.program.merchant, now=NOW + days * DAY)


def test_says_that_a_purchase_was_undone(anna: Account) -> None:
    bought = Order.objects.get(amount=Decimal("62.00"))
    owner = factories.staff(merchant=bought.merchant, role=Role.OWNER)
    undoing.undo_purchase(bought, by=owner, now=NOW + 12 * DAY)
    for audience in ("customer", "owner"):
        assert told(anna.entries.filter(kind="clawback").latest("pk"), audience)[0].startswith(
            "The purchase was undone at the till"
        )


def test_says_that_purchases_only_count() -> None:
    ladder = P0 | {"earning": {"points": 0, "per": "1.00"}}
    account = factories.account(program=factories.shop(terms_document=ladder))
    factories.order(account, "50.00")
    words = ["Purchases count in this program, but earn nothing by themselves", "No points added: 0"]
    assert told(account.entries.get(), "customer") == words


def test_gives_the_whole_as_data(anna: Account) -> None:
    whole = explanation(entry_of(anna, "earn", 134))
    assert (whole["version"], whole["base"]["eligible"], whole["stacking"], whole["rounding"]) == (
        1, "62.00", "multiply", "floor",
    )  # fmt: skip
    fired = {rule["code"]: rule["fired"] for rule in whole["rules"]}
    assert fired == {"tuesday": True, "north": True, "bag": False, "crowd": False}
    assert whole["rules"][0]["why"] == [{"code": "weekday", "was": "tue", "needs": ["tue"]}]
