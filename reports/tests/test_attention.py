"""What needs somebody: each test's name finishes "it …"."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from loyalty_site.models import Job
from members import ledger, refunds
from members.refunds import NewRefund
from members.tests import factories
from programs.models import Merchant, Program, Role
from programs.terms import P0, PRESETS
from reports import attention, home, rollup, setting_up
from reports.tests import shops
from reports.tests.shops import LAST, NOON
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db


def needs(merchant: Merchant) -> list[attention.Need]:
    owner = merchant.staff.filter(role=Role.OWNER).first() or factories.staff(merchant=merchant, role=Role.OWNER)
    found = attention.needs(owner, home.mark_of(merchant), now=NOON + timedelta(days=1))
    for need in found:
        assert reverse(need.url_name, args=[merchant.slug, *([need.id] if need.id else [])])
    return found


def quiet_shop() -> Program:
    """Nothing of it expires."""
    return factories.shop(terms_document=P0 | {"expiry": {"kind": "never"}})


def test_needs_nobody_in_a_quiet_shop() -> None:
    program = shops.busy(terms_document=P0 | {"expiry": {"kind": "never"}})
    assert needs(program.merchant) == []


def test_asks_to_decide_on_adjustments() -> None:
    account = factories.account(program=quiet_shop())
    cashier = factories.staff(merchant=account.program.merchant, role=Role.CASHIER)
    factories.adjustment(account, 5_000, by=cashier, now=NOON)
    assert [need.title for need in needs(account.program.merchant)] == ["1 adjustment waits for approval"]


def test_tells_of_points_that_expire_soon_and_what_they_buy() -> None:
    program = factories.shop(terms_document=P0 | {"expiry": {"kind": "after", "days": 10}})
    for name in "AB":
        factories.order(factories.account(program=program, name=name), "60.00", at=shops.days_ago(1))
    reward(program=program, points_price=100, money_value=Decimal("10.00"))
    rollup.refresh(program.merchant, through=LAST)
    (need,) = needs(program.merchant)
    assert need.title == "120\u00a0points expire by 30 Apr"
    assert need.text == "2 members, worth about 12\u00a0zł."


def test_does_not_add_up_points_and_stamps() -> None:
    ending = {"expiry": {"kind": "after", "days": 10}}
    program = factories.shop(terms_document=P0 | ending)
    stamps = {"unit": {"one": "stamp", "many": "stamps"}, "earning": {"points": 1, "per": "20.00"}}
    card = factories.program(merchant=program.merchant, terms_document=P0 | ending | stamps, code="stamps")
    account = factories.account(program=program)
    ledger.open_accounts({account.member_id: shops.days_ago(2)}, [card.pk])
    factories.order(account, "60.00", at=shops.days_ago(1))
    reward(program=program, points_price=100, money_value=Decimal("10.00"))
    reward(program=card, points_price=10, money_value=Decimal("16.00"))
    rollup.refresh(program.merchant, through=LAST)
    (need,) = needs(program.merchant)
    assert need.title == "60\u00a0points and 3\u00a0stamps expire by 30 Apr"
    assert need.text == "1 member, worth about 11\u00a0zł."  # 6.00 and 4.80


def test_does_not_guess_what_points_are_worth() -> None:
    program = factories.shop(terms_document=P0 | {"expiry": {"kind": "after", "days": 10}})
    factories.order(factories.account(program=program), "60.00", at=shops.days_ago(1))
    rollup.refresh(program.merchant, through=LAST)
    assert needs(program.merchant)[0].text == "1 member. A visit in time saves them."


def test_shows_refunds_that_wait_for_their_orders() -> None:
    program = quiet_shop()
    new = NewRefund(reference="R1", order_reference="O9", amount=Decimal("5.00"))
    refunds.record(new, merchant=program.merchant, now=NOON)
    assert [need.title for need in needs(program.merchant)] == ["1 refund waits for its order"]


def test_puts_books_that_do_not_balance_first_and_failed_jobs_next() -> None:
    merchant = quiet_shop().merchant
    night = {"merchant_id": merchant.pk, "business_on": LAST}
    Job.objects.create(kind="audit-books", state=Job.State.DONE, result={"unbalanced": 2}, **night)
    Job.objects.create(kind="expire", state=Job.State.FAILED, **night)
    assert [need.title for need in needs(merchant)] == ["The books of 2 accounts do not balance", "1 job failed"]


def test_forgets_unbalanced_books_once_a_later_check_is_clean() -> None:
    merchant = quiet_shop().merchant
    for day, count in ((30, 2), (31, 0)):
        on = date(2026, 3, day)
        state, result = Job.State.DONE, {"unbalanced": count}
        Job.objects.create(kind="audit-books", merchant_id=merchant.pk, business_on=on, state=state, result=result)
    assert needs(merchant) == []


def test_says_that_the_books_balance_when_the_last_check_found_it_so() -> None:
    merchant = quiet_shop().merchant
    assert attention.proof(merchant, now=NOON) is None
    night = {"merchant_id": merchant.pk, "kind": "audit-books", "state": Job.State.DONE, "finished_at": NOON}
    job = Job.objects.create(business_on=LAST, result={"accounts": 1240, "unbalanced": 0}, **night)
    said = attention.proof(merchant, now=NOON)
    assert said
    assert said.text.startswith("1,240 accounts, checked ")
    Job.objects.filter(pk=job.pk).update(result=job.result | {"programs_off": [[1, "balance", 1, 2]]})
    assert attention.proof(merchant, now=NOON) is None
    assert [need.title for need in needs(merchant)] == ["The totals of a program do not balance"]


def test_says_when_the_figures_fall_behind() -> None:
    program = quiet_shop()
    factories.order(factories.account(program=program), "60.00", at=shops.days_ago(5))
    rollup.refresh(program.merchant, through=LAST - timedelta(days=2))
    assert [need.title for need in needs(program.merchant)] == ["The figures end with 29 Mar"]


def test_minds_its_own_shop() -> None:
    other = factories.account(program=quiet_shop())
    cashier = factories.staff(merchant=other.program.merchant, role=Role.CASHIER)
    factories.adjustment(other, 5_000, by=cashier, now=NOON)
    assert needs(quiet_shop().merchant) == []


def test_leads_a_new_shop_step_by_step() -> None:
    merchant = factories.merchant()
    assert steps_done(merchant) == [True, False, False, False, False, False, False, False]
    program = factories.program(merchant=merchant)
    reward(program=program)
    factories.staff(merchant=merchant, role=Role.OWNER)
    assert steps_done(merchant) == [True, True, True, True, True, False, False, False]
    factories.staff(merchant=merchant)
    factories.order(factories.account(program=program), "60.00", at=NOON)
    assert setting_up.guide(merchant, now=NOON).is_over


def steps_done(merchant: Merchant) -> list[bool]:
    return [step.is_done for step in setting_up.guide(merchant, now=NOON).steps]


def test_guides_a_shop_that_gives_discounts_alone_to_its_first_purchase() -> None:
    account = factories.account(program=factories.shop(terms_document=PRESETS["spend-ladder"]))
    assert not setting_up.guide(account.program.merchant, now=NOON).is_over
    factories.order(account, "60.00", at=NOON)
    assert setting_up.guide(account.program.merchant, now=NOON).is_over


def test_counts_the_minutes_that_are_left() -> None:
    guide = setting_up.guide(factories.merchant(), now=NOON)
    assert [step.title for step in guide.steps if step == guide.next] == ["Give it colour and logo"]
    assert (guide.done_count, len(guide.needed), guide.minutes_left) == (1, 7, 9)


def test_says_who_was_left_out_of_a_night_until_a_later_one_has_done_them() -> None:
    merchant = quiet_shop().merchant
    failed = Job.objects.create(kind="expire", merchant_id=merchant.pk, business_on=LAST, state=Job.State.FAILED)
    failed.chunks.create(first_id=1, last_id=900, state=Job.State.FAILED, broken=[[7, "IntegrityError: no"]])
    failed.chunks.create(first_id=901, last_id=999, state=Job.State.DONE)
    (need,) = needs(merchant)
    assert need.title == "1 job failed"
    assert "1 account is broken and was left out, since the night of" in need.text
    Job.objects.create(
        kind="expire", merchant_id=merchant.pk, business_on=LAST + timedelta(days=1), state=Job.State.DONE
    )
    assert needs(merchant) == []


def test_tells_of_mail_that_is_stuck_but_not_of_mail_on_its_way() -> None:
    account = factories.account(program=quiet_shop())
    told = {"kind": "expiry", "subject_on": LAST, "points": 5, "due_at": NOON}
    notice = account.notices.create(program=account.program, notice_on=LAST, state="waiting", created_at=NOON, **told)
    owner = factories.staff(merchant=account.program.merchant, role=Role.OWNER)
    assert attention.needs(owner, home.mark_of(account.program.merchant), now=NOON) == []
    (need,) = needs(account.program.merchant)
    assert (need.title, need.url_name) == ("1 notice is not mailed", "dashboard-notices-unsent")
    notice.state = "sent"
    notice.save()
    assert needs(account.program.merchant) == []
