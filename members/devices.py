"""Which device somebody joins from: a random number in a cookie, kept as a keyed digest of one shop."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from members.models import JoinedFrom, Member

COOKIE = "device"
A_YEAR = 365 * 24 * 60 * 60  # seconds
LENGTH = 32


def device_of(request: HttpRequest) -> str:
    """The device's number, a new one where the browser brought none or a changed one."""
    found = request.get_signed_cookie(COOKIE, default="", salt=COOKIE)
    return str(found or secrets.token_hex(16))


def remember(member: Member, device: str, *, now: datetime) -> None:
    """Write down from which device a member joined; the first time counts."""
    digest = salted_hmac(f"device:{member.merchant_id}", device, algorithm="sha256").hexdigest()[:LENGTH]
    JoinedFrom.objects.get_or_create(
        member=member, defaults={"merchant_id": member.merchant_id, "device": digest, "at": now}
    )


def mark(answer: HttpResponseBase, device: str) -> None:
    """Leave the number with the browser; no page can read it."""
    answer.set_signed_cookie(
        COOKIE,
        device,
        salt=COOKIE,
        max_age=A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
