"""Members over the API: looked up, added, their entries and adjustments."""

from __future__ import annotations

from typing import Any

import pytest

from members import blocking
from members.models import Account, Adjustment, Member
from members.tests import factories
from members.tests.calling import Shop
from programs.models import Program, Role
from programs.terms import P0

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    return factories.shop()


@pytest.fixture
def account(program: Program) -> Account:
    return factories.account(program=program, name="Anna Kowalczyk", email="anna@example.com")


@pytest.fixture
def shop(program: Program) -> Shop:
    return Shop(factories.api_key(merchant=program.merchant))


def test_it_says_what_a_member_holds(shop: Shop, account: Account) -> None:
    factories.order(account, "120.00")
    found = shop.get(f"/members/{account.member.number}").json()
    assert (found["name"], found["email"]) == ("Anna Kowalczyk", "anna@example.com")
    (held,) = found["accounts"]
    assert (held["program"], held["balance"], held["spendable"], held["pending"], held["debt"]) == (
        "points",
        120,
        120,
        0,
        0,
    )
    assert held["tier"] == account.tier_code
    assert held["expiring"]["points"] == 120
    assert shop.get("/members/anna@example.com").json() == found


def test_it_knows_no_member_of_another_shop(shop: Shop) -> None:
    stranger = factories.account(program=factories.shop())
    answer = shop.get(f"/members/{stranger.member.number}")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-member")


def test_it_enrols_a_person_once(shop: Shop, program: Program) -> None:
    sent = {"name": "Jan Nowak", "email": "Jan@Example.com", "phone": "601 234 567", "born_on": "1990-05-01"}
    first, again = shop.post("/members", sent), shop.post("/members", sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (first.json()["email"], first.json()["phone"]) == ("jan@example.com", "+48601234567")
    assert Member.objects.count() == 1
    other = shop.post("/members", sent | {"name": "Joanna Nowak"})
    assert (other.status_code, other.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": "Jan"}, "reference"),
        ({"email": "jan"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"email": "jan@example.com", "born_on": "1.5.1990"}, "born_on"),
        ({"email": "jan@example.com", "location": "moon"}, "location"),
        ({"number": "BL 1"}, "number"),
    ],
)
def test_it_says_what_is_wrong_with_a_person(shop: Shop, sent: dict[str, str], field: str) -> None:
    answer = shop.post("/members", sent)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "malformed", field)
    assert not Member.objects.exists()


def test_it_lists_entries_by_cursor(shop: Shop, account: Account) -> None:
    for number in range(5):
        factories.order(account, f"{number + 1}.00")
    path = f"/members/{account.member.number}/entries"
    pages, cursor = [], ""
    while cursor is not None:
        page = shop.get(path, limit=2, cursor=cursor).json()
        pages.append([entry["points"] for entry in page["entries"]])
        cursor = page["next"]
    assert pages == [[5, 4], [3, 2], [1]]


@pytest.mark.parametrize("cursor", ["abc", "!", "cjA=", "cg"])
def test_it_refuses_a_cursor_that_is_none(shop: Shop, account: Account, cursor: str) -> None:
    answer = shop.get(f"/members/{account.member.number}/entries", cursor=cursor)
    assert (answer.status_code, answer.json()["field"]) == (422, "cursor")


def test_it_words_entries_for_whoever_reads_them(shop: Shop, account: Account) -> None:
    factories.order(account, "34.00")
    path = f"/members/{account.member.number}/entries"
    (plain,) = shop.get(path).json()["entries"]
    (worded,) = shop.get(path, words="customer").json()["entries"]
    assert "words" not in plain
    assert worded["words"][-1] == {"text": "Points added", "points": "34"}


def test_it_speaks_the_shops_language_unless_asked_otherwise(program: Program, account: Account) -> None:
    program.merchant.language = "pl"
    program.merchant.save()
    path, key = f"/members/{account.member.number}", factories.api_key(merchant=program.merchant)
    assert Shop(key).get(path).headers["Content-Language"] == "pl"
    assert Shop(key, **{"Accept-Language": "en-GB"}).get(path).headers["Content-Language"] == "en"
    assert Shop().get(path).headers["Content-Language"] == "en"


def adjustment(**fields: Any) -> dict[str, Any]:
    return {"reference": "A1", "points": 30, "reason": "Answered our survey"} | fields


def test_it_adjusts_points_once(shop: Shop, account: Account) -> None:
    path = f"/members/{account.member.number}/adjustments"
    first, again = shop.post(path, adjustment()), shop.post(path, adjustment())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == {"adjustment": "A1", "state": "posted", "points": 30, "balance": 30}
    assert shop.post(path, adjustment(points=31)).json()["code"] == "conflict"
    assert shop.post(path, adjustment(reference="A2", points=-31)).json()["code"] == "insufficient-points"


def test_an_adjustment_above_the_limit_of_who_made_the_key_waits(program: Program, account: Account) -> None:
    manager = factories.staff(merchant=program.merchant, role=Role.MANAGER, adjust_limit=20)
    shop = Shop(factories.api_key(merchant=program.merchant, by=manager))
    answer = shop.post(f"/members/{account.member.number}/adjustments", adjustment())
    assert (answer.status_code, answer.json()["state"], answer.json()["code"]) == (202, "waiting", "waiting")
    assert Adjustment.objects.get().author == manager


def test_a_key_of_somebody_who_left_adjusts_nothing(program: Program, account: Account) -> None:
    former = factories.staff(merchant=program.merchant, role=Role.OWNER)
    shop = Shop(factories.api_key(merchant=program.merchant, by=former))
    former.is_active = False
    former.save()
    answer = shop.post(f"/members/{account.member.number}/adjustments", adjustment())
    assert (answer.status_code, answer.json()["code"]) == (409, "not-allowed")


def test_the_program_is_named_where_there_are_two(program: Program, shop: Shop) -> None:
    factories.program(merchant=program.merchant, code="stamps")
    number = factories.member(merchant=program.merchant).number
    unnamed = shop.post(f"/members/{number}/adjustments", adjustment())
    assert (unnamed.status_code, unnamed.json()["field"]) == (422, "program")
    assert shop.post(f"/members/{number}/adjustments", adjustment(program="stamps")).status_code == 201


def test_a_reference_enrols_once_even_a_card_alone(shop: Shop) -> None:
    first, again = shop.post("/members", {"reference": "M1"}), shop.post("/members", {"reference": "M1"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = shop.post("/members", {"reference": "M1", "name": "Jan"})
    assert (other.status_code, other.json()["code"]) == (409, "conflict")


def test_it_rewards_what_a_member_did_once() -> None:
    rule = {"code": "review", "name": "Review", "when": {"event": "review"}, "give": {"points": 25}}
    program = factories.shop(terms_document=P0 | {"rules": [rule]})
    shop, number = (
        Shop(factories.api_key(merchant=program.merchant)),
        factories.member(merchant=program.merchant).number,
    )
    sent = {"reference": "E1", "event": "review", "occurred_at": "2026-03-10T12:00:00+01:00"}
    first, again = shop.post(f"/members/{number}/events", sent), shop.post(f"/members/{number}/events", sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (first.json()["points"], first.json()["entries"][0]["balance"]) == (25, 25)
    assert shop.post(f"/members/{number}/events", sent | {"event": "survey"}).json()["code"] == "conflict"
    wrong = shop.post(f"/members/{number}/events", sent | {"event": "dance"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "event")


def test_a_friend_brought_along_earns_too() -> None:
    rules = [
        {"code": event, "name": event, "when": {"event": event}, "give": {"points": points}}
        for event, points in (("referral", 50), ("referred", 20))
    ]
    program = factories.shop(terms_document=P0 | {"rules": rules})
    anna, ben = (factories.member(merchant=program.merchant, email=f"{name}@example.com") for name in ("anna", "ben"))
    sent = {"reference": "E1", "event": "referral", "friend": ben.email}
    answer = Shop(factories.api_key(merchant=program.merchant)).post(f"/members/{anna.number}/events", sent)
    assert [entry["points"] for entry in answer.json()["entries"]] == [50, 20]


def test_it_collects_on_a_blocked_card_and_gives_nothing(shop: Shop, account: Account) -> None:
    manager = factories.staff(merchant=account.program.merchant, role=Role.MANAGER)
    Member.objects.filter(pk=account.member_id).update(fields={"coffee": "Filter", "cup": True})
    blocking.block(account.member, "Found in the street", by=manager, now=factories.NOW)
    number = account.member.number
    found = shop.get(f"/members/{number}").json()
    assert (found["is_blocked"], found["fields"]) == (True, {"coffee": "Filter", "cup": True})
    assert shop.post("/orders", {"reference": "O1", "member": number, "amount": "50.00"}).status_code == 201
    refused = shop.post(f"/members/{number}/adjustments", adjustment())
    assert (refused.status_code, refused.json()["code"]) == (409, "not-allowed")
    assert shop.post(f"/members/{number}/events", {"reference": "E", "event": "review"}).status_code == 409
    taken = shop.post(f"/members/{number}/adjustments", adjustment(reference="less", points=-10))
    assert (taken.status_code, taken.json()["balance"]) == (201, 40)
