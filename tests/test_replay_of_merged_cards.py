"""A replay over cards that were merged, parted or erased meanwhile gives what the ledger has, in any chunks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from members import erasing
from members.merging import apart, together
from members.models import Account, LedgerEntry, Member, Merge
from members.replaying import running, span
from members.replaying.tally import Tally
from programs import calendar
from programs.models import Program
from programs.versions import Schedule
from tests.test_replay_equals_ledger import A_DAY, BEGIN, BY_VISITS, PLAIN, Life, bought, document, held_by

pytestmark = pytest.mark.django_db
ENDING = PLAIN | {"expiry": {"kind": "after", "days": 20}, "clawback": "within_balance", "basis": "spend"}
MERGE, PART = ("merge", 0, 1), ("part",)
NIGHT, NIGHTS = ("wait", 1, True), ("wait", 3, True)


def other(amount: int) -> tuple[Any, ...]:
    """A purchase of the member whom the first one becomes."""
    return ("buy", 1, amount, 0, 0)


SPENT_TOGETHER = [*bought(50), other(30), NIGHT, MERGE, other(40), NIGHTS, ("redeem", 1), ("refund", 2, 40)]
HIGHER_TIER = [*bought(90, 80), other(30), MERGE, other(40), NIGHTS]
REFUNDED_AFTER = [*bought(50), other(30), NIGHT, MERGE, ("refund", 0, 100), NIGHTS, other(30)]
CAPPED = [NIGHT, *bought(80), MERGE, other(80)]
PARTED = [*bought(50), other(30), MERGE, other(40), NIGHTS, PART, other(20), *bought(30), NIGHTS]
REFUNDED_AND_PARTED = [*bought(50), other(30), MERGE, ("refund", 0, 100), NIGHTS, PART, other(20), NIGHTS]
OWED = [*bought(90), ("redeem", 0), ("refund", 0, 100), other(30), MERGE, NIGHT, other(50)]
ERASED = [*bought(90), ("redeem", 0), NIGHT, ("erase", 0), other(30), ("wait", 40, True)]
MERGED_AND_ERASED = [*bought(50), other(30), NIGHT, MERGE, ("erase", 1), ("buy", 2, 70, 0, 0), NIGHTS]


class MergedLife(Life):
    """A life in which cards are merged, parted and erased, too."""

    def merge(self, who: int, into: int) -> None:
        member, stays = (Member.objects.get(pk=self.accounts[place].member_id) for place in (who, into))
        together.merge(member, into=stays, by=self.owner, now=self.now)

    def part(self) -> None:
        apart.undo(Merge.objects.latest("pk"), by=self.owner, now=self.now)

    def erase(self, who: int) -> None:
        erasing.erase(Member.objects.get(pk=self.accounts[who].member_id), by=self.owner, now=self.now)


def lived(kind: dict[str, Any], steps: list[tuple[Any, ...]]) -> MergedLife:
    life = MergedLife(document(kind))
    for step in steps:
        life.do(step)
    return life


def replays(program: Program, start: datetime, end: datetime) -> list[Tally]:
    """A replay of each account by itself, as if they were far apart in a large shop."""
    whole = span.span_of(program, start=start, end=end)
    ids = Account.objects.filter(program=program).values_list("pk", flat=True)
    return [running.replay(whole, pk, pk, [Schedule([program.pk])], issued={})[0] for pk in ids]


@pytest.mark.parametrize(
    ("kind", "steps", "begin"),
    [
        (PLAIN, SPENT_TOGETHER, 0), (BY_VISITS, SPENT_TOGETHER, 0), (ENDING, SPENT_TOGETHER, 1),
        (PLAIN, HIGHER_TIER, 0), (PLAIN, REFUNDED_AFTER, 0), (ENDING, REFUNDED_AFTER, 1), (PLAIN, CAPPED, 0),
        (PLAIN, PARTED, 0), (PLAIN, PARTED, 2), (BY_VISITS, PARTED, 2), (ENDING, REFUNDED_AND_PARTED, 0),
        (PLAIN, REFUNDED_AND_PARTED, 1), (PLAIN, OWED, 0), (PLAIN, ERASED, 0), (BY_VISITS, ERASED, 2),
        (PLAIN, MERGED_AND_ERASED, 0),
    ],
)  # fmt: skip
def test_it_reproduces_the_ledger(kind: dict[str, Any], steps: list[tuple[Any, ...]], begin: int) -> None:
    life = lived(kind, steps)
    day = calendar.local_day(BEGIN, life.merchant.zone) + begin * A_DAY
    start, end = calendar.start_of_day(day, life.merchant.zone), life.now + timedelta(minutes=1)
    tallies = replays(life.program, start, end)
    entries = LedgerEntry.objects.filter(program=life.program, occurred_at__gte=start)
    present = Account.objects.filter(program=life.program, member__in=Member.objects.present())
    assert [one for tally in tallies for one in tally.differing] == []
    assert sum(sum(tally.days.values()) for tally in tallies) == sum(one.points for one in entries.filter(kind="earn"))
    assert sorted(code for tally in tallies for code in tally.tiers.elements()) == sorted(
        present.values_list("tier_code", flat=True)
    )
    assert sum(tally.held for tally in tallies) == held_by(life.program, end)
    assert sum(tally.debt for tally in tallies) == sum(one.debt for one in life.program.accounts.all())
    assert sum(tally.redeemed for tally in tallies) == -sum(
        one.points for one in entries.filter(kind__in=["redeem", "restore"])
    )


def test_merged_cards_neither_gain_nor_lose_by_other_terms() -> None:
    life = lived(PLAIN, [*SPENT_TOGETHER, ("buy", 2, 50, 0, 0)])
    whole = span.span_of(life.program, start=BEGIN - A_DAY, end=life.now + timedelta(minutes=1))
    double = life.program.versions.get()
    double.pk, double.number, double.terms = None, 2, double.terms | {"earning": {"points": 2, "per": "1.00"}}
    double.effective_at = BEGIN - A_DAY
    double.save()
    tally = running.replay(whole, 0, 2**62, [Schedule([life.program.pk])], issued={})[0]
    net = {account.pk: account for account in life.accounts}
    assert {pk: tally.net[pk] for pk in list(net)[:2]} == {
        pk: sum(one.points for one in LedgerEntry.objects.filter(account=pk, kind__in=["earn", "clawback"]))
        for pk in list(net)[:2]
    }
    assert tally.net[life.accounts[2].pk] > 100
