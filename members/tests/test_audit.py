"""Proving the books: each test's name finishes "it …".

What somebody does to the ledger's tables by SQL is refused by the database, or found by the next audit.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from loyalty_site import jobs
from loyalty_site.models import AuditEvent, Job
from loyalty_site.sql import rows
from members import adjusting, audit, books
from members.models import Account, KeptBooks
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Role

pytestmark = pytest.mark.django_db
DAY = NOW.date()


@pytest.fixture
def account() -> Account:
    """With a lot that is spent, one half spent, one untouched, and a tier that was reached."""
    account = factories.account(program=factories.shop())
    factories.order(account, "20.00")
    factories.adjustment(account, -20)
    factories.order(account, "100.00")
    factories.adjustment(account, -30)
    factories.order(account, "600.00")
    AuditEvent.objects.create(at=NOW, action="look", subject="books")
    account.refresh_from_db()
    return account


@pytest.fixture
def settled_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Totals are kept of everything, as if all had been posted an hour ago."""
    monkeypatch.setattr(books, "SETTLED", "0 seconds")


def run(account: Account, *, by_hand: bool = True) -> Job:
    merchant_id = account.program.merchant_id
    return jobs.drain(jobs.open_job("audit-books", merchant_id, None if by_hand else DAY, again=True))


def what_is_off(job: Job) -> set[str]:
    assert job.state == Job.State.DONE, job.error
    return {difference[1] for part in ("off", "programs_off") for difference in job.result.get(part, [])}


def test_finds_nothing_in_books_that_balance(account: Account) -> None:
    assert [run(account, by_hand=by_hand).result for by_hand in (True, False)] == [{"accounts": 1, "unbalanced": 0}] * 2


TABLES = (
    "members_account",
    "members_ledgerentry",
    "members_pointslot",
    "members_lotdraw",
    "members_tierchange",
    "programs_programversion",
    "loyalty_site_auditevent",
)
OPEN, SPENT = "(SELECT max(entry_id) FROM members_pointslot)", "(SELECT min(entry_id) FROM members_pointslot)"
DEBIT = "(SELECT max(id) FROM members_ledgerentry WHERE points < 0)"
ENTRY = """INSERT INTO members_ledgerentry (account_id, program_id, kind, points, balance_after, reference,
           occurred_at, reason, explain)
           SELECT id, program_id, 'earn', 5, balance + 5, 'forged', now(), '', '{}' FROM members_account"""
LOT = """INSERT INTO members_pointslot (entry_id, account_id, program_id, points, remaining, available_at)
         SELECT id, account_id, program_id, 5, 5, now() FROM members_ledgerentry WHERE id = """
DRAW = "INSERT INTO members_lotdraw (entry_id, lot_id, points) VALUES "
STEP = """INSERT INTO members_tierchange (account_id, program_id, from_code, to_code, cause, changed_at)
          SELECT id, program_id, """

FORGED = [
    *(f"DELETE FROM {table}" for table in TABLES),
    *(f"TRUNCATE {table} CASCADE" for table in TABLES),
    ENTRY,
    f"{LOT}{DEBIT}",
    f"{DRAW}({DEBIT}, {OPEN}, 5)",
    f"{DRAW}({DEBIT}, {SPENT}, 5)",
    f"{DRAW}({DEBIT}, {SPENT}, 5), ({DEBIT}, {OPEN}, -5)",
    f"{STEP} 'bronze', 'gold', 'earned', now() FROM members_account",
    f"{STEP} 'silver', 'silver', 'earned', now() FROM members_account",
    f"{STEP} 'bronze', 'silver', 'earned', now() FROM members_account",
    "UPDATE members_account SET balance = balance + 1",
    "UPDATE members_account SET balance = balance - 1, debt = debt + 1",
    "UPDATE members_account SET earned = earned + 1",
    "UPDATE members_account SET redeemed = redeemed + 1",
    "UPDATE members_account SET tier_code = 'gold'",
    "UPDATE members_account SET qualifying = qualifying + 1",
    "UPDATE members_account SET member_id = member_id + 1",
    "UPDATE members_account SET program_id = program_id + 1",
    *(
        f"UPDATE members_ledgerentry SET {column} = {value}"
        for column, value in {"points": "points + 1", "explain": "'{}'", "occurred_at": "now()"}.items()
    ),
    "UPDATE members_pointslot SET remaining = remaining - 1 WHERE remaining > 0",
    f"UPDATE members_pointslot SET remaining = 20 WHERE entry_id = {SPENT}",
    f"""UPDATE members_pointslot SET remaining = CASE entry_id WHEN {SPENT} THEN 5 ELSE remaining - 5 END
        WHERE entry_id IN ({SPENT}, {OPEN})""",
    "UPDATE members_pointslot SET points = points + 1, remaining = remaining + 1",
    "UPDATE members_pointslot SET points=points+1, remaining=remaining+1; UPDATE members_account SET debt=1",
    "UPDATE members_pointslot SET expires_at = now()",
    "UPDATE members_pointslot SET available_at = now()",
    "UPDATE members_pointslot SET program_id = program_id + 1",
    "UPDATE members_order SET merchant_id = merchant_id + 1",
    "UPDATE members_lotdraw SET points = points + 1",
    "UPDATE members_tierchange SET to_code = 'gold'",
    "UPDATE programs_programversion SET terms = '{}'",
    "UPDATE loyalty_site_auditevent SET action = 'nothing'",
]


@pytest.mark.parametrize("statement", FORGED)
@pytest.mark.usefixtures("settled_at_once")
def test_finds_what_the_database_does_not_refuse(account: Account, statement: str) -> None:
    run(account)
    rows("SET LOCAL regulars.may_truncate = 'no'")
    try:
        with transaction.atomic():
            rows(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError:
        return
    assert what_is_off(run(account))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE members_account SET balance = balance + 1",
        "UPDATE members_account SET tier_code = 'gold'",
        "UPDATE members_pointslot SET remaining = remaining - 1 WHERE remaining > 0",
        "UPDATE members_pointslot SET remaining = remaining - 1 WHERE remaining > 0; "
        "UPDATE members_account SET debt = 0, balance = balance - 2",
        ENTRY,
    ],
)
def test_finds_it_at_night_too(account: Account, statement: str) -> None:
    rows(statement)
    assert what_is_off(run(account, by_hand=False))


def test_proves_every_account_record_by_record_in_turn(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "DEEP_ONE_IN", 4)
    rows(f"{DRAW}({DEBIT}, {SPENT}, 5)")
    nights = [DAY + timedelta(days=n) for n in range(audit.DEEP_ONE_IN)]
    found = [jobs.drain(jobs.open_job("audit-books", account.program.merchant_id, day)) for day in nights]
    assert ["spent-lots" in what_is_off(job) for job in found].count(True) == 1


@pytest.mark.usefixtures("settled_at_once")
def test_keeps_totals_that_pages_add_to_and_remembers_that_history_was_rewritten(account: Account) -> None:
    before = books.of(account.program)
    run(account)
    assert KeptBooks.objects.get().points["earn"] == 720
    assert books.of(account.program) == before
    factories.order(account, "7.00")
    assert books.of(account.program).outstanding == before.outstanding + 8  # silver earns a fifth more
    KeptBooks.objects.update(points={"earn": 721, "adjust": -50})
    assert [what_is_off(run(account)) for _again in range(2)] == [{"history"}] * 2, "it stays until somebody accepts it"


def test_takes_points_that_an_undone_correction_gave_back_for_no_credit(account: Account) -> None:
    owner = factories.staff(merchant=account.program.merchant, role=Role.OWNER)
    taken = factories.adjustment(account, -20, by=owner)
    adjusting.undo(adjustment=taken, by=owner, now=NOW)
    assert what_is_off(run(account)) == set()
