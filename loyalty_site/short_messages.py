"""Messages to phones: handed to the operator's gateway, which SMS_URL names; the demo shows them beside its mail."""

from __future__ import annotations

import json
import logging
from urllib import request as web

from django.conf import settings

from loyalty_site import clock, mail

DEMO = "demo:"
PATIENCE = 10  # seconds

logger = logging.getLogger(__name__)


def reach_people() -> bool:
    """Whether this site can send messages to phones at all."""
    return bool(settings.SMS_URL)


def send(phone: str, text: str) -> bool:
    """Hand a message to the gateway, and say whether it took it; `phone` in international form.

    The gateway gets a POST of {"to", "text"} as JSON, with SMS_TOKEN as its bearer.
    """
    if settings.SMS_URL == DEMO:
        mail.keep(mail.Letter(clock.now(), phone, "", text))
        return True
    try:
        with web.urlopen(letter_to(phone, text), timeout=PATIENCE) as answer:  # noqa: S310  # the operator's own address
            return bool(200 <= answer.status < 300)
    except OSError as problem:
        logger.warning("The gateway took no message: %s", problem)
        return False


def letter_to(phone: str, text: str) -> web.Request:
    body = json.dumps({"to": phone, "text": text}).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {settings.SMS_TOKEN}"}
    return web.Request(settings.SMS_URL, data=body, headers=headers, method="POST")  # noqa: S310
