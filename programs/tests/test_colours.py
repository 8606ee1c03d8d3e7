"""A shop's colour under white text; every name finishes "it ..."."""

import math

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from programs import colours

KINDS = [(0.43, 0.072), (0.62, 0.19), (0.85, 0.16), (0.25, 0.05)]
ACCENTS = [
    colours.hex_of(
        colours.channels_from(light, chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue)))
    )
    for hue in range(0, 360, 15)
    for light, chroma in KINDS
]


@pytest.mark.parametrize("accent", ACCENTS)
def test_it_carries_white_text_whatever_was_chosen(accent: str) -> None:
    assert colours.contrast_with_white(colours.on_cards(accent)) >= 4.5


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_it_carries_white_text_for_any_colour_at_all(accent: str) -> None:
    assert colours.contrast_with_white(colours.on_cards(accent)) >= 4.5


@pytest.mark.parametrize("accent", colours.SWATCHES)
def test_it_offers_colours_that_stay_as_they_are(accent: str) -> None:
    assert not colours.is_adjusted(accent)
    assert colours.contrast_with_white(accent) >= 4.5


@pytest.mark.parametrize("accent", ["#ffdd00", "#ffffff", "#ff0000", "#00c8ff"])
def test_it_says_when_a_colour_is_darkened(accent: str) -> None:
    assert colours.is_adjusted(accent)
    assert colours.on_cards(accent) != accent


@pytest.mark.parametrize("accent", ["#ff0000", "#a000d0", "#0040ff"])
def test_it_calms_a_colour_as_far_as_the_style_sheet_does(accent: str) -> None:
    lightness, a, b = colours.oklab_of(colours.channels_of(colours.on_cards(accent)))
    assert (round(lightness, 2), round(math.hypot(a, b), 2)) == (min(round(lightness, 2), 0.48), 0.15)
    tokens = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    assert f"min(l, {colours.LIGHTEST}) min(c, {colours.MOST_CHROMA}) h)" in tokens


@pytest.mark.parametrize(("colour", "contrast"), [("#000000", 21.0), ("#ffffff", 1.0), ("#767676", 4.54)])
def test_it_measures_contrast_as_wcag_does(colour: str, contrast: float) -> None:
    assert round(colours.contrast_with_white(colour), 2) == contrast


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_it_goes_to_oklab_and_back(colour: str) -> None:
    there = colours.oklab_of(colours.channels_of(colour))
    assert colours.hex_of(colours.channels_from(*there)) == colour
