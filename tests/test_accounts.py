"""Signing in: staff by password, customers by code, nobody by themselves."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from loyalty_site.models import User
from members.models import Member
from programs.models import Merchant

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Merchant:
    return Merchant.objects.create(name="Bean", slug="bean", currency="PLN", zone_name="Europe/Warsaw")


@pytest.fixture
def anna(shop: Merchant) -> Member:
    return Member.objects.create(merchant=shop, number="1", name="Anna", email="Anna@example.com")


def ask_for_code(client: Client, email: str, follow: bool = True):
    return client.post(reverse("account_request_login_code"), {"email": email}, follow=follow)


def enter_code(client: Client):
    code = re.search(r"^\S{4,}$", mail.outbox[-1].body, re.MULTILINE)
    return client.post(reverse("account_confirm_login_code"), {"code": code[0]})


def test_staff_sign_in_by_password_in_any_case(client: Client) -> None:
    User.objects.create_user("Ewa@example.com", "a-long-password", name="Ewa")
    answer = client.post(reverse("account_login"), {"login": "ewa@EXAMPLE.com", "password": "a-long-password"})
    assert (answer.status_code, answer.url) == (302, reverse("landing"))


def test_a_wrong_password_is_refused_with_words(client: Client) -> None:
    User.objects.create_user("ewa@example.com", "a-long-password")
    answer = client.post(reverse("account_login"), {"login": "ewa@example.com", "password": "another"})
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_a_customer_signs_in_by_code_and_gets_the_card(client: Client, anna: Member) -> None:
    assert ask_for_code(client, "anna@example.com").status_code == 200
    assert mail.outbox[-1].to == ["anna@example.com"]
    assert Member.objects.get().user is None
    assert enter_code(client).status_code == 302
    assert Member.objects.get().user == User.objects.get(email__iexact="anna@example.com")


def test_a_password_does_not_hand_over_cards(client: Client, anna: Member) -> None:
    User.objects.create_user("anna@example.com", "a-long-password")
    client.post(reverse("account_login"), {"login": "anna@example.com", "password": "a-long-password"})
    assert Member.objects.get().user is None


def test_a_stranger_sees_the_same_page_and_gets_no_mail(client: Client, anna: Member) -> None:
    known, unknown = ask_for_code(client, "anna@example.com"), ask_for_code(Client(), "nobody@example.com")
    assert known.redirect_chain == unknown.redirect_chain
    assert len(mail.outbox) == 1
    assert not User.objects.filter(email="nobody@example.com").exists()


def test_codes_are_limited_per_address(anna: Member, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": "2/m/key"}
    cache.clear()
    answers = [ask_for_code(Client(), "anna@example.com", follow=False) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 200]
    assert len(mail.outbox) == 2


def test_a_forgotten_password_is_replaced_by_code(client: Client) -> None:
    User.objects.create_user("ewa@example.com", "a-long-password")
    client.post(reverse("account_reset_password"), {"email": "ewa@example.com"}, follow=True)
    code = re.search(r"^\S{4,}$", mail.outbox[-1].body, re.MULTILINE)[0]
    client.post(reverse("account_confirm_password_reset_code"), {"code": code}, follow=True)
    words = {"password1": "a-quite-new-one", "password2": "a-quite-new-one"}
    assert client.post(reverse("account_complete_password_reset"), words, follow=True).status_code == 200
    assert User.objects.get().check_password("a-quite-new-one")


@pytest.mark.parametrize("path", ["signup/", "email/", "3rdparty/", "password/change/"])
def test_pages_without_a_face_of_ours_do_not_exist(client: Client, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404


def test_the_admin_asks_for_the_same_sign_in(client: Client) -> None:
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith(reverse("account_login"))


def test_two_people_cannot_have_one_address() -> None:
    User.objects.create_user("ewa@example.com")
    with pytest.raises(Exception, match="user_email_unique"):
        User.objects.create_user("EWA@example.com")


@pytest.mark.parametrize("came_from", ["", "/p/bean/"])
def test_who_mistyped_the_address_can_ask_for_another_code(client: Client, shop: Merchant, came_from: str) -> None:
    ask_for_code(client, "anan@example.com")
    page = client.get(reverse("account_confirm_login_code"), {"next": came_from} if came_from else {})
    (wanted,) = re.findall(r'name="next" value="([^"]+)">\s*<button class="btn quiet">', page.content.decode())
    answer = client.post(reverse("account_logout"), {"next": wanted}, follow=True)
    asks_at = reverse("portal-sign-in", args=["bean"]) if came_from else reverse("account_request_login_code")
    assert answer.redirect_chain[-1][0].startswith(asks_at)
    assert answer.status_code == 200
