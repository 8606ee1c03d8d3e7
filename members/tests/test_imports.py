"""Imports of the browser, from the file to the undoing: each test's name finishes "it …"."""

from __future__ import annotations

from decimal import Decimal

import pytest

from members import filing
from members.importing import arriving
from members.models import Account, Consent, LedgerEntry, Member, MemberField, Order
from members.refusals import NotAllowed
from members.tests import factories, importing
from members.tests.factories import NOW
from programs.models import Program, Role, Staff
from tests.faults import books

pytestmark = pytest.mark.django_db

MEMBERS = (
    "Name;E-mail;Telefon;Tags\nAnna Nowak;Anna@Poczta.example;601 234 567;vip, regular\nJan Lis;;+48 602 000 111;\n"
)
ORDERS = "order_id,customer,date,amount\nA1,anna@poczta.example,2026-03-01,48.50\nA2,C-7,2026-03-02,10\n"


@pytest.fixture
def program() -> Program:
    return factories.shop(slug="beans")


@pytest.fixture
def owner(program: Program) -> Staff:
    return factories.staff(merchant=program.merchant, role=Role.OWNER, name="Ola")


def test_enrols_the_people_of_a_file(owner: Staff) -> None:
    imported = importing.done(MEMBERS, by=owner)
    assert (imported.state, imported.done["new"], imported.done["enrolled"]) == ("done", 2, 2)
    anna = Member.objects.get(email="anna@poczta.example")
    assert (anna.name, anna.phone, anna.segments) == ("Anna Nowak", "+48601234567", ["vip", "regular"])
    assert anna.accounts.count() == 1
    assert importing.believed("members_member") == 2
    assert not LedgerEntry.objects.exists()


def test_changes_nothing_until_it_is_begun(owner: Staff) -> None:
    imported = importing.looked(MEMBERS, by=owner)
    assert (imported.looked["new"], imported.looked["refused"], Member.objects.count()) == (2, 0, 0)


def test_counts_members_who_are_known_and_fills_in_what_they_lack(owner: Staff) -> None:
    importing.done(MEMBERS, by=owner)
    again = importing.looked(MEMBERS, by=owner)
    assert (again.looked["known"], again.looked["new"]) == (2, 0)
    more = importing.done("phone,name,email\n+48602000111,Janek,jan@poczta.example\n", by=owner)
    jan = Member.objects.get(phone="+48602000111")
    assert (jan.name, jan.email, more.done["new"]) == ("Jan Lis", "jan@poczta.example", 1)
    importing.undone(more, by=owner)
    jan.refresh_from_db()
    assert (jan.name, jan.email) == ("Jan Lis", "")


def test_undoes_members_who_have_nothing_and_keeps_those_who_bought(owner: Staff, program: Program) -> None:
    imported = importing.done(MEMBERS, by=owner)
    factories.order(Account.objects.get(member__name="Jan Lis"), "20.00")
    imported = importing.undone(imported, by=owner)
    assert (imported.undone["new"], imported.undone["stay"]) == (1, 1)
    assert [member.name for member in program.merchant.members.present()] == ["Jan Lis"]
    assert importing.done(MEMBERS, by=owner).done["enrolled"] == 1


def test_groups_what_is_wrong_by_cause_with_rows(owner: Staff) -> None:
    rows = "name,email,phone\nA,a@b,\nB,b@,12\nC,c@c.example,12\n,,\nD,D@c.example,\nE,c@C.example,\n"
    imported = importing.looked(rows, by=owner)
    causes = {words.split(".")[0]: (count, numbers) for words, count, numbers in imported.looked["causes"]}
    assert causes["A phone number is not one"] == (2, [3, 4])
    assert imported.looked["new"] == 2
    assert imported.looked["refused"] == 3


def test_records_orders_and_takes_them_back(owner: Staff, program: Program) -> None:
    anna = factories.account(program=program, email="anna@poczta.example")
    imported = importing.done(ORDERS, by=owner, kind="orders")
    assert (imported.done["new"], imported.done["points"], imported.done["enrolled"]) == (2, 58, 1)
    anna.refresh_from_db()
    assert anna.balance == 48
    imported = importing.undone(imported, by=owner)
    anna.refresh_from_db()
    assert (anna.balance, anna.order_count, imported.undone["points"]) == (0, 0, -58)
    assert program.merchant.members.present().count() == 1
    corrected = importing.done(ORDERS.replace("48.50", "20.00"), by=owner, kind="orders")
    assert (corrected.done["new"], corrected.done["points"]) == (2, 30)
    assert Order.objects.get(reference="A1").amount == Decimal(20)


def test_knows_orders_that_came_before_and_refuses_others_under_their_number(owner: Staff) -> None:
    importing.done(ORDERS, by=owner, kind="orders")
    again = importing.looked(ORDERS.replace("10\n", "12\n"), by=owner, kind="orders")
    assert (again.looked["known"], again.looked["refused"], again.looked["new"]) == (1, 1, 0)


def test_gives_opening_balances_and_takes_them_back(owner: Staff, program: Program) -> None:
    account = factories.account(program=program, email="anna@poczta.example")
    rows = "customer,points,valid_through\nanna@poczta.example,120,2026-12-31\nanna@poczta.example,30,\n"
    rows += "nobody@x.example,5,\n"
    imported = importing.done(rows, by=owner, kind="balances", program=program)
    account.refresh_from_db()
    assert (account.balance, imported.done["points"], imported.looked["refused"]) == (150, 150, 1)
    again = importing.looked(rows, by=owner, kind="balances", program=program)
    assert again.looked["new"] == 0
    imported = importing.undone(imported, by=owner)
    account.refresh_from_db()
    assert account.balance == 0
    assert importing.done(rows, by=owner, kind="balances", program=program).done["points"] == 150


def test_takes_the_fields_of_the_shops_own(owner: Staff, program: Program) -> None:
    for code, kind in (("shoe", "number"), ("vegan", "yes_no")):
        MemberField.objects.create(merchant=program.merchant, code=code, name=code.title(), kind=kind)
    rows = "name,email,Shoe,Vegan\nAnna,a@x.example,42.5,tak\nJan,j@x.example,large,\n"
    imported = importing.done(rows, by=owner)
    assert Member.objects.get(name="Anna").fields == {"shoe": "42.5", "vegan": True}
    assert imported.looked["causes"][0][0].startswith("Shoe: ")
    factories.member(merchant=program.merchant, name="Ola", email="o@x.example")
    more = importing.done("email,vegan\no@x.example,no\n", by=owner)
    assert Member.objects.get(name="Ola").fields == {"vegan": False}
    importing.undone(more, by=owner)
    assert Member.objects.get(name="Ola").fields == {}


def test_takes_over_consents_with_their_day_and_none_without(owner: Staff) -> None:
    rows = "Imię i nazwisko;Nr telefonu;Urodziny;Data rejestracji;Newsletter;Zgoda SMS;Data zgody\n"
    rows += "Anna;601 234 567;1990-03-31;2024-05-01;tak;nie;2025-02-03\n"
    rows += "Jan;601 234 568;;2024-05-01;;TAK;\nEwa;601 234 569;;;tak;;\nOla;601 234 560;;;perhaps;;\n"
    imported = importing.done(rows, by=owner)
    kept = [
        (one.member.name, one.key, one.is_given, str(one.at.date()), one.door) for one in Consent.objects.order_by("at")
    ]
    assert kept == [
        ("Jan", "marketing:sms", True, "2024-05-01", "import"),
        ("Anna", "marketing:email", True, "2025-02-03", "import"),
    ]
    assert Member.objects.get(name="Anna").consents == ["marketing:email"]
    causes = sorted(words.split(".")[0] for words, _count, _rows in imported.looked["causes"])
    assert causes == ["A consent is neither yes nor no", "The row says yes to a consent, but not when"]
    assert not importing.undone(imported, by=owner).undone["stay"]


def test_knows_the_columns_of_a_chinese_shop(owner: Staff) -> None:
    importing.done(
        "会员姓名,手机号,出生日期,会员卡号,注册日期\n王明,+86 138 1234 5678,1988-01-02,88001122,2024-03-04\n", by=owner
    )
    ming = Member.objects.get(name="王明")
    assert (ming.phone, str(ming.born_on), ming.number) == ("+8613812345678", "1988-01-02", "88001122")


def test_leaves_the_books_sound_with_tiers_and_points_that_were_spent(owner: Staff, program: Program) -> None:
    anna = factories.account(program=program, email="anna@poczta.example")
    rows = "order_id,customer,date,amount\nB2,anna@poczta.example,2026-03-05,900\n"
    rows += "B1,anna@poczta.example,2026-03-01,700\nB3,C-9,2026-03-02,0\n"
    imported = importing.done(rows, by=owner, kind="orders")
    anna.refresh_from_db()
    assert anna.tier_code == "gold"
    spent = -(anna.balance - 10)
    factories.adjustment(anna, spent, by=factories.staff(merchant=program.merchant, role=Role.OWNER), reason="spent")
    importing.undone(imported, by=owner)
    anna.refresh_from_db()
    assert (anna.tier_code, anna.order_count, anna.balance) == ("bronze", 0, spent)
    books.assert_sound(program.merchant, now=NOW)


def test_does_not_begin_once_the_file_is_gone(owner: Staff) -> None:
    imported = importing.looked(MEMBERS, by=owner)
    filing.sweep(NOW + filing.KEPT)
    with pytest.raises(NotAllowed):
        arriving.start(imported, by=owner, now=NOW + filing.KEPT)


BALANCES = "customer,points\n{number},500\nanna@poczta.example,30\n"


def test_gives_nobody_points_on_their_own_card_by_a_file_of_orders(owner: Staff, program: Program) -> None:
    own = factories.account(program=program, email=owner.user.email.upper())
    lines = f"order_id,customer,date,amount\nA1,{own.member.number},2026-03-01,48.50\nA2,C-7,2026-03-02,10\n"
    imported = importing.done(lines + f"A3,{owner.user.email},2026-03-01,9\n", by=owner, kind="orders")
    assert imported.looked["causes"] == [["Nobody changes points on their own card. Ask a colleague.", 2, [2, 4]]]
    assert [order.reference for order in Order.objects.all()] == ["A2"]


@pytest.mark.parametrize("kind", ["orders", "balances"])
def test_gives_nobody_points_on_a_card_that_became_theirs_meanwhile(kind: str, owner: Staff, program: Program) -> None:
    own = factories.account(program=program, customer_number="C-7")
    content = ORDERS if kind == "orders" else BALANCES.format(number="C-7")
    factories.account(program=program, email="anna@poczta.example")
    imported = importing.looked(content, by=owner, kind=kind, program=program)
    assert imported.looked["new"] == 2
    Member.objects.filter(pk=own.member_id).update(user=owner.user)
    arriving.start(imported, by=owner, now=NOW)
    assert importing.worked(imported).done["refused"] == 1
    assert not LedgerEntry.objects.filter(account=own).exists()


def test_enrols_nobody_under_their_own_address_by_a_file_of_orders(owner: Staff) -> None:
    lines = f"order_id,customer,date,amount\nA1,{owner.user.email},2026-03-01,48.50\nA2,C-7,2026-03-02,10\n"
    assert importing.done(lines, by=owner, kind="orders").looked["refused"] == 1
    assert [member.customer_number for member in Member.objects.all()] == ["C-7"]
