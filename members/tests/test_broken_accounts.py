"""An account that somebody broke by hand is reported, and all others are done, in every batch of the night."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from loyalty_site import jobs, nights
from loyalty_site.models import Job
from loyalty_site.sql import rows
from members import crediting
from members.models import Account
from members.tests import factories
from programs import terms
from programs.models import Program

pytestmark = pytest.mark.django_db

DAY = date(2026, 5, 4)
NIGHT = datetime(2026, 5, 4, 22, 10, tzinfo=UTC)  # ten past midnight in Warsaw, and 5 May
BIRTHDAY = {"code": "cake", "name": "Cake", "when": {"event": "birthday"}, "give": {"points": 50}}
COUNT = 9


@pytest.fixture
def program() -> Program:
    return factories.shop(terms_document=terms.P0 | {"rules": [BIRTHDAY], "expiry_notice_days": [1]})


@pytest.fixture
def accounts(program: Program) -> list[Account]:
    """Accounts with points that expire today and tomorrow, a birthday on 5 May, and a tier that a year has eaten up."""
    return [an_account(program) for _ in range(COUNT)]


def an_account(program: Program) -> Account:
    account = factories.account(program=program, born_on=date(1990, 5, 5))
    factories.order(account, "600.00", at=datetime(2025, 4, 1, 9, tzinfo=UTC))
    for through in (DAY, DAY + timedelta(days=2)):
        crediting.credit(
            account=account,
            points=10,
            reason="gift",
            reference=f"{account.pk}:{through}",
            now=factories.NOW,
            through=through,
        )
    return account


def take_away_what_is_checked(account: Account) -> None:
    """What no door lets through: a balance far below what the lots hold, so that the next movement breaks a rule."""
    rows("SET CONSTRAINTS ALL IMMEDIATE")
    rows("ALTER TABLE members_account DROP CONSTRAINT account_balance_above_debt")
    rows("UPDATE members_account SET balance = -5000 WHERE id = %s", [account.pk])
    rule = "ADD CONSTRAINT account_balance_above_debt CHECK (balance >= -debt) NOT VALID"
    rows(f"ALTER TABLE members_account {rule}")


def run(kind: str, program: Program, closed: date = DAY) -> Job:
    return jobs.drain(jobs.open_job(kind, program.merchant_id, closed), clock=lambda: NIGHT)


def left_out(job: Job) -> list[int]:
    return [account_id for chunk in job.chunks.order_by("id") for account_id, _words in chunk.broken]


def entries(accounts: list[Account], kind: str) -> list[int]:
    lately = {"kind": kind, "occurred_at__gte": datetime(2026, 5, 4, tzinfo=UTC)}
    return [account.entries.filter(**lately).count() for account in accounts]


def test_an_expiry_leaves_it_out_and_does_the_others(program: Program, accounts: list[Account]) -> None:
    broken = accounts.pop(4)
    take_away_what_is_checked(broken)
    job = run("expire", program)
    assert (job.state, job.result["members"], left_out(job)) == (Job.State.FAILED, COUNT - 1, [broken.pk])
    assert "account_balance_above_debt" in job.error
    assert "Failing row" not in job.error
    assert entries(accounts, "expire") == [1] * (COUNT - 1)
    assert entries([broken], "expire") == [0]


def test_gifts_leave_it_out_and_reach_the_others(program: Program, accounts: list[Account]) -> None:
    broken = accounts.pop(0)
    take_away_what_is_checked(broken)
    job = run("celebrate", program)
    assert (job.state, job.result["birthday gifts"], left_out(job)) == (Job.State.FAILED, COUNT - 1, [broken.pk])
    assert entries(accounts, "earn") == [1] * (COUNT - 1)


def test_a_review_leaves_it_out_and_warns_the_others(program: Program, accounts: list[Account]) -> None:
    broken = accounts.pop()
    take_away_what_is_checked(broken)
    job = run("review-tiers", program)
    assert (job.state, left_out(job)) == (Job.State.FAILED, [broken.pk])
    assert [account.notices.filter(kind="tier-warning").count() for account in accounts] == [1] * (COUNT - 1)


def test_notices_leave_it_out_and_tell_the_others(program: Program, accounts: list[Account]) -> None:
    broken = accounts.pop(2)
    rows("SET CONSTRAINTS ALL IMMEDIATE")
    rows("ALTER TABLE members_pointslot DROP CONSTRAINT lot_remaining_within_points")
    rows("UPDATE members_pointslot SET remaining = 9223372036854775807 WHERE account_id = %s", [broken.pk])
    crediting.credit(
        account=broken, points=10, reason="gift", reference="more", now=factories.NOW, through=DAY + timedelta(days=2)
    )
    job = run("notices", program)
    assert (job.state, job.result, left_out(job)) == (Job.State.FAILED, {"notices": COUNT - 1}, [broken.pk])


def test_an_audit_names_it_and_does_not_fail(program: Program, accounts: list[Account]) -> None:
    take_away_what_is_checked(accounts[3])
    job = run("audit-books", program)
    assert (job.state, job.result["accounts"], job.result["unbalanced"]) == (Job.State.DONE, COUNT, 1)


def test_the_whole_night_goes_on_and_the_next_one_makes_it_good(program: Program, accounts: list[Account]) -> None:
    """Mended before the next night, the account gets its gift of the day before and loses what had expired."""
    broken = accounts[4]
    take_away_what_is_checked(broken)
    assert nights.night(program.merchant_id, DAY, clock=lambda: NIGHT)
    mended = sum(broken.entries.values_list("points", flat=True))
    rows("UPDATE members_account SET balance = %s WHERE id = %s", [mended, broken.pk])
    assert nights.night(program.merchant_id, DAY + timedelta(days=1), clock=lambda: NIGHT + timedelta(days=1))
    assert entries(accounts, "earn") == [1] * COUNT
    assert broken.entries.filter(kind="expire").exists()
    unresolved = Job.objects.of_merchant(program.merchant_id).unresolved(jobs.dated_kinds())
    assert not unresolved.exists()


def test_a_command_names_it_and_goes_on_to_the_other_shops(program: Program, accounts: list[Account]) -> None:
    """The operator's `expire_points` for all shops: one broken account in the first one."""
    take_away_what_is_checked(accounts[0])
    other = an_account(factories.shop())
    said = io.StringIO()
    with pytest.raises(CommandError, match=f"account {accounts[0].pk}: IntegrityError") as failure:
        call_command("expire_points", date=DAY, stdout=said)
    assert f"merchant {other.program.merchant_id}" not in str(failure.value)
    assert other.entries.filter(kind="expire").exists()
    assert said.getvalue().count("\n") == 2
