"""Sign-up links and posters: each test's name finishes "it …"."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from members.reading.posters import Poster, posters_of
from members.tests import factories
from programs.models import Location

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Location:
    return factories.location(merchant=factories.shop().merchant)


@pytest.fixture
def signed_in(client: Client, place: Location) -> Client:
    client.force_login(factories.staff(merchant=place.merchant).user)
    return client


def test_each_location_has_a_link_of_its_own_and_the_shop_one_for_everywhere(place: Location, settings: Any) -> None:
    settings.SITE_URL = "https://loyalty.example.com"
    here, everywhere = posters_of(place.merchant)
    join = f"https://loyalty.example.com/p/{place.merchant.slug}/join/"
    assert (here.link, everywhere.link) == (f"{join}?at=pulawska", join)
    assert here.spoken_link.startswith("loyalty.example.com/p/")


def test_who_signs_up_by_the_link_has_joined_at_the_location(client: Client, place: Location) -> None:
    client.force_login(factories.user(email="ola@example.com"))
    link = Poster(place.merchant, place).link.partition("/p/")[2]
    form = client.get(f"/p/{link}").context["form"]
    ticked = {name: field.choices[0][0] for name, field in form.fields.items() if name.startswith("agree_terms")}
    client.post(f"/p/{link}", {"name": "Ola"} | ticked)
    assert place.merchant.members.get().joined_location == place


def test_the_link_stays_while_the_address_is_proven(client: Client, place: Location) -> None:
    link = f"{reverse('portal-join', args=[place.merchant.slug])}?at=pulawska"
    answer = client.post(link, {"email": "ola@example.com"})
    assert "at%3Dpulawska" in answer.url


def test_a_poster_says_what_a_purchase_earns_in_the_shops_language(signed_in: Client, place: Location) -> None:
    place.merchant.language = "pl"
    place.merchant.save()
    text = signed_in.get(reverse("dashboard-poster-print", args=[place.merchant.slug]), {"at": place.code})
    assert 'lang="pl"' in text.content.decode()
    assert place.name in text.content.decode()


def test_the_code_alone_is_a_drawing(signed_in: Client, place: Location) -> None:
    answer = signed_in.get(reverse("dashboard-poster-svg", args=[place.merchant.slug]), {"at": place.code})
    assert answer.headers["Content-Disposition"].endswith('-pulawska.svg"')
    assert ElementTree.fromstring(answer.content).tag.endswith("svg")  # noqa: S314  # our own


@pytest.mark.parametrize("page", ["dashboard-poster-print", "dashboard-poster-svg"])
def test_a_location_of_another_shop_is_not_found(signed_in: Client, place: Location, page: str) -> None:
    factories.location(merchant=factories.merchant(), code="elsewhere")
    assert signed_in.get(reverse(page, args=[place.merchant.slug]), {"at": "elsewhere"}).status_code == 404
