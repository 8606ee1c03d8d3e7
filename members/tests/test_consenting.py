"""The ledger of consents: what is written down, what holds, and what a form refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from members import consent_texts, consenting
from members.consent_texts import Wording
from members.consenting import Answer
from members.models import Consent, ConsentText, Member
from members.tests import factories
from members.tests.agreeing import ticked
from members.tests.at_once import at_once
from members.tests.factories import NOW
from programs.models import Merchant

pytestmark = pytest.mark.django_db
EMAIL, SMS = "marketing:email", "marketing:sms"


@pytest.fixture
def shop() -> Merchant:
    return factories.shop().merchant


@pytest.fixture
def anna(shop: Merchant) -> Member:
    return factories.member(merchant=shop)


def answers(shop: Merchant, **given: bool) -> list[Answer]:
    (text,) = [one for one in consenting.asked(shop, "en") if one.purpose == "marketing"]
    return [Answer(f"marketing:{channel}", is_given, text) for channel, is_given in given.items()]


def publish(shop: Merchant, body: str, number: int = 1, language: str = "en") -> ConsentText:
    return ConsentText.objects.create(
        merchant=shop, purpose="marketing", language=language, number=number, body=body, channels=["email"]
    )


def test_it_keeps_who_agreed_to_which_text_when_and_where(shop, anna):
    place = factories.location(merchant=shop)
    kuba = factories.staff(merchant=shop, location=place)
    consenting.record(anna, answers(shop, email=True), door="till", location=place, by=kuba, now=NOW)
    row = Consent.objects.get()
    assert (row.member, row.key, row.is_given, row.at, row.door) == (anna, EMAIL, True, NOW, "till")
    assert (row.location, row.by) == (place, kuba)
    assert row.text is not None
    assert row.text.body == f"{shop.name} may send me news and offers by"
    anna.refresh_from_db()
    assert anna.consents == [EMAIL]


def test_it_writes_nothing_twice_and_no_refusal_of_what_was_never_agreed(shop, anna):
    for _again in range(2):
        consenting.record(anna, answers(shop, email=True, sms=False), door="portal", now=NOW)
    assert Consent.objects.count() == 1


def test_a_withdrawal_is_one_more_row(shop, anna):
    consenting.record(anna, answers(shop, email=True, sms=True), door="portal", now=NOW)
    consenting.record(anna, answers(shop, email=False), door="portal", now=NOW + timedelta(days=1))
    anna.refresh_from_db()
    assert anna.consents == [SMS]
    assert list(Consent.objects.order_by("id").values_list("channel", "is_given")) == [
        ("email", True), ("sms", True), ("email", False),
    ]  # fmt: skip


def test_a_yes_to_a_new_text_is_written_down_again(shop, anna):
    consenting.record(anna, answers(shop, email=True), door="portal", now=NOW)
    publish(shop, "News and offers by", number=2)
    consenting.record(anna, answers(shop, email=True), door="portal", now=NOW)
    assert [row.text.number for row in Consent.objects.order_by("id") if row.text] == [1, 2]


@pytest.mark.parametrize("change", [{"is_given": False}, {"door": "api"}])
def test_nobody_edits_an_answer(shop, anna, change):
    consenting.record(anna, answers(shop, email=True), door="portal", now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        ConsentText.objects.update(body="Everything")
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.all().delete()


def test_it_asks_in_the_language_of_the_member_and_else_in_the_shops(shop):
    publish(shop, "News by")
    publish(shop, "Nowości przez", language="pl")
    asked = {language: consenting.asked(shop, language)[1].body for language in ("en", "pl", "zh-hans")}
    assert asked == {"en": "News by", "pl": "Nowości przez", "zh-hans": "News by"}


def test_an_empty_text_is_no_longer_asked(shop):
    publish(shop, "")
    assert [one.purpose for one in consenting.asked(shop, "en")] == ["terms"]


def test_a_shop_without_texts_asks_in_ours_and_in_the_language_that_it_speaks(shop):
    shop.other_languages = ["pl"]
    terms, marketing = consenting.asked(shop, "pl")
    assert terms.body.startswith("Biorę udział")
    assert marketing.channels == ("email", "sms")


def test_an_answer_in_one_language_leaves_our_text_in_the_others(shop, anna):
    shop.other_languages = ["pl"]
    consenting.record(anna, answers(shop, email=True), door="portal", now=NOW)
    assert consenting.asked(shop, "pl")[1].body.endswith("nowości i oferty przez")


def test_a_shop_that_writes_one_language_keeps_the_others(shop):
    shop.other_languages = ["pl"]
    polish = consenting.asked(shop, "pl")[0].body
    wording = Wording({"en": "I join.", "pl": polish})
    for _again in range(2):
        consent_texts.publish(shop, {"terms": wording}, by=factories.user(), now=NOW)
    assert [consenting.asked(shop, code)[0].body for code in ("en", "pl")] == ["I join.", polish]
    assert ConsentText.objects.count() == 2


def test_a_box_of_an_older_text_is_refused_in_words(client, shop):
    client.force_login(factories.user(email="ola@example.com"))
    old = ticked(shop, EMAIL)
    publish(shop, "News by")
    answer = client.post(f"/p/{shop.slug}/join/", {"name": "Ola", "phone": ""} | old)
    assert answer.status_code == 422
    assert "The text has changed meanwhile" in answer.text
    assert not shop.members.exists()


def test_nobody_joins_without_agreeing_to_take_part(client, shop):
    client.force_login(factories.user(email="ola@example.com"))
    answer = client.post(f"/p/{shop.slug}/join/", {"name": "Ola", "phone": ""})
    assert answer.status_code == 422
    assert "Without this there is no card" in answer.text


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_both_hold():
    shop = factories.shop().merchant
    anna = factories.member(merchant=shop)
    given = answers(shop, email=True, sms=True)
    at_once(*[lambda one=one: consenting.record(anna, [one], door="portal", now=NOW) for one in given])
    anna.refresh_from_db()
    assert anna.consents == [EMAIL, SMS]
    assert ConsentText.objects.count() == 1
