"""Tests of what staff write about one member on the dashboard; every name finishes "it ..."."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from members.models import Account, Member
from members.tests import factories
from members.tests.agreeing import ticked
from programs.models import Role
from programs.tests.factories import document

pytestmark = pytest.mark.django_db

FRIEND = {"code": "friend", "name": "Friend", "when": {"event": "referral"}, "give": {"points": 100}}
GUEST = {"code": "guest", "name": "Guest", "when": {"event": "referred"}, "give": {"points": 20}}


def account(*rules: dict[str, Any]) -> Account:
    return factories.account(
        program=factories.shop(terms_document=document(rules=list(rules))), email="anna@example.com"
    )


def client_of(account: Account, role: Role) -> Client:
    client = Client()
    staff = factories.staff(merchant=account.program.merchant, role=role)
    client.force_login(staff.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def address(account: Account, path: str = "") -> str:
    return f"/m/{account.program.merchant.slug}/members/{account.member.number}/{path}"


def test_it_lets_a_manager_set_tags_and_shows_them():
    anna = account()
    client = client_of(anna, Role.MANAGER)
    answer = client.post(address(anna, "tags/"), {"tags": "student,  new in town ,"})
    assert answer.status_code == 302
    anna.member.refresh_from_db()
    assert anna.member.segments == ["new in town", "student"]
    assert "new in town" in client.get(address(anna)).content.decode()
    assert 'value="new in town, student"' in client.get(address(anna, "tags/")).content.decode()


def test_it_says_which_tags_rules_look_at():
    anna = account(FRIEND | {"when": {"segments": ["student"]}})
    assert "Rules look at: student." in client_of(anna, Role.OWNER).get(address(anna, "tags/")).content.decode()


def test_it_keeps_tags_from_cashiers():
    anna = account()
    assert client_of(anna, Role.CASHIER).post(address(anna, "tags/"), {"tags": "x"}).status_code == 403
    assert "/tags/" not in client_of(anna, Role.CASHIER).get(address(anna)).content.decode()


def test_it_refuses_too_long_a_tag_in_the_form():
    anna = account()
    answer = client_of(anna, Role.OWNER).post(address(anna, "tags/"), {"tags": "x" * 121})
    assert "At most 20 tags" in answer.content.decode()


def test_it_records_an_event_once_and_rewards_both_sides():
    anna = account(FRIEND, GUEST)
    ben = factories.account(program=anna.program, name="Ben", email="ben@example.com")
    client = client_of(anna, Role.CASHIER)
    assert "/events/" in client.get(address(anna)).content.decode()
    typed = {"event": "referral", "friend": "ben@example.com", "reason": "", "reference": str(uuid4())}
    for _press in range(2):
        assert client.post(address(anna, "events/"), typed).status_code == 302
    for held in (anna, ben):
        held.refresh_from_db()
    assert (anna.balance, ben.balance) == (100, 20)
    assert "Brought a friend: recorded." in client.get(address(anna)).content.decode()


def test_it_offers_no_event_that_earns_nothing():
    anna = account()
    client = client_of(anna, Role.OWNER)
    assert "/events/" not in client.get(address(anna)).content.decode()
    typed = {"event": "referral", "friend": "", "reason": "", "reference": str(uuid4())}
    assert client.post(address(anna, "events/"), typed).status_code in (200, 422)
    assert anna.entries.count() == 0


def test_it_refuses_a_friend_whom_nobody_knows():
    anna = account(FRIEND)
    typed = {"event": "referral", "friend": "zoe@example.com", "reason": "", "reference": str(uuid4())}
    answer = client_of(anna, Role.CASHIER).post(address(anna, "events/"), typed)
    assert "Add the friend first" in answer.content.decode()


@pytest.mark.parametrize("area", ["m", "till"])
def test_it_adds_one_member_for_a_double_click(area):
    anna = account()
    client = client_of(anna, Role.CASHIER)
    url = f"/{area}/{anna.program.merchant.slug}/members/add/"
    typed = {"name": "Ben", "contact": "ben@example.com", "email": "ben@example.com", "phone": "", "born_on": ""}
    typed |= {"reference": str(uuid4())} | ticked(anna.program.merchant)
    first, again = client.post(url, typed), client.post(url, typed)
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    assert Member.objects.filter(name="Ben").count() == 1
    other = client.post(url, typed | {"name": "Cleo", "contact": "c@example.com", "email": "c@example.com"})
    assert "This form added somebody already" in other.content.decode()
    assert typed["reference"] not in other.content.decode()
