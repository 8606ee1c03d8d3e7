"""Importing orders: each test's name finishes "it …"."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from members import csv_files, importing
from members.importing import Imported, recording, running
from members.models import Account, LedgerEntry, Member, Order
from members.tests import factories
from members.tests import importing as browser
from members.tests.factories import NOW
from programs import terms
from programs.models import Merchant, Program

pytestmark = pytest.mark.django_db

REAL_ORDERS = settings.BASE_DIR / "demo" / "cdnow_sample_orders.csv"
HEADER = "order_id,customer,placed_on,amount\n"


@pytest.fixture
def program() -> Program:
    return factories.shop(slug="beans")


@pytest.fixture
def merchant(program: Program) -> Merchant:
    return program.merchant


@pytest.fixture
def sheet(tmp_path: Path):
    def write(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "orders.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def brought_in(path: Path, merchant: Merchant, **options: object) -> Imported:
    return importing.import_orders(path, merchant=merchant, now=NOW, **options)


def test_enrols_strangers_and_records_their_orders(sheet, merchant) -> None:
    done = brought_in(sheet(HEADER + "1,C-7,2026-03-01,48.50\n2,C-7,2026-03-02,10\n"), merchant)
    assert (str(done), done.points, done.enrolled) == ("2 orders: 2 new, 0 known, 0 errors", 58, 1)
    member = Member.objects.get()
    assert (member.customer_number, member.orders.count()) == ("C-7", 2)
    assert member.joined_at == datetime(2026, 3, 1, 11, tzinfo=UTC)  # noon in Warsaw
    assert Account.objects.get().balance == 58


def test_enrols_each_stranger_as_of_their_own_first_order(sheet, merchant) -> None:
    brought_in(sheet(HEADER + "1,7,2026-03-02,5\n2,8,2026-03-01,5\n3,7,2026-02-01,5\n"), merchant)
    joined = Member.objects.order_by("customer_number").values_list("joined_at__date", "accounts__tier_since__date")
    assert [set(map(str, days)) for days in joined] == [{"2026-02-01"}, {"2026-03-01"}]


def test_changes_nothing_the_second_time(sheet, merchant) -> None:
    path = sheet(HEADER + "1,7,2026-03-01,48.50\n2,8,2026-03-02,10\n")
    brought_in(path, merchant)
    before = list(LedgerEntry.objects.values())
    assert str(brought_in(path, merchant)) == "2 orders: 0 new, 2 known, 0 errors"
    assert list(LedgerEntry.objects.values()) == before
    assert Member.objects.count() == 2


def test_knows_members_by_number_card_e_mail_and_phone(sheet, merchant) -> None:
    member = factories.member(
        merchant=merchant, email="anna@poczta.example", phone="+48 601 234 567", customer_number="00042", number="BL12"
    )
    texts = ["00042", "bl 12", "ANNA@poczta.example", "+48 601 234 567", "601 234 567"]
    lines = "".join(f"{n},{text},2026-03-01,10.00\n" for n, text in enumerate(texts))
    assert brought_in(sheet(HEADER + lines), merchant, enrols=False).new == 5
    assert member.orders.count() == 5


def test_makes_one_member_of_one_person_written_in_two_ways(sheet, merchant) -> None:
    people = "1,Ola@poczta.example,2026-03-01,5\n2,ola@Poczta.example,2026-03-01,5\n"
    phones = "3,+48 601 234 567,2026-03-01,5\n4,+48601234567,2026-03-01,5\n"
    assert brought_in(sheet(HEADER + people + phones), merchant).enrolled == 2
    assert set(Member.objects.values_list("email", "phone")) == {("ola@poczta.example", ""), ("", "+48601234567")}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Order ID;E-mail;Date;Total\n1;a@b.example;01.03.2026;1 234,50\n", "utf-8-sig"),
        ("order_number\tcustomer_id\tcreated_at\ttotal\n1\t7\t2026-03-01 09:30\t1,234.50\n", "utf-16"),
        ("numer_zamówienia;klient;data;kwota;kategoria\n1;7;2026-03-01;1234,50;świeże pączki źdźbło\n", "cp1250"),
        ("订单号,客户,日期,金额,类别\n1,7,2026年03月01日,1234.50,咖啡豆\n", "gb18030"),
    ],
)
def test_reads_other_columns_separators_encodings_and_decimals(sheet, merchant, text: str, encoding: str) -> None:
    assert brought_in(sheet(text, encoding), merchant).new == 1
    order = Order.objects.get()
    assert order.amount == Decimal("1234.50")
    assert not order.lines.exists() or order.lines.get().category in {"świeże pączki źdźbło", "咖啡豆"}


def test_takes_columns_named_by_hand(sheet, merchant) -> None:
    path = sheet("a,b,c,d\n1,7,2026-03-01,9.00\n")
    with pytest.raises(csv_files.Unreadable, match=r"order_id, customer, amount, placed_on.*a, b, c, d"):
        brought_in(path, merchant)
    mapped = {"order_id": "a", "customer": "b", "placed_on": "c", "amount": "d"}
    assert brought_in(path, merchant, mapped=mapped).new == 1


def test_makes_one_order_of_rows_that_share_its_number(sheet, merchant) -> None:
    text = "order_id,customer,placed_at,amount,quantity,sku,category\n"
    text += "1,7,2026-03-01 09:00,10.60,2,latte,coffee\n1,7,2026-03-01 09:00,20.60,1,bag,beans\n"
    done = brought_in(sheet(text), merchant)
    assert (done.orders, done.new, done.points) == (1, 1, 31)
    lines = Order.objects.get().lines.order_by("id").values_list("sku", "category", "quantity", "amount")
    assert list(lines) == [("latte", "coffee", 2, Decimal("10.600")), ("bag", "beans", 1, Decimal("20.600"))]


def test_groups_errors_by_cause_and_records_the_rest(sheet, merchant) -> None:
    text = "order_id,customer,placed_on,amount,currency,location\n"
    text += "1,7,2026-03-01,ten,,\n2,7,2026-03-01,5.00,EUR,\n3,7,someday,5.00,,\n4,7,2026-03-01,5.00,PLN,\n"
    text += "5,7,2026-03-01,eleven,,\n,7,2026-03-01,5.00,,\n6,7,2026-03-01,-5.00,,\n7,7,2026-03-01,5.00,,moon\n"
    text += "8,7,2999-01-01,5.00,,\n9,7,2026-03-01,5.005,,\n4,7,2026-03-01,6.00,,\n1,7\n"
    done = brought_in(sheet(text), merchant)
    assert (done.orders, done.new, done.known, done.errors) == (12, 1, 0, 11)
    numbers = next(problem for words, problem in done.problems.items() if "48.50" in words)
    assert (numbers.count, numbers.rows) == (3, [2, 6, 13])
    assert all(words.endswith(".") for words in done.problems)
    assert "(3 rows: 2, 6, 13)" in str(numbers)


def test_keeps_nothing_of_a_dry_run_and_counts_the_same(sheet, merchant) -> None:
    path = sheet(HEADER + "1,7,2026-03-01,48.50\n2,8,2026-03-02,10\n3,7,2026-03-03,x\n")
    rehearsed = brought_in(path, merchant, is_dry=True)
    assert not Order.objects.exists()
    assert not Member.objects.exists()
    assert brought_in(path, merchant) == rehearsed


def test_counts_a_stranger_of_two_dry_blocks_once(sheet, merchant, monkeypatch) -> None:
    monkeypatch.setattr(running, "BLOCK", 1)
    done = brought_in(sheet(HEADER + "1,7,2026-03-01,5\n2,7,2026-03-02,5\n"), merchant, is_dry=True)
    assert (done.enrolled, done.new) == (1, 2)


def test_records_a_member_s_past_by_date_whatever_the_order_of_the_file(sheet, monkeypatch) -> None:
    monkeypatch.setattr(recording, "SLICE", 2)
    monkeypatch.setattr(running, "BLOCK", 2)
    first = {"code": "first", "name": "First", "when": {"first_purchase": True}, "give": {"points": 25}}
    merchant = factories.shop(terms_document={**terms.P0, "rules": [first]}).merchant
    rows = [f"{n},{n % 2},2026-02-{28 - n},10.00\n" for n in range(10)]
    assert brought_in(sheet(HEADER + "".join(rows)), merchant).new == 10
    welcomed = LedgerEntry.objects.filter(points=35).values_list("occurred_at__day", flat=True)
    assert sorted(welcomed) == [19, 20]


def test_keeps_points_alive_that_later_rows_kept_alive(sheet, monkeypatch) -> None:
    monkeypatch.setattr(recording, "SLICE", 2)
    idle = {**terms.P0, "expiry": {"kind": "inactivity", "months": 3}}
    merchant = factories.shop(terms_document=idle).merchant
    days = ["2025-03-01", "2025-05-01", "2025-07-01", "2025-09-01", "2025-11-01", "2026-01-01"]
    brought_in(sheet(HEADER + "".join(f"{day},7,{day},10.00\n" for day in days)), merchant)
    assert Account.objects.get().balance == 60


def test_refuses_strangers_unless_it_may_enrol_them(sheet, merchant) -> None:
    done = brought_in(sheet(HEADER + "1,7,2026-03-01,5.00\n"), merchant, enrols=False)
    assert (done.errors, Member.objects.count()) == (1, 0)
    assert "enrol" in next(iter(done.problems))


def test_keeps_an_amount_of_nothing(sheet, merchant) -> None:
    done = brought_in(sheet(HEADER + "1,7,2026-03-01,0.00\n"), merchant)
    assert (done.new, done.points) == (1, 0)
    assert LedgerEntry.objects.get().points == 0


def test_imports_the_real_orders_once() -> None:
    records = factories.shop(zone="America/New_York", currency="USD", country="US").merchant
    done = importing.import_orders(REAL_ORDERS, merchant=records, now=NOW)
    assert str(done) == "6,919 orders: 6,919 new, 0 known, 0 errors"
    assert (done.enrolled, records.orders.filter(amount=0).count()) == (2357, 8)
    assert str(importing.import_orders(REAL_ORDERS, merchant=records, now=NOW + timedelta(days=1))) == (
        "6,919 orders: 0 new, 6,919 known, 0 errors"
    )
    assert (browser.believed("members_order"), browser.believed("members_member")) == (6_919, 2_357)


def test_says_in_a_sentence_why_a_file_cannot_be_imported(sheet, merchant, tmp_path: Path) -> None:
    empty, folder = sheet(""), tmp_path
    for arguments, words in (
        ([folder / "gone.csv", "--merchant", "beans"], "cannot be opened"),
        ([folder, "--merchant", "beans"], "cannot be opened"),
        ([empty, "--merchant", "beans"], "is empty"),
        ([empty, "--merchant", "nobody"], "There is no merchant"),
        ([empty, "--merchant", "beans", "--map", "when=x"], "write OURS=THEIRS"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("import_orders", *map(str, arguments), stderr=StringIO())


def test_refuses_a_text_too_long_for_its_column_in_any_row_of_an_order(sheet, merchant) -> None:
    header = "order_id,customer,placed_on,amount,sku\n"
    path = sheet(f"{header}1,7,2026-03-01,5,tea\n1,7,2026-03-01,5,{'y' * 81}\n2,7,2026-03-01,5,tea\n")
    done = importing.import_orders(path, merchant=merchant, now=NOW)
    assert (done.new, [problem.rows for problem in done.problems.values()]) == (1, [[2]])


@pytest.mark.parametrize(
    ("text", "line"), [(f"{HEADER[:-1]},{'z' * 200_000}\n", 1), (f"{HEADER}1,{'7' * 200_000},,\n", 2)]
)
def test_names_the_line_that_is_too_long_to_be_read(sheet, merchant, text: str, line: int) -> None:
    with pytest.raises(csv_files.Unreadable, match=f"Line {line} "):
        importing.import_orders(sheet(text), merchant=merchant, now=NOW)


def test_reports_on_the_command_line(sheet, merchant) -> None:
    said = StringIO()
    path = sheet("id,customer,when,amount\n1,7,2026-03-01,5\n2,7,2026-03-01,x\n")
    options = ["--merchant", "beans", "--map", "placed_on=when", "--dry-run"]
    call_command("import_orders", str(path), *options, stdout=said, stderr=StringIO())
    assert said.getvalue().startswith("Dry run, nothing kept. 2 orders: 1 new, 0 known, 1 errors\n5 points earned")
    assert "(row 3)" in said.getvalue()
