"""What browser tests share: signing in without the form, and what is checked of every page."""

from contextlib import suppress

from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import BrowserContext, Page, TimeoutError  # noqa: A004

from loyalty_site.models import User

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
AT_WORK = ".htmx-request, .htmx-swapping, .htmx-settling"
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def sign_in(context: BrowserContext, user: User, url: str) -> None:
    """Give the browser the session of a person."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


def assert_accessible(page: Page) -> None:
    """Ask axe, once nothing is being fetched any more: a button at work is dim."""
    with suppress(TimeoutError):
        page.locator(AT_WORK).first.wait_for(state="detached", timeout=3000)
    found = Axe().run(page).response["violations"]
    faults = [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]
    assert not faults, str(faults)


def assert_fits(page: Page) -> None:
    assert page.evaluate(OVERHANG) <= 0, f"{page.url} is wider than its window"
