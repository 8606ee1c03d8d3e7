"""Reasons and limits for adjusting points: each test's name finishes "it …"."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from loyalty_site.models import AuditEvent
from members.tests import factories
from programs import correcting
from programs.models import Merchant, Role, Staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 11, tzinfo=UTC)


@pytest.fixture
def marta() -> Staff:
    return factories.staff(merchant=factories.shop().merchant, role=Role.OWNER, name="Marta")


@pytest.fixture
def shop(marta: Staff) -> Merchant:
    return marta.merchant


@pytest.fixture
def owner(client: Client, marta: Staff) -> Client:
    client.force_login(marta.user)
    return client


def page(name: str, shop: Merchant) -> str:
    return reverse(f"dashboard-{name}", args=[shop.slug])


def test_it_offers_the_usual_reasons_until_the_shop_says_others(shop: Merchant, marta: Staff) -> None:
    assert correcting.offered(shop) == ["Forgot the card", "Wrong amount", "Goodwill"]
    correcting.add(shop, "Broken cup", by=marta, now=NOW)
    assert correcting.offered(shop) == ["Forgot the card", "Wrong amount", "Goodwill", "Broken cup"]


def test_it_offers_a_retired_reason_no_more_and_again_when_added(shop: Merchant, marta: Staff) -> None:
    goodwill = next(reason for reason in correcting.written_down(shop) if reason.words == "Goodwill")
    correcting.offer(goodwill, is_active=False, by=marta, now=NOW)
    assert "Goodwill" not in correcting.offered(shop)
    correcting.add(shop, "GOODWILL", by=marta, now=NOW)
    assert correcting.offered(shop)[-1] == "Goodwill"
    assert shop.reasons.count() == 3


def test_it_keeps_the_last_reason(shop: Merchant, marta: Staff) -> None:
    first, *others = correcting.written_down(shop)
    for reason in others:
        correcting.offer(reason, is_active=False, by=marta, now=NOW)
    with pytest.raises(correcting.LastReason):
        correcting.offer(first, is_active=False, by=marta, now=NOW)
    assert correcting.offered(shop) == [first.words]


def test_it_cuts_what_is_said_besides_to_what_an_entry_holds() -> None:
    assert correcting.in_words("Goodwill", " ") == "Goodwill"
    assert len(correcting.in_words("Goodwill", "x" * 300)) == correcting.LONGEST


def test_the_page_adds_and_retires_reasons(owner: Client, shop: Merchant) -> None:
    owner.post(page("reasons", shop), {"words": "Broken cup"})
    owner.post(page("reason-offer", shop), {"words": "Broken cup", "off": "1"})
    assert not shop.reasons.get(words="Broken cup").is_active
    assert "Offer again" in owner.get(page("reasons", shop)).content.decode()
    assert [event.action for event in AuditEvent.objects.order_by("pk")] == ["reason-added", "reason-retired"]


def test_the_page_speaks_of_the_usual_reasons_in_the_shops_language(owner: Client, shop: Merchant) -> None:
    shop.language = "pl"
    shop.save()
    shown = owner.get(page("reasons", shop)).context["reasons"]
    answer = owner.post(page("reason-offer", shop), {"words": shown[0].words, "off": "1"})
    assert answer.status_code == 302
    assert shop.reasons.filter(is_active=False).count() == 1


def limits(shop: Merchant, **changed: str) -> dict[str, str]:
    said = {"role_10": ("200", "500"), "role_20": ("5000", "20000"), "role_30": ("1000000", "10000000")}
    sent = {
        f"{key}_{part}": value for key, both in said.items() for part, value in zip(("each", "day"), both, strict=True)
    }
    return sent | changed


def test_limits_hold_by_role_and_a_persons_own_come_before(owner: Client, shop: Merchant) -> None:
    kuba, ewa = (factories.staff(merchant=shop, name=name) for name in ("Kuba", "Ewa"))
    own = {f"staff_{ewa.pk}_each": "10", f"staff_{ewa.pk}_day": "20"}
    assert owner.post(page("limits", shop), limits(shop, role_10_each="50", role_10_day="60", **own)).status_code == 302
    found = {one.pk: (one.points_per_adjustment, one.points_per_day) for one in shop.staff.filter(role=Role.CASHIER)}
    assert found == {kuba.pk: (50, 60), ewa.pk: (10, 20)}
    assert {event.action for event in AuditEvent.objects.all()} == {"limits-of-roles", "limits-of-person"}
    owner.post(page("limits", shop), limits(shop, role_10_each="50", role_10_day="60"))
    ewa.refresh_from_db()
    assert ewa.points_per_adjustment == 50


def test_a_day_holds_at_least_one_time(owner: Client, shop: Merchant) -> None:
    answer = owner.post(page("limits", shop), limits(shop, role_10_day="100"))
    assert answer.status_code == 422
    assert "less than one time" in answer.content.decode()
    assert shop.limits_of_role(Role.CASHIER) == (200, 500)


def test_nothing_is_written_down_when_nothing_changes(owner: Client, shop: Merchant) -> None:
    owner.post(page("limits", shop), limits(shop))
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("role", [Role.CASHIER, Role.MANAGER])
def test_nobody_but_the_owner_raises_limits(client: Client, shop: Merchant, role: Role) -> None:
    client.force_login(factories.staff(merchant=shop, role=role).user)
    found: Any = client.post(page("limits", shop), limits(shop))
    assert found.status_code == 403
