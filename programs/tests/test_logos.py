"""Logos: what is sent is made anew, what cannot be is refused with a sentence; every name finishes "it ..."."""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from programs import logos
from programs.models import Logo, Merchant

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def picture(size: tuple[int, int] = (800, 400), kind: str = "PNG", mode: str = "RGB", **options: object) -> BytesIO:
    file = BytesIO()
    Image.new(mode, size, 120 if mode in ("L", "P") else None).save(file, kind, **options)
    return BytesIO(file.getvalue())


def opened(made: bytes) -> Image.Image:
    return Image.open(BytesIO(made))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("PNG", "1"), ("PNG", "I;16"), ("JPEG", "CMYK"), ("JPEG", "RGB"),
        ("WEBP", "RGBA"),
    ],
)  # fmt: skip
def test_it_makes_every_kind_a_small_webp(kind: str, mode: str) -> None:
    made = opened(logos.remade(picture(kind=kind, mode=mode)))
    assert (made.format, made.size) == ("WEBP", (512, 256))


def test_it_leaves_a_small_picture_as_large_as_it_is() -> None:
    assert opened(logos.remade(picture((64, 64)))).size == (64, 64)


def test_it_keeps_what_shows_through() -> None:
    file = BytesIO()
    Image.new("RGBA", (64, 64), (255, 0, 0, 0)).save(file, "PNG")
    pixel = opened(logos.remade(file)).convert("RGBA").getpixel((5, 5))
    assert isinstance(pixel, tuple)
    assert pixel[3] == 0


def test_it_drops_what_a_camera_wrote_into_the_file_and_turns_the_picture_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Marszałkowska 8, flat 12"
    made = logos.remade(picture((400, 200), "JPEG", exif=exif.tobytes(), comment=b"secret"))
    assert opened(made).size == (200, 400)
    assert not opened(made).getexif()
    assert b"flat 12" not in made
    assert b"secret" not in made


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, body: bytes, *more: bytes) -> BytesIO:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return BytesIO(b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", body) + chunk(b"IEND", b""))


ATTACKS = {
    "a bomb": png(40_000, 40_000, zlib.compress(b"\0" * 10_000)),
    "a small bomb": png(20_000, 2_000, zlib.compress(b"\0" * 10_000)),
    "text without end": png(64, 64, b"", chunk(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 90_000_000))),
    "half a picture": BytesIO(picture((600, 600), "JPEG").getvalue()[:900]),
    "nothing": BytesIO(b""),
    "html": BytesIO(b"<script>alert(1)</script>"),
    "a drawing": BytesIO(b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    "postscript": BytesIO(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n"),
    "a gif": picture((64, 64), "GIF", "P"),
    "a bitmap": picture((64, 64), "BMP"),
    "a tiff": picture((64, 64), "TIFF"),
    "a dot": picture((1, 1)),
    "a hair": picture((4_000, 2)),
    "a head alone": png(64, 64, b""),
    "a wrong length": BytesIO(b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_it_refuses_with_a_sentence(name: str) -> None:
    with pytest.raises(logos.NotALogo) as refusal:
        logos.remade(ATTACKS[name])
    assert str(refusal.value.words).startswith("This ")


@pytest.fixture
def merchant(db: None) -> Merchant:
    return Merchant.objects.create(name="Bean & Leaf", slug="bean", currency="PLN", zone_name="Europe/Warsaw")


def test_it_is_kept_under_an_address_that_changes_with_it(client: Client, merchant: Merchant) -> None:
    logos.put(merchant, logos.remade(picture()), now=NOW)
    first = reverse("logo-webp", args=["bean", merchant.logo_digest])
    answer = client.get(first)
    assert opened(answer.content).format == "WEBP"
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer
    logos.put(merchant, logos.remade(picture((64, 64))), now=NOW)
    assert client.get(first).status_code == 404
    assert Logo.objects.count() == 1


def test_it_can_be_taken_away(merchant: Merchant) -> None:
    logos.put(merchant, logos.remade(picture()), now=NOW)
    logos.remove(merchant)
    merchant.refresh_from_db()
    assert (merchant.logo_digest, Logo.objects.count()) == ("", 0)
