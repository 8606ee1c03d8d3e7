"""What every browser test checks of a page: it is accessible and nothing hangs over its edge."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def assert_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def assert_fits(page: Page) -> None:
    assert page.evaluate(OVERHANG) <= 0, f"{page.url} is wider than its window"
