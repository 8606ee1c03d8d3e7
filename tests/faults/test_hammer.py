"""Sixteen connections on three members and three rewards, every act sent twice at once: each name finishes "it …"."""

from __future__ import annotations

import threading
import time
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum

from loyalty_site.refusals import Refused
from loyalty_site.sql import rows
from members import expiry, orders, refunds
from members.events import ReportedEvent
from members.models import Adjustment, LedgerEntry, Order
from members.orders import RecordedOrder
from members.refunds import RecordedRefund
from programs.models import ProgramVersion
from rewards import redeeming
from rewards.models import Redemption
from tests.faults import books, seeds
from tests.faults.crowd import BUDGETS, CAP, RULE_CAP, SHOPS, STOCK, Act, Crowd

PAIRS = 8

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]

# What came back whole no longer uses up caps and budgets.
KEPT = "entry.kind = 'earn' AND (bought.refunded < bought.amount OR bought.amount = 0)"

EARNED_BY_DAY = f"""
SELECT entry.account_id, (bought.placed_at AT TIME ZONE 'Europe/Warsaw')::date AS day, sum(entry.points),
       sum((entry.explain -> 'rule_points' ->> 'mine')::bigint) FILTER (WHERE {KEPT})
FROM members_ledgerentry entry JOIN members_order bought ON bought.id = entry.order_id
WHERE entry.program_id = %(program)s GROUP BY 1, 2
"""

GIVEN = f"""
SELECT sum((entry.explain -> 'rule_points' ->> %(code)s)::bigint)
FROM members_ledgerentry entry JOIN members_order bought ON bought.id = entry.order_id
WHERE entry.program_id = %(program)s AND {KEPT}
"""


@dataclass
class Pair:
    """Two people who do the same thing at the same time, one act after another."""

    crowd: Crowd
    seed: str
    until: float
    barrier: threading.Barrier = field(default_factory=lambda: threading.Barrier(2))
    act: Act | None = None
    answers: list[Any] = field(default_factory=lambda: [None, None])
    counts: Counter[str] = field(default_factory=Counter)
    accidents: list[str] = field(default_factory=list)

    def run(self, place: int) -> None:
        dice = seeds.drawn(self.seed)
        try:
            while True:
                if place == 0:
                    self.act = self.crowd.choose(dice) if time.monotonic() < self.until else None
                self.barrier.wait(timeout=60)
                if self.act is None:
                    return
                self.answers[place] = answer_to(self.act)
                self.barrier.wait(timeout=60)
                if place == 0:
                    self.compare()
        except BaseException:
            self.barrier.abort()
            raise
        finally:
            connection.close()

    def compare(self) -> None:
        """One reference has one result; a refusal may be over by the time the other one asks."""
        self.accidents += [answer for answer in self.answers if isinstance(answer, str)]
        given = [answer for answer in self.answers if not isinstance(answer, Refused | str)]
        self.counts.update(type(answer).__name__ for answer in self.answers)
        if len(given) == 2 and identity(given[0]) != identity(given[1]):
            self.accidents.append(f"two answers: {[identity(one) for one in given]}")
        if len(given) == 2 and isinstance(given[0], RecordedRefund) and given[0].is_new and given[1].is_new:
            self.accidents.append(f"both are new: {given}")


def answer_to(act: Act) -> Any:
    """What a person gets: a result, a refusal in words, or an accident (as text), which must not happen."""
    try:
        return act()
    except Refused as refusal:
        return refusal
    except Exception:
        return traceback.format_exc()


def identity(answer: Any) -> Any:
    """What must be equal in two answers to one reference."""
    match answer:
        case RecordedOrder():
            return answer.order_id, [(entry.entry_id, entry.points, entry.balance) for entry in answer.entries]
        case RecordedRefund():
            return answer.refund.pk  # of one that waited for its order, only a later answer knows the points
        case Redemption() | Adjustment() | LedgerEntry():
            return answer.pk
        case ReportedEvent():
            return [identity(entry) for entry in answer.entries]
        case list():
            return [identity(one) for one in answer]
    return None


def hammer(crowd: Crowd, seed: str, *, seconds: float) -> list[Pair]:
    until = time.monotonic() + seconds
    pairs = [Pair(crowd, f"{seed}/{number}", until) for number in range(PAIRS)]
    with ThreadPoolExecutor(2 * PAIRS) as pool:
        list(pool.map(lambda place: pairs[place // 2].run(place % 2), range(2 * PAIRS)))
    return pairs


@pytest.mark.parametrize("kind", SHOPS)
@pytest.mark.parametrize("seed", seeds.rounds(1)[:1])
def test_holds_when_a_crowd_hammers_on_few_cards(kind: str, seed: str) -> None:
    crowd = Crowd(kind)
    pairs = hammer(crowd, seed, seconds=seeds.SECONDS or (60 if seeds.ROUNDS else 3))
    counts = sum((pair.counts for pair in pairs), Counter())
    print(f"seed {seed}: {counts.total()} answers: {dict(counts)}")
    accidents = [accident for pair in pairs for accident in pair.accidents]
    assert not accidents, "\n".join(accidents[:3])
    assert {"RecordedOrder", "Redemption", "RecordedRefund", "Adjustment"} <= set(counts)
    settle(crowd)
    books.assert_sound(crowd.merchant, now=crowd.now)
    assert_nothing_exceeded(crowd)
    assert_every_answer_stands(crowd)


def settle(crowd: Crowd) -> None:
    """What the sweeper and the night do in the end."""
    refunds.sweep_waiting(crowd.now)
    while redeeming.sweep_lapsed(crowd.now):
        pass
    expiry.expire_accounts([account.pk for account in crowd.accounts], now=crowd.now)


def assert_nothing_exceeded(crowd: Crowd) -> None:
    for account_id, day, points, by_rule in rows(EARNED_BY_DAY, {"program": crowd.program.pk}):
        assert points <= CAP or "cap" not in crowd.terms["earning"], (account_id, day)
        assert (by_rule or 0) <= RULE_CAP, (account_id, day)
    for code, budget in BUDGETS.items():
        assert (rows(GIVEN, {"program": crowd.program.pk, "code": code})[0][0] or 0) <= budget, code
    for wanted in crowd.rewards:
        wanted.refresh_from_db()
        had = Redemption.objects.counted().filter(reward=wanted).count()
        assert wanted.stock is None or wanted.stock == STOCK - had >= 0


def assert_every_answer_stands(crowd: Crowd) -> None:
    """Sent once more, every order has the answer it had; numbers of versions have no gap."""
    for new in crowd.bought:
        if Order.objects.filter(merchant=crowd.merchant, reference=new.reference).exists():
            again = orders.record(new, merchant=crowd.merchant, now=crowd.now)
            assert not again.is_new
    numbers = ProgramVersion.objects.filter(program=crowd.program).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, len(numbers) + 1))
    posted = LedgerEntry.objects.filter(program__merchant=crowd.merchant).aggregate(total=Sum("points"))["total"]
    assert posted == sum(account.program.accounts.get(pk=account.pk).balance for account in crowd.accounts)
