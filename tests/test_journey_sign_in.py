"""An owner's second factor in a real browser: an app and a passkey are set up, and the next sign-in uses them."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from members.tests import factories
from programs.models import Role, Staff
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def marta(settings: Any) -> Staff:
    settings.SECOND_FACTOR = "required"
    return factories.staff(merchant=factories.shop(slug="bean").merchant, role=Role.OWNER, name="Marta Nowak")


def fingers(page: Page) -> None:
    """Give the browser a passkey holder whose owner always agrees."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    holder = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": holder})


def sign_in_at(page: Page, url: str, staff: Staff) -> None:
    page.goto(f"{url}/m/bean/")
    page.get_by_label("E-mail").fill(staff.user.email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def looked_at(page: Page) -> None:
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        assert_fits(page)
        assert_accessible(page)


def test_an_app_is_set_up_on_the_way_in(quiet_page: Page, live_server: Any, marta: Staff) -> None:
    page = quiet_page
    sign_in_at(page, live_server.url, marta)
    expect(page.get_by_role("heading", name="Add a second step")).to_be_visible()
    looked_at(page)
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_text("The app is on this device").click()
    secret = page.locator("#key").inner_text()
    looked_at(page)
    page.get_by_role("textbox", name="Code").fill(format_hotp_value(hotp_value(secret, int(time.time() // 30))))
    page.get_by_role("button", name="Use this app").click()
    expect(page.get_by_role("heading", name="Keep these codes")).to_be_visible()
    looked_at(page)
    recovery = page.locator("#codes").inner_text().split()[0]
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url("**/m/bean/")

    page.context.clear_cookies()
    sign_in_at(page, live_server.url, marta)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    looked_at(page)
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/m/bean/")


def test_a_passkey_is_made_and_replaces_the_password(quiet_page: Page, live_server: Any, marta: Staff) -> None:
    page = quiet_page
    fingers(page)
    sign_in_at(page, live_server.url, marta)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("My laptop")
    looked_at(page)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Keep these codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url("**/m/bean/")
    assert Authenticator.objects.get(type="webauthn").wrap().name == "My laptop"

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/m/bean/")
    page.goto(f"{live_server.url}/accounts/second/")
    expect(page.get_by_text("My laptop")).to_be_visible()
    looked_at(page)

    page.context.clear_cookies()
    sign_in_at(page, live_server.url, marta)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/m/bean/")
