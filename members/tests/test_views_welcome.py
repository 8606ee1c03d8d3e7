"""Tests of the shop's own words in the portal; every name finishes "it ..."."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from members.models import Member
from members.tests import factories
from members.tests.factories import NOW
from members.tests.portal import holder, page
from programs import terms

pytestmark = pytest.mark.django_db

GREETING = {"en": "Your **third** visit counts <b>", "pl": "Trzecia **wizyta** się liczy"}
WRITTEN = terms.P0 | {"texts": {"welcome": GREETING, "terms": "Points are *not* cash."}}


def test_it_greets_a_member_for_two_weeks(client: Client) -> None:
    account = holder(WRITTEN)
    Member.objects.update(joined_at=NOW - timedelta(days=13))
    with time_machine.travel(NOW):
        assert "Your <strong>third</strong> visit counts &lt;b&gt;" in page(client, account, "portal-home")
    with time_machine.travel(NOW + timedelta(days=2)):
        assert "third" not in page(client, account, "portal-home")


def test_it_greets_who_thinks_of_joining_in_their_language(client: Client) -> None:
    merchant = factories.shop(terms_document=WRITTEN, other_languages=["pl"]).merchant
    address = reverse("portal-join", args=[merchant.slug])
    assert "Your <strong>third</strong> visit" in client.get(address).content.decode()
    assert "Trzecia <strong>wizyta</strong>" in client.get(address, headers={"accept-language": "pl"}).content.decode()


def test_it_says_nothing_where_the_shop_says_nothing(client: Client) -> None:
    merchant = factories.shop().merchant
    assert 'class="prose"' not in client.get(reverse("portal-join", args=[merchant.slug])).content.decode()


def test_it_shows_the_small_print_where_it_says_how_it_works(client: Client) -> None:
    account = holder(WRITTEN)
    with time_machine.travel(NOW):
        assert "Points are <em>not</em> cash." in page(client, account, "portal-how")
