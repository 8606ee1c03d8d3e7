"""Exports: each test's name finishes "it …"."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from loyalty_site.models import AuditEvent
from members import filing, sheets
from members.exporting import cells, work
from members.models import Export, Member
from members.refusals import NotAllowed
from members.tests import exporting, factories, importing
from members.tests.at_once import at_once
from members.tests.factories import NOW
from programs.models import Program, Role, Staff

ASKED: dict[str, Any] = {"kind": "members", "form": "csv", "chosen": {}}
EVIL = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1+1", "＝1", '=HYPERLINK("http://x")']
DANGEROUS = ("=", "@", "＝", "＋", "－", "＠")


@pytest.fixture
def program(db: None) -> Program:
    return factories.shop(slug="beans")


@pytest.fixture
def owner(program: Program) -> Staff:
    return factories.staff(merchant=program.merchant, role=Role.OWNER, name="Ola")


def rows_of(export: Export) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(exporting.content(export).decode("utf-8-sig"))))


def records_of(export: Export, path: Path) -> list[list[str]]:
    path.write_bytes(exporting.content(export))
    return [record.cells for record in sheets.records(path, sheets.dialect_of(path, "file.xlsx"))]


def test_gives_a_shop_so_many_files_an_hour_and_says_when_the_next_may_be(owner: Staff, settings: Any) -> None:
    settings.EXPORTS_PER_HOUR = 2
    elsewhere = factories.staff(merchant=factories.shop().merchant, role=Role.OWNER)
    asked = [work.ask(**ASKED, reference=f"L{n}", by=owner, now=NOW + timedelta(minutes=n)) for n in range(2)]
    for later in (timedelta(minutes=2), timedelta(minutes=59)):
        with pytest.raises(NotAllowed, match=r"2 files within an hour.*Ask again at 13:01"):
            work.ask(**ASKED, reference="L3", by=owner, now=NOW + later)
    assert work.ask(**ASKED, reference="L1", by=owner, now=NOW).pk == asked[1].pk
    assert work.ask(**ASKED, reference="L1", by=elsewhere, now=NOW).merchant_id != owner.merchant_id
    assert work.ask(**ASKED, reference="L3", by=owner, now=NOW + timedelta(minutes=60)).pk > asked[1].pk
    assert AuditEvent.objects.filter(action="export-asked", merchant_id=owner.merchant_id).count() == 3


@pytest.mark.django_db(transaction=True)
def test_gives_no_more_files_where_many_ask_at_once(settings: Any) -> None:
    settings.EXPORTS_PER_HOUR = 2
    boss = factories.staff(merchant=factories.shop().merchant, role=Role.OWNER)
    at_once(*[lambda n=n: work.ask(**ASKED, reference=f"R{n}", by=boss, now=NOW) for n in range(6)])
    assert Export.objects.count() == 2


def test_says_on_its_page_that_there_may_be_no_more(client: Client, owner: Staff, settings: Any) -> None:
    settings.EXPORTS_PER_HOUR = 1
    client.force_login(owner.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = f"/m/{owner.merchant.slug}/exports/"
    said = {"kind": "members", "format": "csv"}
    assert client.post(page, said | {"reference": str(uuid4())}).status_code == 302
    answer = client.post(page, said | {"reference": str(uuid4())})
    assert answer.status_code == 422
    assert "as many as it may" in answer.text


@given(st.text())
def test_never_lets_a_cell_begin_a_formula_and_reads_it_back(text: str) -> None:
    cell = cells.safe(text)
    assert not cell.lstrip().startswith(DANGEROUS)
    if cell.lstrip().startswith(("+", "-")):
        assert cells.NUMBER.fullmatch(cell)
    if not text.startswith(('="', "'")):
        assert cells.bare(cell) == text.replace("\0", "")


@pytest.mark.parametrize("name", EVIL)
def test_keeps_names_that_look_like_formulas_from_being_worked_out(name: str, program: Program, owner: Staff) -> None:
    factories.member(merchant=program.merchant, name=name, phone="+48 601 234 567")
    (row,) = rows_of(exporting.exported(by=owner))
    assert (row["name"], row["phone"]) == (f"'{Member.objects.get().name}", "+48601234567")


def test_writes_no_formula_into_a_workbook(program: Program, owner: Staff, tmp_path: Path) -> None:
    factories.member(merchant=program.merchant, name="=1+1", born_on=NOW.date())
    export = exporting.exported(by=owner, form="xlsx")
    header, row = records_of(export, tmp_path / "file.xlsx")
    assert dict(zip(header, row, strict=False))["born_on"] == "2026-03-10"
    with ZipFile(tmp_path / "file.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_says_what_members_hold(program: Program, owner: Staff) -> None:
    account = factories.account(program=program, name="Anna", customer_number="00042")
    factories.order(account, "48.50")
    (row,) = rows_of(exporting.exported(by=owner))
    assert (row["customer_number"], row["points_points"], row["orders"], row["spent"]) == ("00042", "48", "1", "48.500")


def test_lists_entries_and_orders_of_some_days(program: Program, owner: Staff) -> None:
    account = factories.account(program=program, name="Anna")
    factories.order(account, "10.00", at=NOW - timedelta(days=40), reference="old")
    factories.order(account, "20.00", reference="new")
    since = (NOW - timedelta(days=1)).date().isoformat()
    assert [row["order_id"] for row in rows_of(exporting.exported("orders", by=owner))] == ["old", "new"]
    assert [row["order_id"] for row in rows_of(exporting.exported("orders", by=owner, since=since))] == ["new"]
    entries = rows_of(exporting.exported("entries", by=owner, since=since, until=NOW.date().isoformat()))
    assert [(row["points"], row["order_id"], row["happened"]) for row in entries] == [
        ("20", "new", "2026-03-10 12:00:00")
    ]


def test_has_nobody_of_another_shop(program: Program, owner: Staff) -> None:
    factories.account(program=factories.shop(slug="other"), name="Stranger")
    assert rows_of(exporting.exported(by=owner)) == []


def test_comes_in_again_as_it_went_out(program: Program, owner: Staff) -> None:
    factories.member(merchant=program.merchant, name="Anna", email="anna@x.example", segments=("vip",))
    again = importing.looked(exporting.content(exporting.exported(by=owner)), by=owner)
    assert (again.looked["known"], again.looked["new"], again.looked["refused"]) == (1, 0, 0)


def test_writes_down_who_asked_and_forgets_the_file_after_seven_days(owner: Staff) -> None:
    export = exporting.exported(by=owner)
    event = AuditEvent.objects.get(action="export-asked")
    assert (event.actor, event.details["kind"]) == (owner.user, "members")
    filing.sweep(NOW + timedelta(days=6))
    export.refresh_from_db()
    assert export.file
    filing.sweep(NOW + timedelta(days=7))
    export.refresh_from_db()
    assert export.file is None
