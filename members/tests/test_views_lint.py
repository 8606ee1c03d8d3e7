"""The panel of the lint in the studio: each test's name finishes "it …"."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from members import segments
from members.tests import factories
from members.tests.factories import NOW
from programs import drafts, terms
from programs.models import Program, Role

pytestmark = pytest.mark.django_db

OVER = {"code": "summer", "name": "Summer", "when": {"until": "2026-01-31"}, "give": {"points": 5}}
STUDENTS = {"code": "students", "name": "Students", "when": {"segments": ["students"]}, "give": {"points": 5}}


def program(*rules: Any, **fields: Any) -> Program:
    shop = factories.shop(terms_document=terms.P0, **fields)
    document = {**terms.P0, "rules": list(rules)}
    drafts.replace(shop, document, by=manager(shop).user, now=NOW)
    return shop


def manager(shop: Program) -> Any:
    return factories.staff(merchant=shop.merchant, role=Role.MANAGER)


def panel(client: Client, shop: Program, *, tab: str = "", **headers: str) -> str:
    client.force_login(manager(shop).user)
    address = reverse("dashboard-program-lint", args=[shop.merchant.slug, shop.code])
    with time_machine.travel(NOW):
        return client.get(address, {"tab": tab} if tab else {}, headers=headers).content.decode()


HTMX = {"HX-Request": "true"}


def test_it_names_what_the_draft_has_by_tab_and_leads_to_the_rule(client: Client) -> None:
    text = panel(client, program(OVER, country="CA"), **HTMX)
    assert "Summer ended on 31\u00a0Jan\u00a02026 and does not fire any more." in text
    assert '/#rule-summer"' in text
    assert "If you sell in Ontario or Québec" in text
    assert text.index("Earning</a>") < text.index("Expiry and limits</a>")


def test_it_shows_one_tab_alone(client: Client) -> None:
    shop = program(OVER, country="CA")
    assert "Summer" not in panel(client, shop, tab="limits", **HTMX)
    assert "Québec" not in panel(client, shop, tab="show", **HTMX)


def test_it_takes_no_room_where_nothing_stands_out(client: Client) -> None:
    shop = program(OVER)
    assert panel(client, shop, tab="tiers", **HTMX) == ""
    assert "Nothing stands out" in panel(client, shop, tab="tiers")


def test_it_knows_the_segments_in_use(client: Client) -> None:
    shop = program(STUDENTS)
    assert "no member is among students" in panel(client, shop, **HTMX)
    anna = factories.member(merchant=shop.merchant)
    segments.put_into(anna, ["students"], by=manager(shop), now=NOW)
    assert "students" not in panel(client, shop, **HTMX)
