"""A shop's own system that sends orders over the API, each with the same reference until it has an answer."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from members.tests import factories
from programs import keys
from programs.models import Program, Role, Scope

PATIENCE = 120  # seconds
MEMBERS = 4


@dataclass
class ShopSystem:
    """A shop with a few members, and what was answered to each order that was sent for them."""

    program: Program
    port: int = 0
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        merchant = self.program.merchant
        self.members = [factories.member(merchant=merchant, name=f"M{n}") for n in range(MEMBERS)]
        owner = factories.staff(merchant=merchant, role=Role.OWNER)
        made = keys.make(name="Shop", scopes=[*Scope.values], reference="shop", by=owner, now=timezone.now())
        assert made is not None
        self.headers = {"Authorization": f"Bearer {made[1]}", "Content-Type": "application/json"}

    def sends(self, references: Iterable[str], *, at_once: int) -> None:
        """Send orders, several at once, each until it is answered."""
        try:
            with ThreadPoolExecutor(at_once) as pool:
                list(pool.map(self.send, references))
        finally:
            self.over.set()

    def send(self, reference: str) -> None:
        order = {"reference": reference, "member": self.number_of(reference), "amount": f"{amount_of(reference)}.00"}
        deadline = time.monotonic() + PATIENCE
        while reference not in self.answers:
            assert time.monotonic() < deadline, f"order {reference} was never answered: {self.statuses}"
            status, body = self.post("/api/v1/orders", order)
            self.statuses[str(status)] += 1
            if status in (200, 201):
                self.answers[reference] = json.loads(body)
            else:
                assert status == 0 or status >= 500, (status, body)
                time.sleep(0.1)

    def number_of(self, reference: str) -> str:
        return self.members[int(reference) % MEMBERS].number

    def post(self, path: str, content: dict[str, Any]) -> tuple[int, str]:
        """Status and body; status 0 where the line broke before there was an answer."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            line.request("POST", path, json.dumps(content), self.headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            line.close()


def amount_of(reference: str) -> int:
    return 10 + int(reference) % 7
