"""Changes to many members at once: each test's name finishes "it …"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from loyalty_site import jobs
from loyalty_site.models import AuditEvent
from members import adjusting, audit
from members.bulk import drafting, running, weighing
from members.models import Account, Adjustment, Bulk, BulkRow, LedgerEntry, Member
from members.refusals import NotAllowed
from members.tests import factories
from members.tests.at_once import at_once
from members.tests.factories import NOW
from programs.models import Program, Role, Staff

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def program() -> Program:
    return factories.shop()


@pytest.fixture
def boss(program: Program) -> Staff:
    return factories.staff(merchant=program.merchant, role=Role.MANAGER, name="Zofia")


def people(program: Program, *balances: int) -> list[Account]:
    """Members who hold so many points."""
    found = [factories.account(program=program) for _ in balances]
    for account, points in zip(found, balances, strict=True):
        if points:
            factories.adjustment(account, points)
    return found


def drafted(kind: str, by: Staff, *, found: Any = None, reference: str = "b1") -> Bulk:
    found = by.merchant.members.all() if found is None else found
    return drafting.start(kind, found, by=by, reference=reference, now=NOW)


def points(by: Staff, program: Program, each: int, **choice: Any) -> Bulk:
    draft = drafted("adjust", by, **choice)
    drafting.say_points(draft, program=program, points=each, reason="Sorry for the wait")
    return Bulk.objects.get(pk=draft.pk)


def tag(by: Staff, word: str, kind: str = "tag", **choice: Any) -> Bulk:
    draft = drafted(kind, by, **choice)
    drafting.say_tag(draft, word)
    return Bulk.objects.get(pk=draft.pk)


def done(bulk: Bulk, by: Staff) -> Bulk:
    """Start a change and, unless it waits, let its job work."""
    started = running.start(bulk, by=by, now=NOW)
    return worked(started) if started.state == Bulk.State.RUNNING else started


def worked(bulk: Bulk) -> Bulk:
    jobs.drain(running.job_of(bulk), clock=lambda: LATER)
    return Bulk.objects.get(pk=bulk.pk)


def balances(accounts: list[Account]) -> list[int]:
    return [Account.objects.get(pk=account.pk).balance for account in accounts]


def why_not(bulk: Bulk) -> dict[str, int]:
    rows = BulkRow.objects.filter(bulk=bulk).exclude(why_not="")
    return {code: rows.filter(why_not=code).count() for code in set(rows.values_list("why_not", flat=True))}


def proven(program: Program) -> None:
    assert audit.work(program.merchant_id, None, 0, 2**62, LATER)["unbalanced"] == 0


def test_adds_points_to_everybody_chosen_and_says_why(program: Program, boss: Staff) -> None:
    accounts = people(program, 10, 0)
    bulk = done(points(boss, program, 50), boss)
    assert (bulk.state, balances(accounts)) == ("done", [60, 50])
    entry = LedgerEntry.objects.filter(account=accounts[1]).latest("pk")
    assert (entry.kind, entry.reason, entry.actor_id) == ("adjust", "Sorry for the wait", boss.user_id)
    assert Adjustment.objects.filter(author=boss, state="posted").count() == 2
    assert AuditEvent.objects.get(action="bulk-started").details["points"] == 50


def test_leaves_out_whoever_has_too_few_and_says_so(program: Program, boss: Staff) -> None:
    accounts = people(program, 100, 20, 30)
    draft = points(boss, program, -30)
    weight = weighing.weigh(draft, now=NOW)
    assert (weight.count, weight.points, weight.size, weight.left_out) == (2, -60, 60, {"too-few": 1})
    bulk = done(draft, boss)
    assert balances(accounts) == [70, 20, 0]
    assert why_not(bulk) == {"too-few": 1}


def test_leaves_out_own_cards_blocked_and_merged_ones(program: Program, boss: Staff) -> None:
    accounts = people(program, 0, 0, 0, 0)
    ids = [account.member_id for account in accounts]
    Member.objects.filter(pk=ids[0]).update(email=boss.user.email.upper())
    draft = points(boss, program, 50)
    assert weighing.weigh(draft, now=NOW).count == 3
    Member.objects.filter(pk=ids[1]).update(is_blocked=True)
    Member.objects.filter(pk=ids[2]).update(merged_into=ids[3])
    bulk = done(draft, boss)
    assert balances(accounts) == [0, 0, 0, 50]
    assert why_not(bulk) == {"blocked": 1, "gone": 1}


def test_takes_points_from_blocked_cards_too(program: Program, boss: Staff) -> None:
    accounts = people(program, 40)
    Member.objects.filter(pk=accounts[0].member_id).update(is_blocked=True)
    bulk = done(points(boss, program, -30), boss)
    assert balances(accounts) == [10]
    worked(running.take_back(bulk, by=boss, now=LATER))
    assert balances(accounts) == [40]


def test_waits_for_a_second_person_above_the_limits_of_the_whole(program: Program, boss: Staff) -> None:
    accounts = people(program, 0, 0, 0)
    Staff.objects.filter(pk=boss.pk).update(adjust_limit=100, adjust_limit_day=250)
    bulk = done(points(boss, program, 100), boss)
    assert (bulk.state, balances(accounts)) == ("waiting", [0, 0, 0])
    with pytest.raises(NotAllowed):
        running.decide(bulk, by=boss, is_approved=True, now=NOW)
    owner = factories.staff(merchant=program.merchant, role=Role.OWNER)
    Member.objects.filter(pk=accounts[2].member_id).update(user=owner.user)
    approved = worked(running.decide(bulk, by=owner, is_approved=True, now=NOW))
    assert (approved.state, balances(accounts)) == ("done", [100, 100, 0])
    assert why_not(approved) == {"own-card": 1}
    assert set(Adjustment.objects.filter(author=boss).values_list("decided_by", flat=True)) == {owner.pk}


@pytest.mark.parametrize("who", ["author", "cashier", "of another shop"])
def test_is_decided_by_nobody_but_a_second_person_who_may(program: Program, boss: Staff, who: str) -> None:
    accounts = people(program, 0)
    Staff.objects.filter(pk=boss.pk).update(adjust_limit=1)
    bulk = done(points(boss, program, 100), boss)
    by = {
        "author": lambda: boss,
        "cashier": lambda: factories.staff(merchant=program.merchant, role=Role.CASHIER),
        "of another shop": lambda: factories.staff(merchant=factories.merchant(slug="other"), role=Role.OWNER),
    }[who]()
    for is_approved in (True, False):
        with pytest.raises(NotAllowed, match="A second person"):
            running.decide(bulk, by=by, is_approved=is_approved, now=NOW)
    bulk.refresh_from_db()
    assert (bulk.state, bulk.decided_by, balances(accounts)) == ("waiting", None, [0])


def test_is_decided_once(program: Program, boss: Staff) -> None:
    people(program, 0)
    Staff.objects.filter(pk=boss.pk).update(adjust_limit=1)
    bulk = done(points(boss, program, 100), boss)
    first, second = (factories.staff(merchant=program.merchant, role=Role.OWNER) for _ in range(2))
    running.decide(bulk, by=first, is_approved=True, now=NOW)
    for is_approved in (False, True):
        again = running.decide(bulk, by=second, is_approved=is_approved, now=LATER)
        assert (again.state, again.decided_by, again.decided_at) == ("running", first, NOW)
    assert AuditEvent.objects.filter(action__in=["bulk-approved", "bulk-declined"]).count() == 1


def test_declines_for_good(program: Program, boss: Staff) -> None:
    accounts = people(program, 0)
    Staff.objects.filter(pk=boss.pk).update(adjust_limit=1)
    bulk = done(points(boss, program, 100), boss)
    owner = factories.staff(merchant=program.merchant, role=Role.OWNER)
    running.decide(bulk, by=owner, is_approved=False, now=NOW)
    assert running.decide(bulk, by=owner, is_approved=True, now=NOW).state == "declined"
    assert balances(accounts) == [0]


def test_counts_what_it_is_going_to_move_towards_the_day(program: Program, boss: Staff) -> None:
    account, *_ = people(program, 0, 0)
    Staff.objects.filter(pk=boss.pk).update(adjust_limit=200, adjust_limit_day=250)
    started = running.start(points(boss, program, 100), by=boss, now=NOW)
    more = factories.adjustment(account, 60, by=boss)
    assert (started.state, more.state) == ("running", "waiting")
    worked(started)
    assert adjusting.used_today(boss, now=LATER) == 200


def test_does_each_row_once_however_often_the_job_runs(program: Program, boss: Staff) -> None:
    accounts = people(program, 0, 0)
    bulk = points(boss, program, 50)
    started = running.start(bulk, by=boss, now=NOW)
    assert running.start(bulk, by=boss, now=NOW).pk == started.pk
    first, last = BulkRow.objects.order_by("pk").first(), BulkRow.objects.order_by("pk").last()
    assert first
    assert last
    for _again in range(2):
        running.work(started.pk, None, first.pk, last.pk, LATER)
    assert balances(accounts) == [50, 50]


def test_is_drafted_once_for_one_form(program: Program, boss: Staff) -> None:
    people(program, 0, 0)
    assert drafted("tag", boss).pk == drafted("tag", boss).pk
    assert BulkRow.objects.count() == 2


def test_takes_points_back_where_they_are_still_there(program: Program, boss: Staff) -> None:
    accounts = people(program, 5, 0)
    bulk = done(points(boss, program, 50), boss)
    factories.adjustment(accounts[1], -30, now=LATER)
    reversal = running.take_back(bulk, by=boss, now=LATER)
    assert running.take_back(bulk, by=boss, now=LATER).pk == reversal.pk
    came = worked(reversal)
    assert (balances(accounts), why_not(came)) == ([5, 20], {"too-few": 1})
    proven(program)
    with pytest.raises(NotAllowed):
        running.take_back(came, by=boss, now=LATER)


def test_leaves_what_was_taken_back_one_by_one(program: Program, boss: Staff) -> None:
    accounts = people(program, 0, 0)
    bulk = done(points(boss, program, 50), boss)
    adjusting.undo(adjustment=Adjustment.objects.get(account=accounts[0], author=boss), by=boss, now=LATER)
    came = worked(running.take_back(bulk, by=boss, now=LATER))
    assert (balances(accounts), why_not(came)) == ([0, 0], {"undone": 1})
    assert Adjustment.objects.exclude(undoes=None).count() == 2


def test_puts_taken_points_back_into_their_lots(program: Program, boss: Staff) -> None:
    (account,) = people(program, 80)
    before = list(account.lots.values_list("pk", "remaining", "expires_at"))
    bulk = done(points(boss, program, -30), boss)
    worked(running.take_back(bulk, by=boss, now=LATER))
    assert list(account.lots.values_list("pk", "remaining", "expires_at")) == before


def test_tags_in_order_and_takes_only_its_own_tags_back(program: Program, boss: Staff) -> None:
    one, two = (account.member for account in people(program, 0, 0))
    Member.objects.filter(pk=two.pk).update(segments=["press", "zeal"])
    bulk = done(tag(boss, "press"), boss)
    assert why_not(bulk) == {"has-it": 1}
    done(tag(boss, "students", reference="b2"), boss)
    assert Member.objects.get(pk=two.pk).segments == ["press", "students", "zeal"]
    worked(running.take_back(bulk, by=boss, now=LATER))
    assert Member.objects.get(pk=one.pk).segments == ["students"]
    assert Member.objects.get(pk=two.pk).segments == ["press", "students", "zeal"]


def test_takes_a_tag_away(program: Program, boss: Staff) -> None:
    _one, two = (account.member for account in people(program, 0, 0))
    Member.objects.filter(pk=two.pk).update(segments=["press", "zeal"])
    draft = tag(boss, "press", "untag")
    assert weighing.weigh(draft, now=NOW).left_out == {"has-not": 1}
    done(draft, boss)
    assert Member.objects.get(pk=two.pk).segments == ["zeal"]


@pytest.mark.parametrize(
    "refused",
    [
        lambda boss, cashier, program: drafted("tag", cashier),
        lambda boss, cashier, program: drafted("tag", boss, found=Member.objects.none()),
        lambda boss, cashier, program: running.start(drafted("tag", boss), by=boss, now=NOW),
        lambda boss, cashier, program: running.start(drafted("adjust", boss), by=boss, now=NOW),
        lambda boss, cashier, program: running.start(tag(boss, "press", "untag"), by=boss, now=NOW),
        lambda boss, cashier, program: running.take_back(tag(boss, "press"), by=boss, now=NOW),
    ],
    ids=["by a cashier", "of nobody", "no tag", "no points", "nobody left", "not done"],
)
def test_refuses_what_cannot_be(refused: Callable[..., Any], program: Program, boss: Staff) -> None:
    people(program, 0)
    with pytest.raises(NotAllowed):
        refused(boss, factories.staff(merchant=program.merchant), program)


def test_chooses_nobody_of_another_shop(program: Program, boss: Staff) -> None:
    strange = factories.account(program=factories.shop()).member
    with pytest.raises(NotAllowed):
        drafted("tag", boss, found=drafting.of_ids(boss, [strange.pk]))


def test_forgets_old_drafts_only(program: Program, boss: Staff) -> None:
    people(program, 0)
    kept = tag(boss, "press")
    running.start(kept, by=boss, now=NOW)
    drafted("tag", boss, reference="b2")
    drafting.sweep(now=NOW + timedelta(days=3))
    assert list(Bulk.objects.all()) == [kept]
    assert BulkRow.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_starts_once_when_pressed_twice_at_once(program: Program, boss: Staff) -> None:
    accounts = people(program, 0, 0)
    bulk = points(boss, program, 50)
    start = lambda: running.start(bulk, by=boss, now=NOW)  # noqa: E731
    at_once(start, start)
    work = lambda: jobs.drain(running.job_of(Bulk.objects.get(pk=bulk.pk)), clock=lambda: LATER)  # noqa: E731
    at_once(work, work)
    assert balances(accounts) == [50, 50]
    assert Adjustment.objects.filter(author=boss).count() == 2


@pytest.mark.django_db(transaction=True)
def test_keeps_the_day_when_two_changes_start_at_once(program: Program, boss: Staff) -> None:
    people(program, 0, 0)
    Staff.objects.filter(pk=boss.pk).update(adjust_limit=100, adjust_limit_day=300)
    drafts = [points(boss, program, 100, reference=f"b{n}") for n in range(2)]
    found = at_once(*(lambda one=one: running.start(one, by=boss, now=NOW) for one in drafts))
    assert sorted(one.state for one in found) == ["running", "waiting"]


@pytest.mark.django_db(transaction=True)
def test_goes_beside_purchases_of_the_same_members(program: Program, boss: Staff) -> None:
    accounts = people(program, 40, 40)
    started = running.start(points(boss, program, -40), by=boss, now=NOW)

    def buy() -> None:
        for account in accounts:
            factories.order(account, "10.00", at=NOW)

    at_once(buy, lambda: worked(started))
    assert balances(accounts) == [10, 10]
    proven(program)
