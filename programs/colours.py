"""The shop's colour where white text stands on it: as dark as the style sheets make it. Pure.

The arithmetic is that of OKLab (Björn Ottosson, 2020) and of contrast in WCAG 2; the bounds are those of
`--accent-solid` in `static/css/tokens.css`.
"""

from __future__ import annotations

import math

LIGHTEST, MOST_CHROMA = 0.48, 0.15
SWATCHES = (
    "#2e5b3c", "#1f5f5b", "#24557a", "#33458a", "#5a3d86", "#7d2f5f",
    "#96304a", "#9c3b24", "#815210", "#675f1b", "#4a4f55", "#2b2622",
)  # fmt: skip

Channels = tuple[float, float, float]


def on_cards(accent: str) -> str:
    """The colour that buttons and cards have: the shop's own, darkened and calmed as far as white text needs."""
    lightness, a, b = oklab_of(channels_of(accent))
    chroma = math.hypot(a, b)
    calm = min(chroma, MOST_CHROMA) / chroma if chroma else 0
    return hex_of(channels_from(min(lightness, LIGHTEST), a * calm, b * calm))


def is_adjusted(accent: str) -> bool:
    """Whether buttons and cards differ from the colour that was chosen, so that one can see it."""
    lightness, a, b = oklab_of(channels_of(accent))
    return lightness > LIGHTEST + 0.005 or math.hypot(a, b) > MOST_CHROMA + 0.005


def contrast_with_white(colour: str) -> float:
    """How well white text stands on a colour: 4.5 is readable, 21 is on black."""
    red, green, blue = channels_of(colour)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def channels_of(colour: str) -> Channels:
    """Linear light of # and six digits, each channel from 0 to 1."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return linear(red), linear(green), linear(blue)


def linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def encoded(light: float) -> float:
    light = min(max(light, 0.0), 1.0)
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def hex_of(channels: Channels) -> str:
    return "#" + "".join(f"{round(encoded(light) * 255):02x}" for light in channels)


def oklab_of(channels: Channels) -> Channels:
    red, green, blue = channels
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def channels_from(lightness: float, a: float, b: float) -> Channels:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
