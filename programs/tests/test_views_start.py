"""The way of a new owner to a shop, without a browser; every name finishes "it ..."."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from loyalty_site.models import AuditEvent, User
from programs import sign_up
from programs.models import Merchant, Role, Staff

pytestmark = pytest.mark.django_db

OWNER, PASSWORD, SHOP = reverse("start-owner"), reverse("start-password"), reverse("start-shop")
ADDRESS = reverse("start-address")
CORNER = {
    "name": "Corner Café", "slug": "", "country": "PT", "currency": "EUR",
    "zone_name": "Europe/Lisbon", "language": "en",
}  # fmt: skip
OLA = "ola@example.com"


@pytest.fixture(autouse=True)
def open_site(settings: Any) -> None:
    settings.SIGN_UP = "open"


@pytest.fixture
def ola(client: Client) -> User:
    """Somebody with a password, signed in."""
    user = User.objects.create_user(OLA, "a roast of their own", name="Ola")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


def enter_code(client: Client) -> Any:
    code = re.search(r"^\S{4,}$", mail.outbox[-1].body, re.MULTILINE)
    assert code
    return client.post(reverse("account_confirm_login_code"), {"code": code[0], "next": PASSWORD})


def sign_up_as(client: Client, email: str = OLA) -> Any:
    client.post(OWNER, {"email": email}, follow=True)
    return enter_code(client)


def test_it_leads_from_an_address_to_an_open_shop(client: Client) -> None:
    assert sign_up_as(client).url == PASSWORD
    answer = client.post(PASSWORD, {"name": "Ola Nowak", "password": "a roast of their own"})
    assert answer.url == SHOP
    assert client.post(SHOP, CORNER).url == "/m/corner-cafe/look/"
    merchant = Merchant.objects.get()
    assert (merchant.name, merchant.currency, merchant.zone.key, merchant.card_prefix) == (
        "Corner Café", "EUR", "Europe/Lisbon", "CC",
    )  # fmt: skip
    assert Staff.objects.get(user__email=OLA).role == Role.OWNER
    assert not merchant.programs.exists()
    assert User.objects.get().check_password("a roast of their own")
    assert AuditEvent.objects.get(merchant_id=merchant.pk).action == "open-shop"


def test_it_tells_strangers_nothing_about_an_address() -> None:
    User.objects.create_user(OLA, "a long password")
    known = Client().post(OWNER, {"email": OLA}, follow=True)
    new = Client().post(OWNER, {"email": "new@example.com"}, follow=True)
    tokens = re.compile(r'(x-csrftoken": "|csrfmiddlewaretoken" value=")\w+')
    assert tokens.sub("", known.text.replace(OLA, "")) == tokens.sub("", new.text.replace("new@example.com", ""))
    assert [letter.to for letter in mail.outbox] == [[OLA], ["new@example.com"]]


def test_it_keeps_the_password_of_somebody_who_has_one(client: Client) -> None:
    User.objects.create_user(OLA, "a long password")
    sign_up_as(client)
    assert client.get(PASSWORD).url == SHOP
    client.post(PASSWORD, {"name": "Eve", "password": "another long password"})
    assert User.objects.get().check_password("a long password")


def test_it_sets_no_password_before_the_address_is_proven(client: Client) -> None:
    client.post(OWNER, {"email": OLA, "password": "mine from the start"})
    assert not User.objects.get().has_usable_password()
    assert client.get(PASSWORD).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("password", ["short", "1234567890", "ola@example.com", ""])
def test_it_refuses_a_weak_password_in_words(client: Client, password: str) -> None:
    sign_up_as(client)
    answer = client.post(PASSWORD, {"name": "Ola", "password": password})
    assert answer.status_code == 422
    assert answer.context["form"]["password"].errors
    assert not User.objects.get().has_usable_password()


def test_it_asks_for_a_password_before_a_shop(client: Client) -> None:
    sign_up_as(client)
    assert client.get(SHOP).url == PASSWORD
    assert client.post(SHOP, CORNER).url == PASSWORD


def test_it_holds_back_who_tries_too_often(client: Client) -> None:
    answers = [client.post(OWNER, {"email": "nonsense"}) for _ in range(21)]
    let_in = [answer.status_code for answer in answers].index(429)
    assert {answer.status_code for answer in answers[:let_in]} == {422}
    assert 10 <= let_in <= 20  # a minute may have turned
    assert 0 < int(answers[let_in]["Retry-After"]) <= 60
    assert client.get(OWNER).status_code == 200


@pytest.mark.parametrize(
    ("says", "has_shop", "has_mail", "is_open"),
    [
        ("open", True, True, True),
        ("open", True, False, False),
        ("open", False, False, True),
        ("first", False, True, True),
        ("first", True, True, False),
        ("closed", False, True, False),
    ],
)
def test_it_is_open_to_whom_the_operator_says(
    client: Client, settings: Any, says: str, has_shop: bool, has_mail: bool, is_open: bool
) -> None:
    settings.SIGN_UP = says
    if not has_mail:
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    if has_shop:
        Merchant.objects.create(name="Bean", slug="bean", currency="PLN", zone_name="Europe/Warsaw")
    assert sign_up.is_open() is is_open
    assert ("No new shops here" in client.get(OWNER).text) is not is_open
    assert ("Open your shop" in client.get(reverse("account_login")).text) is is_open


def test_it_believes_the_first_owner_where_no_mail_leaves(client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    sent = {"email": "Ola@Example.com", "name": "Ola", "password": "a roast of their own"}
    assert client.post(OWNER, sent).url == SHOP
    assert client.post(SHOP, CORNER).url == "/m/corner-cafe/look/"
    assert Client().post(OWNER, sent | {"email": "eve@example.com"}).status_code == 200  # closed by now
    assert User.objects.get().email == OLA


def test_it_gives_nobodys_login_away_where_no_mail_leaves(client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    User.objects.create_superuser(OLA, "the operator's own")
    answer = client.post(OWNER, {"email": OLA, "name": "Eve", "password": "a password of Eve"})
    assert answer.status_code == 422
    assert User.objects.get().check_password("the operator's own")


@pytest.mark.parametrize(
    ("says", "role", "may"),
    [("first", Role.OWNER, True), ("first", Role.MANAGER, False), ("closed", Role.OWNER, False)],
)
def test_it_lets_owners_open_another_shop(
    client: Client, ola: User, settings: Any, says: str, role: Role, may: bool
) -> None:
    settings.SIGN_UP = says
    bean = Merchant.objects.create(name="Bean", slug="bean", currency="PLN", zone_name="Europe/Warsaw")
    Staff.objects.create(merchant=bean, user=ola, role=role)
    answer = client.post(SHOP, CORNER)
    assert answer.status_code == (302 if may else 422)
    assert Merchant.objects.filter(name="Corner Café").exists() is may


def test_it_opens_one_shop_however_often_the_form_is_sent(client: Client, ola: User) -> None:
    first, again = (
        client.post(SHOP, CORNER | {"slug": "corner-cafe"}),
        client.post(SHOP, CORNER | {"slug": "corner-cafe"}),
    )
    assert first.url == again.url
    assert Merchant.objects.count() == 1


def test_it_refuses_an_address_that_is_taken_and_keeps_what_was_typed(client: Client, ola: User) -> None:
    Merchant.objects.create(name="Other", slug="corner", currency="PLN", zone_name="Europe/Warsaw")
    answer = client.post(SHOP, CORNER | {"slug": "corner"})
    assert answer.status_code == 422
    assert "Another shop has the address" in answer.text
    assert 'value="Corner Café"' in answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "x" * 81), ("slug", "Corner Café!"), ("slug", "a"), ("slug", "../admin"),
        ("currency", "DEM"),
        ("currency", ""), ("zone_name", "Mars/Olympus"), ("zone_name", ""), ("country", "XX"), ("language", "tlh"),
        ("other_languages", ["tlh"]),
    ],
)  # fmt: skip
def test_it_refuses_what_no_shop_can_have(client: Client, ola: User, field: str, value: Any) -> None:
    answer = client.post(SHOP, CORNER | {field: value})
    assert answer.status_code == 422
    assert answer.context["form"][field].errors
    assert not Merchant.objects.exists()


@pytest.mark.parametrize(
    ("currency", "zone", "country"),
    [("JPY", "Asia/Tokyo", "JP"), ("KWD", "Asia/Kuwait", "KW"), ("INR", "Asia/Kolkata", "IN"), ("EUR", "UTC", "DE")],
)
def test_it_takes_any_money_and_zone(client: Client, ola: User, currency: str, zone: str, country: str) -> None:
    client.post(SHOP, CORNER | {"currency": currency, "zone_name": zone, "country": country})
    assert Merchant.objects.get().zone.key == zone


def test_it_writes_the_main_language_once(client: Client, ola: User) -> None:
    client.post(SHOP, CORNER | {"language": "pl", "other_languages": ["pl", "en"]})
    assert Merchant.objects.get().languages == ["pl", "en"]


@pytest.mark.parametrize(
    ("name", "address"),
    [("Żółw & Syn", "zolw-syn"), ("Corner Café", "corner-cafe"), ("茶馆", "shop"), ("", "shop"), ("—", "shop"),
     ("A" * 80, "a" * 40), ("O'Neill’s", "oneills"), ("Straße 8", "strasse-8")],
)  # fmt: skip
def test_it_suggests_an_address(client: Client, ola: User, name: str, address: str) -> None:
    assert f'value="{address}"' in client.get(ADDRESS, {"name": name}).text


def test_it_suggests_another_address_where_one_is_taken(client: Client, ola: User) -> None:
    for slug in ("corner", "corner-2"):
        Merchant.objects.create(name="Other", slug=slug, currency="PLN", zone_name="Europe/Warsaw")
    assert 'value="corner-3"' in client.get(ADDRESS, {"name": "Corner"}).text


def test_it_leaves_an_address_that_was_typed_and_says_if_it_is_taken(client: Client, ola: User) -> None:
    Merchant.objects.create(name="Other", slug="mine", currency="PLN", zone_name="Europe/Warsaw")
    text = client.get(ADDRESS, {"name": "Corner", "slug": "mine", "suggested": "corner"}).text
    assert 'value="mine"' in text
    assert "Another shop has this address" in text


def test_it_limits_the_shops_of_one_owner(client: Client, ola: User) -> None:
    for number in range(20):
        shop = Merchant.objects.create(name="S", slug=f"s{number}", currency="PLN", zone_name="Europe/Warsaw")
        Staff.objects.create(merchant=shop, user=ola, role=Role.OWNER)
    assert "You have 20 shops here" in client.post(SHOP, CORNER).text
