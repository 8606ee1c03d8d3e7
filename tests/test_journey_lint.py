"""An owner reads in a real browser what is worth another look, mends it, and sees it go."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from members.tests import factories
from programs import drafts, terms
from programs.models import Program, Role, Staff
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEA = {"code": "tea", "name": "Tea Tuesday", "when": {"weekdays": ["tue"]}, "give": {"multiplier": "3"}}
MEET = "Double Tuesday and Tea Tuesday meet on one purchase and multiply to 6×."
PAGES = ("", "tiers/", "limits/", "wording/", "publish/", "lint/")


@pytest.fixture
def marta() -> Staff:
    shop = factories.shop(slug="bean", terms_document=terms.PRESETS["coffee-shop"], country="CA")
    return factories.staff(merchant=shop.merchant, role=Role.OWNER, name="Marta Wiśniewska")


@pytest.fixture
def studio(quiet_page: Page, live_server: Any, marta: Staff) -> Page:
    """The studio with a draft in which two factors meet on Tuesdays."""
    program = Program.objects.get()
    document = deepcopy(terms.PRESETS["coffee-shop"])
    document["rules"].append(TEA)
    drafts.replace(program, document, by=marta.user, now=timezone.now())
    sign_in(quiet_page.context, marta.user, live_server.url)
    quiet_page.set_viewport_size(DESKTOP)
    quiet_page.goto(f"{live_server.url}/m/bean/program/points/")
    return quiet_page


def test_it_leads_to_the_rule_and_goes_when_it_is_mended(studio: Page) -> None:
    panel = studio.get_by_role("region", name="Worth another look")
    expect(panel).to_contain_text(MEET)
    studio.wait_for_load_state("networkidle")
    panel.get_by_role("link", name="To the rule").click()
    expect(studio).to_have_url(f"{studio.url.split('#')[0]}#rule-tea")
    studio.locator("#rule-tea").get_by_role("switch").click()
    expect(panel).to_have_count(0)


def test_every_page_with_findings_is_accessible_and_fits(studio: Page, live_server: Any) -> None:
    for page in PAGES:
        for size in (PHONE, DESKTOP):
            studio.set_viewport_size(size)
            studio.goto(f"{live_server.url}/m/bean/program/points/{page}")
            studio.wait_for_load_state("networkidle")
            if page in ("", "limits/", "publish/", "lint/"):
                expect(studio.get_by_role("region", name="Worth another look")).to_be_visible()
            for scheme in ("light", "dark"):
                studio.emulate_media(color_scheme=scheme)
                assert_accessible(studio)
                assert_fits(studio)
