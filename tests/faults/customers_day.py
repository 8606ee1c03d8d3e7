"""A day at the counter in a process of its own: a purchase at the till, one over the API, a click on a job.

Run by `test_queue_gone.py` with a queue and cache that are not there. Prints what each answered and how long it took.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import django

django.setup()

from django.test import Client  # noqa: E402  (after the setup)
from django.urls import reverse  # noqa: E402

from programs.models import Merchant, Staff  # noqa: E402


def timed(name: str, ask: Callable[[], Any]) -> None:
    start = time.monotonic()
    answer = ask()
    print(json.dumps([name, answer.status_code, time.monotonic() - start]))


def main(slug: str, key: str, number: str) -> None:
    merchant = Merchant.objects.get(slug=slug)
    browser = Client()
    owner = Staff.objects.get(merchant=merchant).user
    browser.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    purchase = {"amount": "48.50", "reference": str(uuid4())}
    order = {"reference": "from-the-shop", "member": number, "amount": "20.00"}
    headers = {"Authorization": f"Bearer {key}"}
    at_till = reverse("till-purchase-record", args=[slug, number])
    timed("till", lambda: browser.post(at_till, purchase))
    timed("api", lambda: Client().post("/api/v1/orders", order, content_type="application/json", headers=headers))
    timed("job", lambda: browser.post(reverse("dashboard-job-run", args=[slug]), {"kind": "expire"}))
    timed("home", lambda: browser.get(reverse("dashboard-home", args=[slug])))
    timed("health", lambda: Client(raise_request_exception=False).get("/healthz"))


main(*sys.argv[1:])
