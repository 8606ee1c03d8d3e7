"""Erasing a member: nothing in the whole database tells who they were, and no figure of the past is another one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client

from loyalty_site import auditing, jobs
from loyalty_site.models import AuditEvent, Job, JobChunk, User
from loyalty_site.refusals import Refused
from members import adjusting, books, cards, consenting, erasing, finding, noting, orders, refunds, reissuing
from members.consenting import Answer
from members.merging import together
from members.models import (
    Account,
    Adjustment,
    CardNumber,
    Duplicate,
    Export,
    Import,
    ImportRow,
    JoinedFrom,
    KeptFile,
    LedgerEntry,
    Member,
    Merge,
    Notice,
    PhoneCode,
)
from members.new_orders import NewOrder
from members.refunds import NewRefund
from members.refusals import UnknownMember
from members.tests import factories, importing
from members.tests.at_once import at_once
from members.tests.factories import NOW
from programs.models import Merchant, Role, Staff
from reports.models import DailyKpi, WindowKpi
from rewards import redeeming
from rewards.models import Redemption
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db
EMAIL, PHONE = "zyxa.quuxowska@quux.example", "+48601777888"
MARKS = ("zyxa", "quuxowska", "quux.example", "601777888", "601 777 888", "quux-77")
LATER = NOW + timedelta(days=2)
A_DAY = timedelta(days=1)

COLUMNS = """
SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
"""


def places_of(*marks: str) -> dict[str, int]:
    """In how many rows of which tables any of the marks stands, whatever column it is in."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        for (table,) in cursor.fetchall():
            where = " OR ".join(["whole::text ILIKE %s"] * len(marks))
            cursor.execute(f'SELECT count(*) FROM "{table}" whole WHERE {where}', [f"%{mark}%" for mark in marks])
            (count,) = cursor.fetchone()
            found |= {table: count} if count else {}
    return found


@pytest.fixture
def shop() -> Merchant:
    return factories.shop().merchant


@pytest.fixture
def boss(shop: Merchant) -> Staff:
    return factories.staff(merchant=shop, role=Role.OWNER, name="Marta")


@pytest.fixture
def zyxa(shop: Merchant, boss: Staff) -> Member:
    """A member of whom something stands in every table that can tell of a person."""
    user = factories.user(email=EMAIL, name="Zyxa Quuxowska")
    EmailAddress.objects.create(user=user, email=EMAIL, primary=True, verified=True)
    member = factories.member(
        merchant=shop, name="Zyxa Quuxowska", email=EMAIL, phone=PHONE, customer_number="quux-77", user=user,
        segments=("quux.example",), reference="quux-77",
    )  # fmt: skip
    live(member, boss)
    write_about(member, boss)
    write_beside(member, boss)
    member.refresh_from_db()
    return member


def live(member: Member, boss: Staff) -> None:
    account = member.accounts.get()
    bought = factories.order(account, "500.00", reference="O1")
    assert bought.order_id
    back = NewRefund(reference="R1", order_reference="O1", amount=Decimal(20), reason="Zyxa did not like it")
    refunds.refund(back, merchant=member.merchant, now=NOW)
    factories.adjustment(account, 30, by=boss, reason="Sorry, Zyxa Quuxowska")
    waiting = factories.staff(merchant=member.merchant, role=Role.CASHIER)
    factories.adjustment(account, 900, by=waiting, reason="Call 601 777 888")
    mug = reward(program=account.program, points_price=10)
    redeeming.redeem(account=account, reward=mug, reference="v1", now=NOW)
    consenting.record(member, [Answer("marketing:email", is_given=True)], door="portal", now=NOW)


def write_about(member: Member, boss: Staff) -> None:
    account = member.accounts.get()
    noting.write(member, "Zyxa likes oat milk", is_pinned=True, by=boss, now=NOW)
    reissuing.reissue(member, replaces=member.number, reason="lost", by=boss, now=NOW)
    member.refresh_from_db()
    member.fields = {"nickname": "quuxowska"}
    member.blocked_reason = "Zyxa is loud"
    member.save()
    Notice.objects.create(
        account=account, program=account.program, kind="expiry", points=5, subject_on=NOW.date(), notice_on=NOW.date(),
        state="failed", due_at=NOW, error=f"550 {EMAIL} unknown",
    )  # fmt: skip
    auditing.record("x", merchant=member.merchant_id, actor=None, at=NOW, subject=member.number, reason="for Zyxa")
    chunk = Job.objects.create(kind="expire", merchant_id=member.merchant_id)
    JobChunk.objects.create(job=chunk, first_id=1, last_id=2, error=f"Key (email)=({EMAIL}) exists")
    LogEntry.objects.create(
        user=boss.user, content_type=ContentType.objects.get_for_model(Member), object_id=str(member.pk),
        object_repr=str(member), action_flag=CHANGE,
    )  # fmt: skip


def write_beside(member: Member, boss: Staff) -> None:
    """What other people's tables hold of the member: a twin, a merge, files."""
    shop = member.merchant
    twin = factories.member(merchant=shop, name="Somebody else")
    PhoneCode.objects.create(merchant=shop, phone=PHONE, asked_at=NOW)
    Duplicate.objects.create(merchant=shop, first=member, second=twin, reasons=["phone"])
    Merge.objects.create(merchant=shop, member=twin, into=member, undone_at=NOW, before={"into": {"name": "Zyxa"}})
    file = KeptFile.objects.create(merchant=shop, name="members.csv", expires_at=LATER)
    file.parts.create(position=0, content=b"Zyxa;Quuxowska")
    Export.objects.create(merchant=shop, reference="E1", kind="members", format="csv", file=file)
    made = Import.objects.create(merchant=shop, kind="members", state="done", samples=[["Zyxa"]], file_name="m.csv")
    row = {"imported": made, "cells": ["Zyxa Quuxowska", EMAIL], "problem": f"{EMAIL} is known"}
    ImportRow.objects.create(**row, number=2, whose=member.pk, keys=[EMAIL])
    ImportRow.objects.create(**row, number=3, whose=-1, state=ImportRow.State.REFUSED)


def outside() -> set[str]:
    """The tables in which the marks stand."""
    return set(places_of(*MARKS))


def test_nothing_tells_who_an_erased_member_was(zyxa: Member, boss: Staff) -> None:
    number = zyxa.number
    assert len(outside()) > 10, "the member's life leaves traces to look for"
    erasing.erase(zyxa, by=boss, now=LATER)
    assert places_of(*MARKS) == {}
    assert places_of(number).keys() <= {"loyalty_site_auditevent", "members_cardnumber"}
    gone = Member.objects.get(pk=zyxa.pk)
    assert gone.erased_at == LATER
    assert gone.number.startswith("ERASED")
    assert (gone.user, gone.consents, gone.segments, gone.fields, gone.is_blocked) == (None, [], [], {}, True)
    assert not KeptFile.objects.exists()


def test_what_imports_know_of_others_stays(shop: Merchant, boss: Staff) -> None:
    ann = factories.member(merchant=shop, name="Ann Lee", email="ann@quux.example")
    made = Import.objects.create(merchant=shop, kind="members", state="done", file_name="m.csv")
    kept = {"imported": made, "cells": ["Hannah Lee"], "before": {"phone": PHONE}, "problem": "It is known"}
    for number, state in enumerate(ImportRow.State):
        ImportRow.objects.create(**kept, number=number, whose=-1, state=state, made_id=ann.pk + 1)
    other = ImportRow.objects.create(**kept | {"cells": ["Hannah", "Leeds"]}, number=9, whose=-1, state=1)
    erasing.erase(ann, by=boss, now=LATER)
    emptied = ImportRow.objects.filter(cells=[])
    assert [row.state for row in emptied] == [ImportRow.State.REFUSED]
    other.refresh_from_db()
    assert other.before == {"phone": PHONE}


def test_names_of_two_letters_are_looked_for(shop: Merchant, boss: Staff) -> None:
    ming = factories.member(merchant=shop, name="王明")
    factories.adjustment(ming.accounts.get(), 30, by=boss, reason="对不起王明")
    erasing.erase(ming, by=boss, now=LATER)
    assert Adjustment.objects.get().reason == "对不起…"


def test_entries_stay_and_the_balance_is_forfeited_in_one(zyxa: Member, boss: Staff) -> None:
    account = zyxa.accounts.get()
    before = list(account.entries.order_by("id").values_list("kind", "points", "reference"))
    balance = account.balance
    erasing.erase(zyxa, by=boss, now=LATER)
    account.refresh_from_db()
    new = list(account.entries.order_by("id").values_list("kind", "points", "reference"))[len(before) :]
    assert [entry[:2] for entry in new] == [("restore", 10), ("forfeit", -(balance + 10))]
    assert list(account.entries.order_by("id").values_list("kind", "points", "reference"))[: len(before)] == before
    assert (account.balance, account.debt, account.lots.open().count()) == (0, 0, 0)
    assert Redemption.objects.get().state == Redemption.State.CANCELLED
    assert Adjustment.objects.get(points=900).state == Adjustment.State.DECLINED
    found = books.of(account.program)
    assert found.explained == found.outstanding


def test_what_people_typed_loses_the_name_and_keeps_the_rest(zyxa: Member, boss: Staff) -> None:
    erasing.erase(zyxa, by=boss, now=LATER)
    entry = LedgerEntry.objects.get(kind="adjust")
    assert (entry.reason, entry.explain["reason"], entry.points) == ("Sorry, …", "Sorry, …", 30)
    assert AuditEvent.objects.get(action="x").details == {"reason": "for …"}


def figures(shop: Merchant) -> list[Any]:
    """The figures of the past days, counted anew from what is in the tables."""
    DailyKpi.objects.filter(merchant=shop).delete()
    WindowKpi.objects.filter(merchant=shop).delete()
    for day in (NOW.date(), NOW.date() + A_DAY):
        job = jobs.open_job("fill-kpis", shop.pk, day, again=True)
        assert jobs.drain(job, clock=lambda: LATER).state == "done"
    past = DailyKpi.objects.filter(merchant=shop, day__lt=LATER.date()).order_by("day")
    windows = WindowKpi.objects.filter(merchant=shop, day__lt=LATER.date()).order_by("weeks", "day")
    return [*past.values().order_by("day"), *windows.values()]


def without_ids(rows: list[Any]) -> list[Any]:
    return [{key: value for key, value in row.items() if key != "id"} for row in rows]


def test_no_figure_of_the_past_changes(zyxa: Member, boss: Staff, shop: Merchant) -> None:
    before = without_ids(figures(shop))
    assert any(row.get("order_count") for row in before)
    erasing.erase(zyxa, by=boss, now=LATER)
    assert without_ids(figures(shop)) == before


def test_nobody_signs_in_or_finds_an_erased_member(client: Client, zyxa: Member, boss: Staff, shop: Merchant) -> None:
    assert zyxa.user
    client.force_login(zyxa.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    home = f"/p/{shop.slug}/"
    assert client.get(home).status_code == 200
    erasing.erase(zyxa, by=boss, now=LATER)
    assert client.get(home).status_code == 302
    client.force_login(boss.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for sought in ("Zyxa", EMAIL, PHONE, zyxa.number):
        assert "Quuxowska" not in client.get(f"/m/{shop.slug}/members/", {"q": sought}).text
    again = factories.member(merchant=shop, email=EMAIL, phone=PHONE)
    assert again.pk != zyxa.pk


def test_a_user_with_another_card_keeps_it(zyxa: Member, boss: Staff) -> None:
    assert zyxa.user
    elsewhere = factories.member(merchant=factories.shop().merchant, email=EMAIL, user=zyxa.user)
    erasing.erase(zyxa, by=boss, now=LATER)
    user = User.objects.get(pk=zyxa.user.pk)
    assert (user.email, user.is_active) == (EMAIL, True)
    elsewhere.refresh_from_db()
    assert elsewhere.email == EMAIL


def test_erasing_twice_changes_nothing(zyxa: Member, boss: Staff) -> None:
    first = erasing.erase(zyxa, by=boss, now=LATER)
    again = erasing.erase(zyxa, by=boss, now=LATER + A_DAY)
    assert (first.number, first.erased_at) == (again.number, again.erased_at)
    assert LedgerEntry.objects.filter(kind="forfeit").count() == 1
    assert AuditEvent.objects.filter(action=erasing.ERASED).count() == 1


def test_whoever_was_merged_into_a_member_goes_along(zyxa: Member, boss: Staff, shop: Merchant) -> None:
    old = factories.member(merchant=shop, name="Zyxa Old", email="old@quux.example")
    Member.objects.filter(pk=old.pk).update(merged_into=zyxa)
    old.refresh_from_db()
    erasing.erase(old, by=boss, now=LATER)
    assert Member.objects.filter(erased_at=LATER).count() == 2
    assert places_of(*MARKS) == {}


def test_numbers_of_the_erased_stay_taken_and_are_nobodys(zyxa: Member, boss: Staff, shop: Merchant) -> None:
    """Also those of whoever was merged into them, in either order of their rows."""
    old = factories.member(merchant=shop, name="Zyxa Old", email="old@quux.example")
    together.merge(old, into=zyxa, by=boss, now=NOW)
    taken = {old.number, zyxa.number, *zyxa.other_numbers.values_list("number", flat=True)}
    assert len(taken) == 3
    erasing.erase(zyxa, by=boss, now=LATER)
    assert cards.taken(shop, taken) == taken
    loose = CardNumber.objects.filter(number__in=taken)
    assert {(row.member, row.by, row.since, row.works) for row in loose} == {(None, None, None, False)}
    for number in taken:
        with pytest.raises(UnknownMember) as refusal:
            finding.known(shop, number)
        assert type(refusal.value) is UnknownMember
        with pytest.raises(Refused):
            factories.member(merchant=shop, number=number)


def test_an_import_taken_back_erases_whom_it_added(shop: Merchant, boss: Staff) -> None:
    """Wherever they have come to by then, as any erasure does; one event says how many, and the file may come again."""
    rows = f"name;email;phone;card\nZyxa Quuxowska;{EMAIL};{PHONE};4711-0815-4711\n"
    made = importing.done(rows, by=boss)
    member = shop.members.get(email=EMAIL)
    write_beside(member, boss)
    Merge.objects.all().delete()
    consenting.record(member, [Answer("marketing:email", is_given=True)], door="import", now=NOW)
    chunk = JobChunk.objects.create(job=Job.objects.create(kind="expire", merchant_id=shop.pk), first_id=1, last_id=2)
    JobChunk.objects.filter(pk=chunk.pk).update(error=f"Key (email)=({EMAIL}) exists")
    importing.undone(made, by=boss)
    assert places_of(*MARKS, "471108154711") == {}
    member.refresh_from_db()
    assert (member.erased_at, member.number[:6], member.consents, member.is_blocked) == (NOW, "ERASED", [], True)
    assert list(member.consent_answers.order_by("id").values_list("is_given", "door")) == [
        (True, "import"), (False, "erasure")
    ]  # fmt: skip
    event = AuditEvent.objects.get(action=erasing.WITHDRAWN)
    assert (event.actor, event.subject, event.details) == (boss.user, f"#{made.pk}", {"members": 1})
    assert importing.done(rows, by=boss).done["enrolled"] == 1


def test_an_import_taken_back_leaves_who_has_joined_or_agreed_since(shop: Merchant, boss: Staff) -> None:
    made = importing.done("email\na@x.example\nb@x.example\nc@x.example\n", by=boss)
    ann, ben, _nobody = shop.members.order_by("email")
    consenting.record(ann, [Answer("marketing:email", is_given=True)], door="till", now=NOW)
    JoinedFrom.objects.create(member=ben, merchant=shop, device="d", at=NOW)
    assert importing.undone(made, by=boss).undone["stay"] == 2
    assert [member.email for member in shop.members.present().order_by("email")] == ["a@x.example", "b@x.example"]


@pytest.mark.parametrize("role", [Role.CASHIER, Role.OWNER])
def test_a_cashier_and_the_holder_of_the_card_are_refused(shop: Merchant, role: Role) -> None:
    by = factories.staff(merchant=shop, role=role)
    card = factories.member(merchant=shop, user=by.user if role == Role.OWNER else None)
    with pytest.raises(Refused) as refusal:
        erasing.erase(card, by=by, now=NOW)
    assert refusal.value.code == {Role.CASHIER: "not-allowed", Role.OWNER: "own-card"}[role]
    card.refresh_from_db()
    assert card.erased_at is None


@pytest.mark.django_db(transaction=True)
def test_who_becomes_another_member_meanwhile_is_erased_with_them() -> None:
    program = factories.shop()
    owner = factories.staff(merchant=program.merchant, role=Role.OWNER)
    for turn in range(3):
        anna, other = (factories.member(merchant=program.merchant, name=f"Anna {turn}") for _ in range(2))
        at_once(
            lambda anna=anna, other=other: together.merge(anna, into=other, by=owner, now=NOW),
            lambda anna=anna: erasing.erase(anna, by=owner, now=NOW),
        )
        anna.refresh_from_db(), other.refresh_from_db()
        assert anna.erased_at
        assert anna.merged_into_id is None or other.erased_at


@pytest.mark.django_db(transaction=True)
def test_purchases_adjustments_and_an_erasure_at_once_leave_even_books() -> None:
    shop = factories.shop().merchant
    boss = factories.staff(merchant=shop, role=Role.OWNER)
    account: Account = factories.member(merchant=shop, name="Zyxa").accounts.get()
    factories.order(account, "100.00")
    buys = [
        NewOrder(reference=f"L{number}", member_id=account.member_id, amount=Decimal(10), placed_at=NOW)
        for number in range(3)
    ]
    at_once(
        lambda: erasing.erase(account.member, by=boss, now=NOW),
        *[lambda order=order: orders.record(order, merchant=shop, now=NOW) for order in buys],
        lambda: adjusting.adjust(account=account, points=5, reason="x", by=boss, reference="A", now=NOW),
    )
    job = jobs.drain(jobs.open_job("retain", shop.pk, NOW.date()), clock=lambda: NOW)
    assert job.state == "done", job.error
    account.refresh_from_db()
    assert (account.balance, account.debt) == (0, 0)
    found = books.of(account.program)
    assert found.explained == found.outstanding
