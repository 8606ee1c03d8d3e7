"""The pages of merging: finding pairs, both side by side, doing it, undoing it."""

import pytest
from django.test import Client
from django.urls import reverse

from loyalty_site.models import AuditEvent
from members.merging import duplicates, together
from members.models import Duplicate, Member, Merge
from members.reading import statement
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Role

pytestmark = pytest.mark.django_db


class Desk:
    """A manager at a desk, with two members who are one person."""

    def __init__(self) -> None:
        self.program = factories.shop()
        self.merchant = self.program.merchant
        self.manager = factories.staff(merchant=self.merchant, role=Role.MANAGER)
        self.anna = factories.account(program=self.program, name="Anna Kowalczyk", email="anna.k@example.com")
        self.ania = factories.account(program=self.program, name="Ania Kowalczyk", email="annak@example.com")
        factories.order(self.anna, "100.00")
        factories.order(self.ania, "30.00")
        self.client = Client()
        self.client.force_login(self.manager.user)

    def url(self, name: str, *args: object) -> str:
        return reverse(name, args=[self.merchant.slug, *args])

    def review(self) -> str:
        return self.url("dashboard-merge-review", self.anna.member.number, self.ania.member.number)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_it_lists_who_may_be_one_person(desk: Desk) -> None:
    assert duplicates.find(desk.merchant.pk, now=NOW) == 1
    page = desk.client.get(desk.url("dashboard-duplicates")).content.decode()
    assert "Anna Kowalczyk" in page
    assert "Same e-mail address in another spelling" in page


def test_two_people_are_not_asked_about_again(desk: Desk) -> None:
    duplicates.find(desk.merchant.pk, now=NOW)
    pair = Duplicate.objects.get()
    for _again in range(2):
        desk.client.post(desk.url("dashboard-duplicate-dismiss", pair.pk))
    assert AuditEvent.objects.filter(action="dismiss-duplicate").count() == 1
    duplicates.find(desk.merchant.pk, now=NOW)
    assert not Duplicate.objects.open().exists()


def test_both_stand_side_by_side_and_nothing_is_changed(desk: Desk) -> None:
    page = desk.client.get(desk.review()).content.decode()
    assert "annak@example.com" in page
    assert "130\xa0points" in page
    assert not Merge.objects.exists()


def test_a_post_merges_with_what_was_chosen(desk: Desk) -> None:
    answer = desk.client.post(desk.review(), {"name": "member", "email": "into"})
    assert answer.status_code == 302
    anna = Member.objects.get(pk=desk.anna.member_id)
    assert (anna.name, anna.email) == ("Ania Kowalczyk", "anna.k@example.com")
    assert "130" in desk.client.get(desk.url("dashboard-member-show", anna.number)).content.decode()


def test_a_card_that_was_merged_leads_to_the_one_that_stays(desk: Desk) -> None:
    together.merge(desk.ania.member, into=desk.anna.member, by=desk.manager, now=NOW)
    answer = desk.client.get(desk.url("dashboard-member-show", desk.ania.member.number))
    assert answer["Location"] == desk.url("dashboard-member-show", desk.anna.member.number)


def test_the_ledger_has_what_both_cards_did(desk: Desk) -> None:
    together.merge(desk.ania.member, into=desk.anna.member, by=desk.manager, now=NOW)
    entries = statement.of_account(desk.anna)
    assert sorted(entries.values_list("kind", "points")) == [("earn", 30), ("earn", 100), ("transfer", 30)]


def test_whoever_cannot_be_merged_is_told_why(desk: Desk) -> None:
    url = desk.url("dashboard-merge-review", desk.anna.member.number, desk.anna.member.number)
    assert "Choose two different members." in desk.client.get(url).content.decode()
    assert desk.client.post(url).status_code == 422


def test_it_finds_the_other_card_by_name(desk: Desk) -> None:
    url = desk.url("dashboard-member-merge", desk.anna.member.number)
    assert desk.review() in desk.client.get(url, {"q": "Ania"}).content.decode()


def test_an_undo_says_what_it_does_and_does_it(desk: Desk) -> None:
    desk.client.post(desk.review(), {})
    merge = Merge.objects.get()
    undo = desk.url("dashboard-merge-undo", merge.pk)
    assert undo in desk.client.get(desk.url("dashboard-member-merge", desk.anna.member.number)).content.decode()
    assert "again" in desk.client.get(undo).content.decode()
    desk.client.post(undo)
    assert Member.objects.get(pk=desk.ania.member_id).merged_into is None
