"""A shop's logo: whatever picture is sent, made anew small and plain, so that nothing else of the file is kept."""

from __future__ import annotations

import struct
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from loyalty_site.refusals import Refused
from programs.models import Logo, Merchant

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_BYTES = 4 * 2**20
MOST_PIXELS = 24_000_000  # a phone's photo has 12
SMALLEST_SIDE = 24  # pixels
SIDE = 512
BROKEN = (
    OSError, ValueError, SyntaxError, TypeError, OverflowError, EOFError, struct.error, Image.DecompressionBombError,
)  # fmt: skip


class NotALogo(Refused):
    """The file is no picture that we can use; nothing was kept."""

    code = "malformed"


def remade(file: IO[bytes]) -> bytes:
    """Make a picture anew: upright, at most 512 pixels on each side, as WebP, with nothing else of the file.

    Raises NotALogo, saying what to send instead.
    """
    try:
        with Image.open(file, formats=FORMATS) as picture:
            refuse_size(picture)
            upright = ImageOps.exif_transpose(picture)
            plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except NotALogo:
        raise
    except BROKEN as error:
        raise NotALogo(_("This file is no picture that we can read. Send a PNG, a JPEG or a WebP.")) from error
    plain.thumbnail((SIDE, SIDE))
    plain.info = {}  # profiles, comments, places
    made = BytesIO()
    plain.save(made, "WEBP", quality=90, method=4)
    return made.getvalue()


def refuse_size(picture: Image.Image) -> None:
    """Look at the size that the file says, before anything is unpacked."""
    if picture.width * picture.height > MOST_PIXELS:
        raise NotALogo(_("This picture is too large. Send one of at most 4,000 pixels on each side."))
    if min(picture.size) < SMALLEST_SIDE:
        raise NotALogo(_("This picture is too small. Send one of at least 24 pixels on each side; 512 are best."))


@transaction.atomic
def put(merchant: Merchant, picture: bytes, *, now: datetime) -> None:
    """Keep a picture that `remade` made as the shop's logo; the same one again changes nothing."""
    digest = sha256(picture).hexdigest()[:16]
    kept = {"digest": digest, "picture": picture, "stored_at": now}
    Logo.objects.update_or_create(merchant=merchant, defaults=kept)
    note(merchant, digest)


@transaction.atomic
def remove(merchant: Merchant) -> None:
    """Go back to the stamp with the shop's letters."""
    Logo.objects.filter(merchant=merchant).delete()
    note(merchant, "")


def note(merchant: Merchant, digest: str) -> None:
    merchant.logo_digest = digest
    Merchant.objects.filter(pk=merchant.pk).update(logo_digest=digest)
