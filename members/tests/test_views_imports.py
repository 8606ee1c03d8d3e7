"""The pages of imports: each test's name finishes "it …"."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from loyalty_site import clock, jobs
from loyalty_site.models import AuditEvent, Job
from loyalty_site.web import uploads
from members.exporting import work
from members.importing import arriving
from members.models import Import, Member
from members.tests import factories, importing
from members.tests.factories import NOW
from programs.models import Program, Role, Staff

pytestmark = pytest.mark.django_db

MEMBERS = "name,email,phone\nAnna Nowak,anna@x.example,\nJan Lis,jan@,\n=1+1,,12\n"


@pytest.fixture
def program() -> Program:
    return factories.shop(slug="beans")


@pytest.fixture
def owner(program: Program) -> Staff:
    return factories.staff(merchant=program.merchant, role=Role.OWNER, name="Ola")


@pytest.fixture
def door(client: Client, owner: Staff) -> Client:
    client.force_login(owner.user)
    return client


def address(name: str, *parts: Any) -> str:
    return reverse(f"dashboard-{name}", args=["beans", *parts])


def sent(door: Client, content: bytes | str, *, name: str = "file.csv", **more: str) -> Any:
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return door.post(address("imports"), {"kind": "members", "file": file} | more)


def page(door: Client, name: str, *parts: Any) -> str:
    return door.get(address(name, *parts)).content.decode()


@time_machine.travel(NOW)
def test_leads_from_the_file_to_what_it_would_do_and_on(door: Client) -> None:
    answer = sent(door, MEMBERS)
    imported = Import.objects.get()
    assert answer.url == address("import-columns", imported.pk)
    assert "Anna Nowak · Jan Lis" in page(door, "import-columns", imported.pk)
    columns = {"column_0": "name", "column_1": "email", "column_2": "phone", "fills": "on"}
    assert door.post(answer.url, columns).url == address("import-show", imported.pk)
    assert "Looking the file through" in page(door, "import-show", imported.pk)
    importing.worked(imported)
    shown = page(door, "import-show", imported.pk)
    assert "Import 1 row" in shown
    assert "An e-mail address is not one" in shown
    assert not Member.objects.exists()
    door.post(address("import-start", imported.pk))
    importing.worked(imported)
    assert Member.objects.get().name == "Anna Nowak"
    assert "Undo this import" in page(door, "import-show", imported.pk)
    door.post(address("import-undo", imported.pk))
    importing.worked(imported)
    assert "1 row taken back." in page(door, "import-show", imported.pk)
    assert {*AuditEvent.objects.values_list("action", flat=True)} >= {"import-start", "import-undo"}


def test_sends_the_rejected_rows_with_the_reason_beside_each(door: Client, owner: Staff) -> None:
    imported = importing.looked(MEMBERS, by=owner)
    answer = door.get(address("import-rejected", imported.pk))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "name,email,phone,Row,Why"
    assert lines[1].startswith('Jan Lis,jan@,,3,"An e-mail address is not one')
    assert lines[2].startswith("'=1+1,,12,4,")
    fixed = "\n".join(lines).replace("jan@,", "jan@x.example,").replace("'=1+1,,12", "Ewa,,601 234 567")
    assert importing.looked(fixed, by=owner).looked["new"] == 2


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "0 bytes"),
        (b"%PDF", "a.csv", "This is a PDF"),
        (b"PK\x03\x04", "a.xlsx", "damaged"),
        (b"a\n", "a.csv", "header"),
    ],
)
def test_says_what_is_wrong_with_a_file(content: bytes, name: str, words: str, door: Client) -> None:
    answer = sent(door, content, name=name)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.content.decode()
    assert not Import.objects.exists()


def test_lets_go_of_a_file_that_is_too_large(door: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 100_000)
    answer = sent(door, b"name\n" + b"x\n" * 100_000)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "larger than" in answer.content.decode()


def test_asks_for_the_columns_that_are_missing_or_twice(door: Client, owner: Staff) -> None:
    imported = importing.chosen("a,b\n1,2\n", by=owner, kind="orders")
    answer = door.post(address("import-columns", imported.pk), {"column_0": "customer", "column_1": "customer"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Two columns are named Customer" in answer.content.decode()
    answer = door.post(address("import-columns", imported.pk), {"column_0": "customer"})
    assert "Order number, Amount, Day" in answer.content.decode()


def test_remembers_how_columns_were_named(door: Client, owner: Staff) -> None:
    imported = importing.chosen("wer,was\nAnna,a@x.example\n", by=owner)
    assert imported.columns == {}
    door.post(address("import-columns", imported.pk), {"column_0": "name", "column_1": "email"})
    assert importing.chosen("Wer;Was\nJan;j@x.example\n", by=owner).columns == {"name": 0, "email": 1}


def test_lets_only_an_owner_give_opening_balances(client: Client, owner: Staff, program: Program) -> None:
    factories.member(merchant=program.merchant, email="a@x.example")
    imported = importing.looked("customer,points\na@x.example,5\n", by=owner, kind="balances", program=program)
    client.force_login(factories.staff(merchant=program.merchant, role=Role.MANAGER).user)
    answer = client.post(address("import-start", imported.pk))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "only an owner" in answer.content.decode()
    imported.refresh_from_db()
    assert imported.state == Import.State.LOOKED


def test_imports_once_however_often_it_is_asked(door: Client, owner: Staff) -> None:
    imported = importing.looked(MEMBERS, by=owner)
    for _again in range(2):
        door.post(address("import-start", imported.pk))
    importing.worked(imported)
    door.post(address("import-start", imported.pk))
    imported.refresh_from_db()
    assert (imported.state, Member.objects.count()) == (Import.State.DONE, 1)


def test_throws_a_file_away(door: Client, owner: Staff) -> None:
    imported = importing.looked(MEMBERS, by=owner)
    assert door.post(address("import-discard", imported.pk)).url == address("imports")
    imported.refresh_from_db()
    assert (imported.state, imported.file, imported.rows.count()) == ("discarded", None, 0)
    assert "Nothing was imported yet" in page(door, "imports")


def test_asks_a_fixed_number_of_questions(door: Client, owner: Staff, django_assert_max_num_queries: Any) -> None:
    for _n in range(5):
        importing.looked(MEMBERS, by=owner)
    with django_assert_max_num_queries(12):
        page(door, "imports")


def test_lists_exports_in_a_fixed_number_of_questions(
    door: Client, owner: Staff, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        work.ask(kind="members", form="csv", chosen={}, reference=f"E{number}", by=owner, now=clock.now())
    with django_assert_max_num_queries(9):
        assert page(door, "exports").count("Being written") == 5


def test_writes_an_export_once_and_sends_it(door: Client, program: Program) -> None:
    factories.member(merchant=program.merchant, name="Anna")
    form = {"kind": "members", "format": "csv", "reference": "8a4f5d1e-51b4-4b13-9d43-0f1d2a3b4c5d"}
    for _again in range(2):
        assert door.post(address("exports"), form).url == address("exports")
    (export,) = program.merchant.exports.all()
    assert "Being written" in page(door, "exports")
    assert door.get(address("export-download", export.pk)).status_code == HTTPStatus.NOT_FOUND
    importing.drained("export", export.pk)
    answer = door.get(address("export-download", export.pk))
    assert b"Anna" in b"".join(answer.streaming_content)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert AuditEvent.objects.filter(action="export-download").exists()
    late = door.post(address("exports"), form | {"since": "2026-03-02", "until": "2026-03-01"})
    assert late.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_goes_on_where_the_work_broke_off(door: Client, owner: Staff) -> None:
    imported = importing.looked(MEMBERS, by=owner)
    door.post(address("import-start", imported.pk))
    imported.refresh_from_db()
    job = arriving.job_of(imported)
    assert job is not None
    job.chunks.update(state=Job.State.FAILED, attempt=5)
    jobs.settle(job, now=NOW)
    assert "The work broke off" in page(door, "import-show", imported.pk)
    door.post(address("import-again", imported.pk))
    assert importing.worked(imported).state == Import.State.DONE
