"""How it works, in the portal and for whoever has no card yet: each test's name finishes "it …"."""

from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from hypothesis import given

from members.reading.promises import Promise
from members.tests import factories
from members.tests.factories import NOW
from members.tests.portal import holder, page
from programs import terms, versions
from programs.calendar import local_day
from programs.models import Merchant, Program, ProgramVersion
from programs.tests.whole_terms import whole_terms
from programs.wording import how
from programs.wording.changes import running
from programs.wording.customer import to_customers
from programs.wording.promises import parts_of

pytestmark = pytest.mark.django_db

SPRING = {"code": "spring", "name": "Spring", "when": {"from": "2026-04-01"}, "give": {"points": 5}}
WINTER = {"code": "winter", "name": "Winter", "when": {"until": "2026-02-28"}, "give": {"points": 6}}
PAUSED = {"code": "cups", "name": "Cups", "give": {"points": 7}, "paused": True}
SECRET = {"code": "secret", "name": "Secret", "when": {"segments": ["churn"], "products": ["SKU-9"],
          "channels": ["kiosk-7"], "locations": ["pulawska"]}, "give": {"points": 8}}  # fmt: skip


def text_of(client: Client, document: dict[str, Any] | None = None) -> str:
    account = holder(terms.P0 | (document or {}))
    factories.location(merchant=account.program.merchant)
    with time_machine.travel(NOW):
        return page(client, account, "portal-how")


def test_it_says_the_terms_in_force_and_since_when(client: Client) -> None:
    text = text_of(client)
    assert "1\u00a0point for every 1\u00a0zł spent, for everyone." in text
    assert "Version 1, in force since 1\u00a0Jan\u00a02020." in text
    assert "Points earned today, 10\u00a0Mar\u00a02026, can be spent through 10\u00a0Mar\u00a02027." in text


def test_it_says_rules_that_run_or_will_and_no_others(client: Client) -> None:
    text = text_of(client, {"rules": [SPRING, WINTER, PAUSED]})
    assert "5\u00a0points, for everyone, from 1\u00a0Apr\u00a02026." in text
    assert "Winter" not in text
    assert "Cups" not in text


def test_it_keeps_the_codes_of_the_shop_to_the_shop(client: Client) -> None:
    text = text_of(client, {"rules": [SECRET]})
    assert "for members whom the shop chooses" in text
    assert "Puławska" in text
    assert not any(code in text for code in ("churn", "SKU-9", "kiosk-7"))


def test_it_says_every_version_to_come_from_its_day(client: Client) -> None:
    account = holder()
    never = {**terms.P0, "expiry": {"kind": "never"}}
    double = {**never, "earning": {"points": 2}}
    for days, document in ((30, never), (60, double)):
        versions.publish(account.program, document, effective_at=NOW + timedelta(days=days), author=None)
    with time_machine.travel(NOW):
        text = page(client, account, "portal-how")
    assert text.index("From 9\u00a0Apr") < text.index("From 9\u00a0May")
    assert "Points never expire, was after 12 months." in text
    assert "Purchases earn 2\u00a0points for every 1\u00a0zł spent, was 1\u00a0point for every 1\u00a0zł spent." in text


def test_it_gives_no_example_where_nothing_is_earned(client: Client) -> None:
    assert "For example" in text_of(client)
    assert "For example" not in text_of(client, {"paused": True})


def test_it_says_when_a_program_begins(client: Client) -> None:
    account = holder()
    with time_machine.travel(datetime(2019, 12, 24, 12, tzinfo=UTC)):
        text = page(client, account, "portal-how")
    assert "Version 1, in force from 1\u00a0Jan\u00a02020." in text


def test_it_adds_the_shops_small_print(client: Client) -> None:
    assert "<em>Ask us</em>" in text_of(client, {"texts": {"terms": "*Ask us* first."}})


def test_it_has_a_section_for_each_program_of_the_member(client: Client) -> None:
    account = holder()
    shop = account.program.merchant
    stamps = factories.program(merchant=shop, terms_document=terms.PRESETS["stamps"], code="stamps")
    assert "1\u00a0stamp on purchases of 5.00" not in page(client, account, "portal-how")
    public = Client().get(reverse("portal-terms", args=[shop.slug])).text
    assert "1\u00a0stamp on purchases of 5.00" in public
    assert f"<h2>{stamps.name}</h2>" in public


def test_it_is_linked_from_the_card_from_the_person_and_for_who_joins(client: Client) -> None:
    account = holder()
    slug = account.program.merchant.slug
    for name in ("portal-home", "portal-you"):
        assert reverse("portal-how", args=[slug]) in page(client, account, name)
    assert reverse("portal-terms", args=[slug]) in Client().get(reverse("portal-join", args=[slug])).text


def test_it_says_that_no_program_runs(client: Client) -> None:
    account = holder()
    Program.objects.update(is_active=False)
    assert "has stopped its program" in page(client, account, "portal-how")


@given(whole_terms())
def test_it_shows_every_promise_of_any_terms(under: Any) -> None:
    now, merchant = datetime(2026, 11, 22, 12, tzinfo=UTC), Merchant(name="Kawa", currency="PLN", zone_name="UTC")
    day = local_day(now, ZoneInfo("UTC"))
    chapters = how.chapters(under, "PLN", on=day)
    version = ProgramVersion(number=1, effective_at=now)
    promise = Promise(Program(name="Points"), version, chapters, [], [], "")
    text = unescape(render_to_string("members/portal/promise.html", {"promise": promise, "merchant": merchant}))
    alive = running(under, day)
    parts = parts_of(alive, to_customers(alive, "PLN"))
    silent = set() if alive.gives_points else {"expiry", "clawback"}
    for part, sentences in parts.items():
        assert part in silent or all(f"{sentence}." in text for sentence in sentences)
    assert all(rule.name in text for rule in alive.rules)
