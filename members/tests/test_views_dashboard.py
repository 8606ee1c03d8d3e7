"""Tests of the dashboard pages about members; every name finishes "it ..."."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members import refunds
from members.models import Account, Adjustment, Member
from members.tests import factories
from members.tests.agreeing import ticked
from programs.models import Program, Role, Staff
from programs.terms import P0

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def program() -> Program:
    return factories.shop()


@pytest.fixture
def sign_in(program: Program) -> Callable[..., tuple[Client, Staff]]:
    def sign_in(role: Role = Role.OWNER, **fields: Any) -> tuple[Client, Staff]:
        staff = factories.staff(merchant=program.merchant, role=role, **fields)
        client = Client()
        client.force_login(staff.user, backend=BACKEND)
        return client, staff

    return sign_in


BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def address(program: Program, path: str = "") -> str:
    return f"/m/{program.merchant.slug}/{path}"


def page_of(account: Account, path: str = "") -> str:
    return address(account.program, f"members/{account.member.number}/{path}")


def anna_with_points(program: Program) -> Account:
    account = factories.account(program=program, email="anna@example.com", phone="+48601234567")
    factories.order(account, "100.00", at=NOW - timedelta(days=20))
    factories.order(account, "60.00", at=NOW - timedelta(days=10))
    return account


def queries_of(client: Client, url: str) -> int:
    client.get(url)  # terms are parsed once per process
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_it_lists_members_with_points_tier_and_last_visit(program, sign_in):
    anna_with_points(program)
    text = sign_in()[0].get(address(program, "members/")).content.decode()
    assert "Anna Kowalczyk" in text
    assert "160" in text
    assert "Bronze" in text
    assert "1 member" in text


def test_it_asks_as_often_for_thirty_members_as_for_three(program, sign_in):
    client, _staff = sign_in()
    for n in range(3):
        factories.order(factories.account(program=program, name=f"Member {n}"), "10.00", at=NOW)
    few = queries_of(client, address(program, "members/"))
    for n in range(30):
        factories.order(factories.account(program=program, name=f"Other {n}"), "10.00", at=NOW)
    assert queries_of(client, address(program, "members/")) == few


@pytest.mark.parametrize("text", ["kowal", "ANNA@example", "601 234", "+48601234567"])
def test_it_finds_by_name_email_and_phone(program, sign_in, text):
    anna_with_points(program)
    factories.member(merchant=program.merchant, name="Piotr")
    found = sign_in()[0].get(address(program, "members/"), {"q": text}).content.decode()
    assert "Anna Kowalczyk" in found
    assert "Piotr" not in found


def test_it_answers_typing_with_the_list_alone(program, sign_in):
    anna_with_points(program)
    text = (
        sign_in()[0].get(address(program, "members/"), {"q": "anna"}, headers={"HX-Request": "true"}).content.decode()
    )
    assert "Anna Kowalczyk" in text
    assert "<html" not in text


def test_it_says_what_to_do_when_nobody_matches_and_when_nobody_is_there(program, sign_in):
    client, _staff = sign_in()
    assert "Nobody matches" in client.get(address(program, "members/"), {"q": "zzz"}).content.decode()
    assert "Add the first member" in client.get(address(program, "members/")).content.decode()


def test_it_enrols_a_member_and_goes_to_the_card(program, sign_in):
    client, _staff = sign_in(Role.CASHIER)
    typed = {"name": "Ewa", "phone": "601 999 888", "born_on": "1990-12-03", "reference": uuid4()}
    response = client.post(address(program, "members/add/"), typed | ticked(program.merchant))
    ewa = Member.objects.get(name="Ewa")
    assert response.url == address(program, f"members/{ewa.number}/")
    assert (ewa.phone, str(ewa.born_on)) == ("+48601999888", "1990-12-03")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "Ewa", "email": "Anna@example.com"}, "Another member has this e-mail"),
        ({"name": "Ewa", "phone": "601234567"}, "Another member has this phone"),
        ({"name": "Ewa", "phone": "what"}, "is not a phone number"),
    ],
)
def test_it_refuses_a_member_it_cannot_tell_apart(program, sign_in, typed, words):
    anna_with_points(program)
    response = sign_in()[0].post(address(program, "members/add/"), typed)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Member.objects.count() == 1


def test_it_shows_what_a_member_holds_and_why(program, sign_in):
    account = anna_with_points(program)
    client, _staff = sign_in(Role.CASHIER)
    text = client.get(page_of(account)).content.decode()
    for words in ("160 <small>points to spend", "340 more reaches Silver", "160.00\u00a0zł", "Joined", "10.0"):
        assert words in text
    entry = account.entries.last()
    why = client.get(address(program, f"entries/{entry.pk}/why/")).content.decode()
    assert "60.00\u00a0zł at 1\u00a0point per 1\u00a0zł" in why
    assert "Rules in force: program version 1" in why


def test_it_says_why_a_purchase_earned_nothing_and_each_role_what_is_its_affair():
    rule = {"code": "big", "name": "Big basket", "when": {"min_amount": "20.00"}, "give": {"points": 5}}
    rated = factories.shop(terms_document=P0 | {"rules": [rule]})
    factories.order(factories.account(program=rated), "0.60", at=NOW - timedelta(days=1))
    url = address(rated, f"entries/{rated.entries.get().pk}/why/")
    said = {}
    for role in (Role.CASHIER, Role.OWNER):
        client = Client()
        client.force_login(factories.staff(merchant=rated.merchant, role=role).user, backend=BACKEND)
        said[role] = client.get(url).content.decode()
        for words in ("Big basket did not apply: it was less than 20.00", "Rounded down", "No points added"):
            assert words in said[role]
    assert "Anna was Bronze" in said[Role.OWNER]
    assert "Anna was Bronze" not in said[Role.CASHIER]


def test_it_opens_and_closes_the_why_in_its_row(program, sign_in):
    account = anna_with_points(program)
    client, _staff = sign_in()
    url = address(program, f"entries/{account.entries.last().pk}/why/")
    opened = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert opened.lstrip().startswith("<tbody>")
    assert 'aria-expanded="true"' in opened
    closed = client.get(url, {"close": ""}, headers={"HX-Request": "true"}).content.decode()
    assert 'aria-expanded="false"' in closed
    assert "whybox" not in closed


def test_it_filters_and_pages_the_ledger(program, sign_in):
    account = anna_with_points(program)
    for n in range(14):
        factories.order(account, "10.00", at=NOW - timedelta(hours=20 - n))
    factories.adjustment(account, 30, reason="Spilled", now=NOW)
    client, _staff = sign_in()
    adjusted = client.get(page_of(account), {"kind": "adjusted"}).content.decode()
    assert "Spilled" in adjusted
    assert "<b>Purchase</b>" not in adjusted
    first = client.get(page_of(account)).content.decode()
    before = re.search(r"before=(\d+)", first)
    assert before
    older = client.get(page_of(account), {"before": before[1]}).content.decode()
    assert (first.count("<b>Purchase</b>"), older.count("<b>Purchase</b>")) == (11, 5)


def test_it_asks_as_often_for_a_long_ledger_as_for_a_short_one(program, sign_in):
    account = anna_with_points(program)
    client, _staff = sign_in()
    few = queries_of(client, page_of(account)), queries_of(client, address(program, "activity/"))
    for n in range(20):
        factories.order(account, "10.00", at=NOW - timedelta(hours=30 - n))
    assert (queries_of(client, page_of(account)), queries_of(client, address(program, "activity/"))) == few


def test_it_shows_a_debt_as_nothing_available_and_something_to_recover(program, sign_in):
    account = anna_with_points(program)
    factories.adjustment(account, -150, now=NOW)
    bought = account.member.orders.get(amount="100.00")
    back = refunds.NewRefund(reference="R1", order_reference=bought.reference, amount=Decimal("100.00"))
    refunds.refund(back, merchant=program.merchant, now=NOW)
    client, _staff = sign_in()
    text = client.get(page_of(account)).content.decode()
    assert "0 <small>available, 90 to recover" in text
    assert "90 to recover" in client.get(address(program, "members/")).content.decode()


def test_it_keeps_a_note_and_says_from_whom(program, sign_in):
    account = anna_with_points(program)
    client, _staff = sign_in(Role.CASHIER, name="Zofia Maj")
    client.post(page_of(account, "note/"), {"text": "Oat milk, always."})
    text = client.get(page_of(account)).content.decode()
    assert "Oat milk, always." in text
    assert "Note from Zofia" in text


def adjust(client: Client, account: Account, points: str, **fields: Any) -> Any:
    data = {"account": account.pk, "points": points, "reason": "Goodwill", "reference": uuid4(), **fields}
    return client.post(page_of(account, "adjust/"), data)


def test_it_adjusts_once_for_two_clicks_and_undoes(program, sign_in):
    account = anna_with_points(program)
    client, _staff = sign_in()
    reference = uuid4()
    for _click in range(2):
        assert adjust(client, account, "−20", reference=reference).status_code == 302
    account.refresh_from_db()
    assert account.balance == 140
    client.post(address(program, f"adjustments/{Adjustment.objects.get().pk}/undo/"))
    account.refresh_from_db()
    assert account.balance == 160


def test_it_lets_a_cashier_undo_only_their_own_adjustment_and_only_at_once(program, sign_in):
    account = anna_with_points(program)
    cashier, staff = sign_in(Role.CASHIER)
    others = factories.adjustment(account, -50, now=timezone.now())
    old = factories.adjustment(account, -50, by=staff, now=timezone.now() - timedelta(minutes=2))
    own = factories.adjustment(account, -5, by=staff, now=timezone.now())
    for made in (others, old, own):
        cashier.post(address(program, f"adjustments/{made.pk}/undo/"))
    assert list(Adjustment.objects.exclude(undoes=None).values_list("undoes", flat=True)) == [own.pk]
    manager, _staff = sign_in(Role.MANAGER)
    undone = Adjustment.objects.get(undoes=own)
    answers = [manager.post(address(program, f"adjustments/{made.pk}/undo/")) for made in (others, old, undone)]
    assert [answer.status_code for answer in answers] == [302, 302, 404]
    account.refresh_from_db()
    assert account.balance == 160


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"points": "0"}, "Enter how many points to add or take."),
        ({"points": "20", "reason": ""}, "This field is required."),
        ({"points": "-500"}, "340 points short."),
        ({"points": "many"}, "Enter a whole number."),
    ],
)
def test_it_refuses_an_adjustment_at_the_form(program, sign_in, typed, words):
    account = anna_with_points(program)
    response = adjust(sign_in()[0], account, **typed)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_it_refuses_ones_own_card(program, sign_in):
    account = anna_with_points(program)
    me = factories.user(email="anna@example.com")
    response = adjust(sign_in(user=me)[0], account, "5")
    assert "Nobody changes points on their own card." in response.content.decode()


def test_it_lets_a_second_person_decide_what_is_above_the_limit(program, sign_in):
    account = anna_with_points(program)
    cashier, _staff = sign_in(Role.CASHIER, name="Kuba Lis")
    response = adjust(cashier, account, "500")
    waiting = Adjustment.objects.get()
    assert waiting.state == Adjustment.State.WAITING
    assert "waits for a second person" in cashier.get(response.url).content.decode()
    decide = address(program, f"adjustments/{waiting.pk}/decide/")
    assert cashier.post(decide, {"decision": "approve"}).status_code == 403
    manager, manager_staff = sign_in(Role.MANAGER)
    assert "Asked for by Kuba Lis" in manager.get(address(program, "activity/")).content.decode()
    assert manager.post(decide, {"decision": "approve", "next": address(program, "activity/")}).url.endswith(
        "activity/"
    )
    account.refresh_from_db()
    assert account.balance == 660
    posted = Adjustment.objects.get(pk=waiting.pk).entry
    why = manager.get(address(program, f"entries/{posted.pk}/why/")).content.decode()
    assert f"Approved by {manager_staff.user.get_full_name()}." in why


def test_it_tells_the_author_that_somebody_else_decides(program, sign_in):
    account = anna_with_points(program)
    owner, _staff = sign_in(Role.MANAGER, adjust_limit=10)
    adjust(owner, account, "500")
    decide = address(program, f"adjustments/{Adjustment.objects.get().pk}/decide/")
    text = owner.post(decide, {"decision": "approve"}, follow=True).content.decode()
    assert "A second person, a manager or the owner, has to decide this." in text


def test_it_lists_the_activity_of_its_own_shop_only(program, sign_in):
    anna_with_points(program)
    other = factories.account(program=factories.shop(), name="Stranger")
    factories.order(other, "10.00", at=NOW)
    text = sign_in()[0].get(address(program, "activity/")).content.decode()
    assert "Anna Kowalczyk" in text
    assert "Stranger" not in text


def test_it_pages_activity_by_the_instant_entries_are_about(program, sign_in):
    account = factories.account(program=program)
    for n in range(30):
        factories.order(account, "10.00", at=NOW - timedelta(days=n))
    client, _staff = sign_in()
    first = client.get(address(program, "activity/")).content.decode()
    before = re.search(r"before=(\d+)", first)
    assert before
    older = client.get(address(program, "activity/"), {"before": before[1]}).content.decode()
    assert (first.count("<b>Purchase</b>"), older.count("<b>Purchase</b>")) == (25, 5)


def test_it_hides_members_and_entries_of_another_shop(program, sign_in):
    theirs = factories.account(program=factories.shop())
    factories.order(theirs, "10.00", at=NOW)
    client, _staff = sign_in()
    number, entry = theirs.member.number, theirs.entries.get()
    for path in (
        f"members/{number}/",
        f"members/{number}/adjust/",
        f"members/{number}/note/",
        f"entries/{entry.pk}/why/",
    ):
        assert client.get(address(program, path)).status_code == 404


def test_it_shows_a_member_of_a_shop_without_a_program(program, sign_in):
    client, _staff = sign_in()
    program.is_active = False
    program.save()
    member = factories.member(merchant=program.merchant)
    text = client.get(address(program, f"members/{member.number}/")).content.decode()
    assert "No program runs yet" in text
    assert "Adjust points" not in text


def test_it_shows_an_account_of_each_program(program, sign_in):
    stamps = factories.program(merchant=program.merchant, code="stamps")
    account = factories.account(program=stamps)
    factories.adjustment(account, 4, now=NOW)
    client, _staff = sign_in()
    assert "0 <small>points to spend" in client.get(page_of(account)).content.decode()
    assert "4 <small>points to spend" in client.get(page_of(account), {"program": "stamps"}).content.decode()
