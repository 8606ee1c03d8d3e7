"""Adjusting points by a file: each test's name finishes "it …"."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from members.bulk import by_file, running
from members.csv_files import Unreadable
from members.models import Account, Bulk, BulkRow
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Program, Role, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    return factories.shop()


@pytest.fixture
def zofia(program: Program) -> Staff:
    return factories.staff(merchant=program.merchant, role=Role.MANAGER, name="Zofia")


@pytest.fixture
def people(program: Program) -> list[Account]:
    found = [factories.account(program=program, name=name, number=f"BL{name[0]}1") for name in ("Anna", "Ben", "Ola")]
    for account in found:
        factories.order(account, "100.00")
    return found


def read(tmp_path: Path, program: Program, text: str | bytes) -> by_file.Found:
    path = tmp_path / "points.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return by_file.read(path, path.name, merchant=program.merchant)


def drafted(found: by_file.Found, program: Program, by: Staff, reference: str = "") -> Bulk:
    return by_file.draft(found, program=program, reason="Goodwill", by=by, reference=reference or str(uuid4()), now=NOW)


def done(bulk: Bulk, by: Staff) -> Bulk:
    started = running.start(bulk, by=by, now=NOW)
    for first, last in running.plan(bulk.pk, None):
        running.work(bulk.pk, None, first, last, NOW)
    return started


def balances(people: list[Account]) -> list[int]:
    return [Account.objects.get(pk=account.pk).balance for account in people]


def test_each_row_moves_its_own_points_once(
    tmp_path: Path, program: Program, zofia: Staff, people: list[Account]
) -> None:
    found = read(tmp_path, program, "Card;Points\nBLA1;30\nbl b1;−20\n")
    bulk = drafted(found, program, zofia, "R")
    assert drafted(found, program, zofia, "R") == bulk
    assert done(bulk, zofia).state == Bulk.State.RUNNING
    done(bulk, zofia)
    assert balances(people) == [130, 80, 100]


def test_above_the_limits_the_whole_of_it_waits_for_a_second_person(
    tmp_path: Path, program: Program, zofia: Staff, people: list[Account]
) -> None:
    zofia.adjust_limit, zofia.adjust_limit_day = 100, 100
    zofia.save()
    bulk = drafted(read(tmp_path, program, "card,points\nBLA1,60\nBLB1,60\n"), program, zofia)
    assert running.start(bulk, by=zofia, now=NOW).state == Bulk.State.WAITING
    assert balances(people) == [100, 100, 100]
    marta = factories.staff(merchant=program.merchant, role=Role.OWNER)
    running.decide(bulk, by=marta, is_approved=True, now=NOW + timedelta(minutes=1))
    for first, last in running.plan(bulk.pk, None):
        running.work(bulk.pk, None, first, last, NOW)
    assert balances(people) == [160, 160, 100]


def test_ones_own_card_and_too_few_points_are_left_out(
    tmp_path: Path, program: Program, zofia: Staff, people: list[Account]
) -> None:
    people[0].member.user = zofia.user
    people[0].member.save()
    bulk = drafted(read(tmp_path, program, "card,points\nBLA1,5\nBLB1,-101\nBLO1,5\n"), program, zofia)
    done(bulk, zofia)
    assert balances(people) == [100, 100, 105]
    assert set(BulkRow.objects.filter(bulk=bulk).values_list("why_not", flat=True)) == {"own-card", "too-few", ""}


def test_it_names_the_rows_that_cannot_be_by_cause(tmp_path: Path, program: Program, people: list[Account]) -> None:
    text = "card,points\nBLA1,5\nnobody,5\nBLB1,many\n,5\nBLO1,0\nbla1,7\nnoone,1.5\n"
    found = read(tmp_path, program, text)
    assert {tuple(numbers) for numbers in found.faults.values()} == {(3,), (4, 6, 8), (5,), (7,)}
    assert any(sentence.endswith("Rows 4, 6, 8.") for sentence in found.sentences)


def test_a_member_of_another_shop_is_nobody_here(tmp_path: Path, program: Program) -> None:
    factories.account(program=factories.shop(), number="BLX1")
    assert list(read(tmp_path, program, "card,points\nBLX1,5\n").faults.values()) == [[2]]


def test_a_file_of_too_many_rows_is_refused(tmp_path: Path, program: Program) -> None:
    with pytest.raises(Unreadable, match="50000"):
        read(tmp_path, program, "card,points\n" + "nobody,5\n" * (by_file.MOST_ROWS + 1))


@pytest.mark.parametrize(
    "text", ["", "card,points\n", "name,size\nA,1\n", "%PDF-1.7 card,points", b"\xd0\xcf\x11\xe0x"]
)
def test_what_is_no_such_file_gets_a_sentence(tmp_path: Path, program: Program, text: str | bytes) -> None:
    with pytest.raises(Unreadable, match=r"\.$"):
        read(tmp_path, program, text)


@given(st.text(max_size=12))
@settings(max_examples=200, deadline=None)
def test_a_number_of_points_is_whole_and_never_too_large(text: str) -> None:
    assert abs(by_file.whole(text)) <= by_file.MOST_POINTS


def test_numbers_are_read_as_people_write_them() -> None:
    assert [by_file.whole(text) for text in ("30", "+30", "−30", "1 200", "30.0", "1.5", "1e3", "", "0")] == [
        30, 30, -30, 1200, 30, 0, 0, 0, 0,
    ]  # fmt: skip


# --- the page ------------------------------------------------------------------------------------


def send(client: Client, program: Program, text: str, **fields: str) -> Any:
    sent = {"file": SimpleUploadedFile("points.csv", text.encode()), "reason": "Goodwill", "program": program.pk}
    return client.post(
        reverse("dashboard-bulk-file", args=[program.merchant.slug]), sent | {"reference": uuid4()} | fields
    )


def test_the_page_leads_to_the_review(client: Client, program: Program, zofia: Staff, people: list[Account]) -> None:
    client.force_login(zofia.user)
    answer = send(client, program, "card,points\nBLA1,30\nBLB1,-20\n", more="a late parcel")
    bulk = Bulk.objects.get()
    assert answer.url == reverse("dashboard-bulk-show", args=[program.merchant.slug, bulk.pk])
    text = client.get(answer.url).content.decode()
    assert "Goodwill: a late parcel" in text
    assert "+10" in text
    assert "Choose another file" in text
    assert balances(people) == [100, 100, 100]


def test_the_page_changes_nothing_while_a_row_is_wrong(
    client: Client, program: Program, zofia: Staff, people: list[Account]
) -> None:
    client.force_login(zofia.user)
    answer = send(client, program, "card,points\nBLA1,30\nnobody,5\n")
    assert answer.status_code == 422
    assert "Row 3." in answer.content.decode()
    assert not Bulk.objects.exists()
