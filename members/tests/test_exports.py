"""Exports: each test's name finishes "it …"."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_site.models import AuditEvent
from members import filing, sheets
from members.exporting import cells
from members.models import Export, Member
from members.tests import exporting, factories, importing
from members.tests.factories import NOW
from programs.models import Program, Role, Staff

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
