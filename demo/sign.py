"""The sign of Bean & Leaf, drawn: a coffee bean on a white stamp with a scalloped edge."""

from __future__ import annotations

from io import BytesIO
from math import cos, pi, radians, sin

from PIL import Image, ImageDraw

SIDE = 1024  # pixels it is drawn with; it is kept smaller
SCALLOPS = 14
STROKE = 52


def sign(colour: str) -> BytesIO:
    """A PNG of the sign in a shop's colour, to its corners."""
    picture = Image.new("RGB", (SIDE, SIDE), colour)
    ImageDraw.Draw(picture).polygon([edge(degree / 2) for degree in range(720)], fill="white")
    leaning = bean(colour)
    picture.paste(leaning, mask=leaning)
    file = BytesIO()
    picture.resize((SIDE // 4, SIDE // 4), Image.Resampling.LANCZOS).save(file, "PNG")
    file.seek(0)
    return file


def edge(degrees: float) -> tuple[float, float]:
    """The point of the edge that lies this way from the middle."""
    angle = radians(degrees)
    reach = SIDE / 2 * (0.87 + 0.03 * cos(SCALLOPS * angle))
    return SIDE / 2 + reach * sin(angle), SIDE / 2 - reach * cos(angle)


def bean(colour: str) -> Image.Image:
    """The bean's outline and its seam, leaning to the right."""
    layer = Image.new("RGBA", (SIDE, SIDE))
    pen, middle, long, short = ImageDraw.Draw(layer), SIDE / 2, SIDE * 0.31, SIDE * 0.205
    pen.ellipse((middle - short, middle - long, middle + short, middle + long), outline=colour, width=STROKE)
    for step in range(4, 197):
        dot = middle + 70 * sin(2 * pi * step / 200), middle - long + 2 * long * step / 200
        pen.circle(dot, STROKE / 2, fill=colour)
    return layer.rotate(-42, Image.Resampling.BICUBIC)
