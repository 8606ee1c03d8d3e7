"""The developer page: keys and the log of requests."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from members.tests import factories
from members.tests.calling import Shop
from programs.models import ApiKey, ApiRequest, Merchant, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Merchant:
    return factories.shop().merchant


@pytest.fixture
def owner(client: Client, merchant: Merchant) -> Client:
    client.force_login(factories.staff(merchant=merchant, role=Role.OWNER).user)
    return client


def test_a_form_sent_twice_makes_one_key_and_shows_it_once(owner: Client, merchant: Merchant) -> None:
    url = reverse("dashboard-key-make", args=[merchant.slug])
    sent = {"name": "Web shop", "scopes": ["read", "orders"], "reference": str(uuid4())}
    first, again = owner.post(url, sent), owner.post(url, sent)
    key = ApiKey.objects.get()
    assert key.prefix in first.content.decode()
    assert "no-store" in first.headers["Cache-Control"]
    assert (again.status_code, again.headers["Location"]) == (302, reverse("dashboard-developer", args=[merchant.slug]))
    assert first.context["text"] not in owner.get(again.headers["Location"]).content.decode()


def test_a_key_needs_a_name_and_something_it_may_do(owner: Client, merchant: Merchant) -> None:
    answer = owner.post(reverse("dashboard-key-make", args=[merchant.slug]), {"reference": str(uuid4())})
    assert answer.status_code == 422
    assert not ApiKey.objects.exists()


def test_a_revoked_key_is_let_in_no_more(owner: Client, merchant: Merchant) -> None:
    shop = Shop(factories.api_key(merchant=merchant))
    assert shop.get("/rewards").status_code == 200
    owner.post(reverse("dashboard-key-revoke", args=[merchant.slug, ApiKey.objects.get().pk]))
    assert shop.get("/rewards").status_code == 401
    page = owner.get(reverse("dashboard-developer", args=[merchant.slug]))
    assert (list(page.context["keys"]), len(page.context["sheet"].rows)) == ([], 1)


def test_the_log_shows_no_person_and_no_other_shops_requests(owner: Client, merchant: Merchant) -> None:
    anna = factories.member(merchant=merchant, email="anna@example.com")
    Shop(factories.api_key(merchant=merchant)).get(f"/members/{anna.email}")
    Shop(factories.api_key(merchant=factories.merchant())).get("/rewards")
    page = owner.get(reverse("dashboard-developer", args=[merchant.slug]))
    assert [row.path for row in page.context["sheet"].rows] == ["/api/v1/members/{number}"]
    assert anna.email not in page.content.decode()


@pytest.mark.parametrize(("status", "found"), [("", [404, 200]), ("done", [200]), ("refused", [404]), ("failed", [])])
def test_the_log_is_sifted_by_status(owner: Client, merchant: Merchant, status: str, found: list[int]) -> None:
    shop = Shop(factories.api_key(merchant=merchant))
    shop.get("/rewards")
    shop.get("/members/nobody")
    page = owner.get(reverse("dashboard-developer", args=[merchant.slug]), {"status": status})
    assert [row.status for row in page.context["sheet"].rows] == found


def test_the_log_goes_on_from_the_oldest_shown(owner: Client, merchant: Merchant) -> None:
    shop, url = Shop(factories.api_key(merchant=merchant)), reverse("dashboard-developer", args=[merchant.slug])
    for _ in range(26):
        shop.get("/rewards")
    first = owner.get(url).context["sheet"]
    second = owner.get(url, {"before": first.older}).context["sheet"]
    assert (len(first.rows), len(second.rows), second.older) == (25, 1, None)
    assert ApiRequest.objects.count() == 26
