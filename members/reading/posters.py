"""What a poster says: where to sign up, as a link and as a QR code, and what a purchase earns."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.urls import reverse

from members.reading.promises import Promise, promises_of
from programs.models import Location, Merchant
from programs.versions import terms_of

MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class Poster:
    """The poster of a location, or of the shop as a whole."""

    merchant: Merchant
    location: Location | None

    @property
    def code(self) -> str:
        return self.location.code if self.location else ""

    @property
    def query(self) -> str:
        """What names the location in an address, with its question mark; "" for the shop as a whole."""
        return f"?{urlencode({'at': self.code})}" if self.location else ""

    @property
    def link(self) -> str:
        """Where people sign up; who does so by it has joined at the location."""
        return settings.SITE_URL + reverse("portal-join", args=[self.merchant.slug]) + self.query

    @property
    def spoken_link(self) -> str:
        """The link as people type it."""
        return self.link.partition("://")[2]

    @property
    def svg(self) -> bytes:
        """The link as a QR code that survives a scratch: a quarter of it may be missing."""
        file = io.BytesIO()
        segno.make(self.link, error="q", micro=False).save(file, kind="svg", border=4, scale=10)
        return file.getvalue()

    def lines(self, *, now: datetime) -> list[str]:
        """What a purchase earns in each running program, in the active language."""
        said = [first_line(promise) for promise in promises_of(self.merchant, now=now)]
        return [line for line in said if line][:MOST_LINES]


def first_line(promise: Promise) -> str:
    """The sentence of a program that comes first: of its rate, or of a rule where purchases earn by rules alone."""
    has_rate = terms_of(promise.version.pk).earning.points > 0
    wanted = "earning" if has_rate else "rules"
    return next((part.lines[0].sentence for part in promise.chapters if part.key == wanted and part.lines), "")


def posters_of(merchant: Merchant) -> list[Poster]:
    """One for each location, the one for everywhere last."""
    return [*(Poster(merchant, location) for location in merchant.locations.all()), Poster(merchant, None)]
