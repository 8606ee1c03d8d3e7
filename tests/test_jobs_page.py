"""The jobs page: managers see what ran and start it again."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from loyalty_site.jobs import JobKind, drain, open_job
from loyalty_site.models import AuditEvent, Job, User
from loyalty_site.tests import kinds
from loyalty_site.views.dashboard import MANAGER
from members.tests import factories
from programs.models import Merchant, Role, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def job_kinds(settings) -> None:
    settings.JOB_KINDS = kinds.KINDS


@pytest.fixture
def shop() -> Merchant:
    return Merchant.objects.create(name="Bean", slug="bean", currency="PLN", zone_name="Europe/Warsaw")


def signed_in_as(role: Role, shop: Merchant) -> Client:
    user = User.objects.create_user(f"{role.name}@example.com")
    Staff.objects.create(merchant=shop, user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


def test_the_ground_means_the_same_role() -> None:
    assert Role.MANAGER == MANAGER


def test_a_manager_starts_a_job_and_sees_it_wait(shop: Merchant) -> None:
    client = signed_in_as(Role.MANAGER, shop)
    answer = client.post(reverse("dashboard-job-run", args=["bean"]), {"kind": "mark"}, follow=True)
    assert Job.objects.get().chunks.count() == kinds.CHUNKS
    assert "0 of 4 parts" in answer.content.decode()
    assert AuditEvent.objects.get().action == "job-run"


def test_the_panel_asks_again_only_while_something_runs(shop: Merchant) -> None:
    client = signed_in_as(Role.OWNER, shop)
    job = open_job("mark", shop.pk, None)
    page = reverse("dashboard-jobs", args=["bean"])
    busy = client.get(page, headers={"HX-Request": "true"}).content.decode()
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    idle = client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "every 2s" in busy
    assert "every 2s" not in idle
    assert "<html" not in busy


def test_an_unknown_kind_is_not_run(shop: Merchant) -> None:
    client = signed_in_as(Role.MANAGER, shop)
    assert client.post(reverse("dashboard-job-run", args=["bean"]), {"kind": "rm"}).status_code == 404


def test_another_shops_jobs_are_not_shown(shop: Merchant) -> None:
    open_job("mark", shop.pk + 1, None)
    client = signed_in_as(Role.MANAGER, shop)
    assert "Nothing has run yet" in client.get(reverse("dashboard-jobs", args=["bean"])).content.decode()


def test_a_cashier_is_told_that_it_is_not_for_them(shop: Merchant) -> None:
    answer = signed_in_as(Role.CASHIER, shop).get(reverse("dashboard-jobs", args=["bean"]))
    assert answer.status_code == 403
    assert "This is not for your role" in answer.content.decode()


def test_a_stranger_learns_nothing(shop: Merchant, client: Client) -> None:
    assert client.get(reverse("dashboard-jobs", args=["bean"])).status_code == 302
    client.force_login(User.objects.create_user("nobody@example.com"))
    assert client.get(reverse("dashboard-jobs", args=["bean"])).status_code == 404


def test_it_names_the_members_whose_accounts_a_job_left_out(settings, monkeypatch) -> None:
    settings.JOB_KINDS = kinds.OTHERS
    account = factories.account(program=factories.shop(slug="corner"), name="Ewa Zielińska")
    shop = account.program.merchant
    monkeypatch.setattr(kinds, "SOUR", {account.pk, 2**40})
    ranges = [(account.pk, account.pk), (2**40, 2**40)]
    monkeypatch.setattr(kinds, "SOUR_JOB", JobKind("Sour", lambda *_: ranges, kinds.sour, is_of_accounts=True))
    drain(open_job("sour", shop.pk, date(2026, 3, 4)))
    page = signed_in_as(Role.MANAGER, shop).get(reverse("dashboard-jobs", args=["corner"])).content.decode()
    assert "2 accounts are broken and were left out" in page
    assert (
        f'<a href="{reverse("dashboard-member-show", args=["corner", account.member.number])}">Ewa Zielińska</a>'
        in page
    )
    assert f"{2**40} is sour" in page
