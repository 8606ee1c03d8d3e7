"""An owner lets the web shop in: a key in a real browser, an order by it, the log, and the key out of use."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from members.models import Account, Order
from members.tests import factories
from programs.models import Role
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def anna() -> Account:
    return factories.account(program=factories.shop(slug="bean"), email="anna@example.com")


@pytest.fixture
def developer(quiet_page: Page, live_server: Any, anna: Account) -> Page:
    owner = factories.staff(merchant=anna.program.merchant, role=Role.OWNER, name="Marta Wiśniewska")
    sign_in(quiet_page.context, owner.user, live_server.url)
    quiet_page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    quiet_page.goto(f"{live_server.url}/m/bean/developer/")
    return quiet_page


def order(base: str, key: str, **content: str) -> tuple[int, Any]:
    """Send an order as a shop's system does."""
    sent = json.dumps({"reference": "1001", "member": "anna@example.com", "amount": "34.00"} | content).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    try:
        with urlopen(Request(f"{base}/api/v1/orders", sent, headers)) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except HTTPError as refusal:
        return refusal.code, json.load(refusal)


def looked_at(page: Page, name: str) -> None:
    """Both widths and both schemes: accessible, and no wider than the window."""
    for size, window in (("desktop", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size(window)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert_accessible(page)
            assert_fits(page)
            if folder := os.environ.get("PICTURES"):
                page.screenshot(path=f"{folder}/{name}-{size}-{scheme}.png", full_page=True)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def test_a_key_lets_a_system_in_until_it_is_revoked(developer: Page, live_server: Any) -> None:
    expect(developer.get_by_text("No keys yet")).to_be_visible()
    looked_at(developer, "empty")
    developer.get_by_role("link", name="Make the first key").click()
    developer.get_by_label("Look up members", exact=False).uncheck()
    developer.get_by_label("Send orders", exact=False).uncheck()
    developer.get_by_role("button", name="Make key").click()
    expect(developer.get_by_text("Choose at least one thing")).to_be_visible()
    developer.get_by_label("What uses it").fill("Web shop")
    developer.get_by_label("Send orders", exact=False).check()
    looked_at(developer, "making")
    developer.get_by_role("button", name="Make key").click()
    key = developer.locator("#key").inner_text()
    looked_at(developer, "made")

    assert order(live_server.url, key)[0] == 201
    assert order(live_server.url, key, amount="1.00")[1]["code"] == "conflict"
    assert Order.objects.get().reference == "1001"

    developer.get_by_role("link", name="I have kept it").click()
    expect(developer.locator("main")).not_to_contain_text(key)
    log = developer.get_by_role("region", name="Latest requests")
    expect(log.get_by_role("row")).to_have_count(3)
    looked_at(developer, "full")
    developer.get_by_role("link", name="Refused").click()
    expect(log.get_by_role("row")).to_have_count(2)
    expect(log).to_contain_text("conflict")

    developer.get_by_role("button", name="Revoke").click()
    question = developer.get_by_role("dialog")
    expect(question).to_contain_text("Revoke “Web shop”?")
    question.get_by_role("button", name="Revoke").click()
    expect(developer.get_by_role("status")).to_contain_text("out of use")
    assert order(live_server.url, key)[0] == 401


def test_the_reference_stands_on_its_own(quiet_page: Page, live_server: Any) -> None:
    quiet_page.goto(f"{live_server.url}/developers/")
    expect(quiet_page.get_by_role("heading", name="POST /api/v1/orders", exact=True)).to_be_visible()
    assert quiet_page.request.get(f"{live_server.url}/api/v1/openapi.json").json()["openapi"].startswith("3.")
    looked_at(quiet_page, "reference")
