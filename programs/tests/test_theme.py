"""The shop's colour as a file."""

from http import HTTPStatus

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from programs.models import Merchant
from programs.views.theme import accent_rule


@pytest.fixture
def bean_and_leaf(db: None) -> Merchant:
    return Merchant.objects.create(
        name="Bean & Leaf", slug="bean-leaf", currency="PLN", zone_name="Europe/Warsaw", accent="#2E5B3C"
    )


def test_it_is_one_variable_in_a_style_sheet_that_anyone_may_keep_for_a_while(client: Client, bean_and_leaf: Merchant):
    answer = client.get(reverse("theme-css", args=["bean-leaf"]))
    assert answer.content == b":root { --accent: #2e5b3c; }\n"
    assert answer["Content-Type"] == "text/css"
    assert answer["Cache-Control"] == "public, max-age=600"
    assert "Set-Cookie" not in answer


def test_it_is_not_sent_again_until_the_colour_changes(client: Client, bean_and_leaf: Merchant):
    url = reverse("theme-css", args=["bean-leaf"])
    etag = client.get(url)["ETag"]
    assert client.get(url, headers={"If-None-Match": etag}).status_code == HTTPStatus.NOT_MODIFIED
    Merchant.objects.update(accent="#af5742")
    assert client.get(url, headers={"If-None-Match": etag}).status_code == HTTPStatus.OK


def test_an_unknown_shop_has_no_colour(client: Client, db: None):
    assert client.get("/theme/nobody.css").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("accent", ["red", "#fff", "#2e5b3c; } body { display: none", "#2e5b3c\n", ""])
def test_nothing_but_a_hex_colour_gets_into_the_style_sheet(accent: str):
    with pytest.raises(ValidationError):
        accent_rule(accent)
