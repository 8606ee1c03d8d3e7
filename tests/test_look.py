"""The look in a real browser: every part accessible, and every shop colour readable."""

from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# 24 hues × 4 kinds of colour: what a shop may well choose, and what it had better not.
KINDS = [(0.43, 0.072), (0.62, 0.19), (0.85, 0.16), (0.25, 0.05)]
ACCENTS = [f"oklch({light} {chroma} {hue})" for hue in range(0, 360, 15) for light, chroma in KINDS]
TEXT_ON_ACCENT = [
    ("on-accent", "accent-solid"),
    ("on-accent", "accent-solid-hover"),
    ("on-accent-2", "accent-solid"),
    *product(["accent-text"], ["paper", "surface", "sunken", "hover", "accent-soft"]),
]
MARKS = [("accent-mark", "surface"), ("accent-mark", "accent-soft")]
TEXT = [
    *product(["ink", "ink-2", "ink-3"], ["paper", "surface", "sunken", "hover"]),
    *((f"{kind}-text", f"{kind}-soft") for kind in ["honey", "good", "bad", "note"]),
    *((f"{kind}-text", "surface") for kind in ["honey", "good", "bad", "note"]),
    ("paper", "ink"),
    ("ink-2", "honey-soft"),
]
EDGES = [("line-field", "surface"), ("focus", "paper"), ("focus", "surface")]

# Paints each variable on one pixel, so that the browser's own arithmetic is what we measure.
CONTRASTS = """([accent, pairs]) => {
  if (accent) document.documentElement.style.setProperty("--accent", accent);
  const probe = document.body.appendChild(document.createElement("i"));
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const luminance = (name) => {
    probe.style.color = `var(--${name})`;
    pen.fillStyle = getComputedStyle(probe).color;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((byte) => {
      const part = byte / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const worth = pairs.map(([front, back]) => {
    const [low, high] = [luminance(front), luminance(back)].sort((a, b) => a - b);
    return [front, back, (high + 0.05) / (low + 0.05)];
  });
  probe.remove();
  return worth;
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_shop_colour_is_readable(page: Page, live_server: Any, theme: str) -> None:
    page.goto(f"{live_server.url}/styleguide/?theme={theme}")
    for accent in ACCENTS:
        too_faint = [pair for pair in page.evaluate(CONTRASTS, [accent, TEXT_ON_ACCENT]) if pair[2] < 4.5]
        too_faint += [pair for pair in page.evaluate(CONTRASTS, [accent, MARKS]) if pair[2] < 3]
        assert too_faint == [], accent


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_edges_are_readable(page: Page, live_server: Any, theme: str) -> None:
    page.goto(f"{live_server.url}/styleguide/?theme={theme}")
    assert [pair for pair in page.evaluate(CONTRASTS, ["", TEXT]) if pair[2] < 4.5] == []
    assert [pair for pair in page.evaluate(CONTRASTS, ["", EDGES]) if pair[2] < 3] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_part_is_accessible_and_fits(quiet_page: Page, live_server: Any, theme: str, size: Any) -> None:
    quiet_page.set_viewport_size(size)
    quiet_page.goto(f"{live_server.url}/styleguide/?theme={theme}")
    assert_accessible(quiet_page)
    assert_fits(quiet_page)


def test_a_dialog_opens_and_closes_with_the_keyboard(quiet_page: Page, live_server: Any) -> None:
    quiet_page.goto(f"{live_server.url}/styleguide/")
    opener = quiet_page.get_by_role("button", name="Open it")
    opener.press("Enter")
    dialog = quiet_page.get_by_role("dialog", name="Publish version 5?")
    dialog.wait_for()
    quiet_page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert opener.evaluate("button => button === document.activeElement")


def test_the_keypad_types_into_the_amount(quiet_page: Page, live_server: Any) -> None:
    quiet_page.goto(f"{live_server.url}/styleguide/")
    amount = quiet_page.get_by_label("Amount", exact=True)
    amount.fill("")
    for key in ["1", "2", "Decimal point", "5", "0", "9"]:
        quiet_page.get_by_role("button", name=key, exact=True).click()
    assert amount.input_value() == "12.50"
    quiet_page.get_by_role("button", name="Delete", exact=True).click()
    assert amount.input_value() == "12.5"


def test_a_menu_closes_on_escape_and_gives_the_focus_back(quiet_page: Page, live_server: Any) -> None:
    quiet_page.goto(f"{live_server.url}/styleguide/")
    summary = quiet_page.locator("summary", has_text="Menu")
    summary.click()
    quiet_page.get_by_role("link", name="My cards").wait_for()
    quiet_page.keyboard.press("Escape")
    quiet_page.get_by_role("link", name="My cards").wait_for(state="hidden")
    assert summary.evaluate("element => element === document.activeElement")
