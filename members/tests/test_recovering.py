"""Codes to phones; every name finishes "it …"."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from loyalty_site import mail
from members import recovering
from members.models import Member, PhoneCode
from members.tests import factories
from members.tests.at_once import at_once
from members.tests.factories import NOW

pytestmark = pytest.mark.django_db
PHONE = "+48601234567"


@pytest.fixture(autouse=True)
def phones(settings: Any) -> None:
    settings.SMS_URL = "demo:"
    cache.delete(mail.KEY)


@pytest.fixture
def anna() -> Member:
    return factories.member(merchant=factories.shop().merchant, phone=PHONE)


def code_sent() -> str:
    found = re.search(r"\d{6}", mail.letters()[0].body)
    assert found
    return found[0]


def asked(member: Member, phone: str = PHONE) -> str:
    ticket = recovering.ask(member.merchant, phone, now=NOW)
    recovering.send_due(now=NOW)
    return str(ticket)


def test_a_code_finds_the_card_once(anna: Member) -> None:
    ticket = asked(anna)
    assert mail.letters()[0].to == PHONE
    assert recovering.prove(anna.merchant, ticket, f" {code_sent()[:3]} {code_sent()[3:]}", now=NOW) == anna
    with pytest.raises(recovering.WrongCode):
        recovering.prove(anna.merchant, ticket, code_sent(), now=NOW)


def test_nothing_is_sent_to_a_phone_that_nobody_has_and_the_answer_is_alike(anna: Member) -> None:
    ticket = asked(anna, "+48699999999")
    assert mail.letters() == []
    with pytest.raises(recovering.WrongCode):
        recovering.prove(anna.merchant, ticket, "000000", now=NOW)


@pytest.mark.parametrize("state", [{"is_blocked": True}, {"erased_at": NOW}])
def test_nothing_is_sent_for_a_card_that_is_blocked_or_gone(anna: Member, state: dict[str, Any]) -> None:
    Member.objects.filter(pk=anna.pk).update(**state)
    asked(anna)
    assert mail.letters() == []


def test_the_right_code_is_worth_nothing_after_five_wrong_ones(anna: Member) -> None:
    ticket = asked(anna)
    for _guess in range(recovering.MOST_TRIES):
        with pytest.raises(recovering.WrongCode):
            recovering.prove(anna.merchant, ticket, "x", now=NOW)
    with pytest.raises(recovering.WrongCode):
        recovering.prove(anna.merchant, ticket, code_sent(), now=NOW)


def test_a_code_ends_after_ten_minutes_and_belongs_to_one_shop(anna: Member) -> None:
    ticket = asked(anna)
    with pytest.raises(recovering.WrongCode):
        recovering.prove(factories.merchant(), ticket, code_sent(), now=NOW)
    with pytest.raises(recovering.WrongCode):
        recovering.prove(anna.merchant, ticket, code_sent(), now=NOW + timedelta(minutes=10))


def test_no_more_than_three_codes_an_hour_go_to_a_phone(anna: Member) -> None:
    for _press in range(5):
        asked(anna)
    assert len(mail.letters()) == recovering.MOST_CODES
    recovering.ask(anna.merchant, PHONE, now=NOW + timedelta(minutes=61))
    assert recovering.send_due(now=NOW + timedelta(minutes=61)) == 1


@pytest.mark.django_db(transaction=True)
def test_no_more_than_three_codes_go_to_a_phone_that_many_ask_for_at_once() -> None:
    shop = factories.shop().merchant
    for turn in range(3):
        phone = f"+4860123450{turn}"
        at_once(*[lambda phone=phone: recovering.ask(shop, phone, now=NOW) for _press in range(8)])
        assert PhoneCode.objects.filter(phone=phone).count() == recovering.MOST_CODES


def test_a_code_is_sent_once_and_forgotten_after_a_day(anna: Member) -> None:
    asked(anna)
    assert recovering.send_due(now=NOW) == 0
    recovering.sweep(now=NOW + timedelta(days=2))
    assert PhoneCode.objects.count() == 0


def test_a_code_that_the_queue_lost_is_sent_by_the_sweep(anna: Member) -> None:
    recovering.ask(anna.merchant, PHONE, now=NOW)
    recovering.sweep(now=NOW + timedelta(seconds=30))
    assert len(mail.letters()) == 1


def test_nobody_keeps_the_code_itself(anna: Member) -> None:
    asked(anna)
    assert code_sent() not in str(PhoneCode.objects.values().get())
