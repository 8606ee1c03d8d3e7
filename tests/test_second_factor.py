"""The second factor: owed by owners and managers where the site requires one, and how it is given, added and lost."""

from __future__ import annotations

import re
import time
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from loyalty_site import second_factor
from loyalty_site.models import User
from members.tests import factories
from programs.models import Role, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def required(settings) -> None:
    settings.SECOND_FACTOR = "required"


@pytest.fixture
def marta() -> Staff:
    return factories.staff(merchant=factories.shop().merchant, role=Role.OWNER, name="Marta")


def code_of(user: User, *, steps: int = 0) -> str:
    """What the person's app shows now, or some half minutes from now."""
    kept = Authenticator.objects.get(user=user, type="totp").data["secret"]
    return shown(second_factor.Adapter().decrypt(kept), steps=steps)


def shown(secret: str, *, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time() // 30) + steps))


def signed_in(user: User) -> Client:
    client = Client()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": factories.PASSWORD})
    assert answer.status_code == 302
    return client


def set_up(client: Client) -> None:
    """Add an app, as the page for it is filled in."""
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'id="key"[^>]*>([A-Z2-7]+)<', page)[1]
    answer = client.post(reverse("mfa_activate_totp"), {"code": shown(secret)})
    assert (answer.status_code, answer.url) == (302, reverse("mfa_view_recovery_codes"))


def home_of(staff: Staff) -> str:
    return reverse("dashboard-members", args=[staff.merchant.slug])


def test_an_owner_is_led_to_it_and_comes_back_to_where_they_went(marta: Staff) -> None:
    client = signed_in(marta.user)
    led = client.get(home_of(marta), follow=True)
    assert led.redirect_chain[-1][0].startswith(reverse("mfa_index"))
    assert "Add a second step" in led.content.decode()
    set_up(client)
    codes = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert len(re.findall(r"\b\d{8}\b", codes)) == 10
    assert f'href="{home_of(marta)}"' in codes
    assert client.get(home_of(marta)).status_code == 200


@pytest.mark.parametrize(("role", "status"), [(Role.CASHIER, 200), (Role.MANAGER, 302), (Role.OWNER, 302)])
def test_it_is_asked_of_whoever_may_change_a_program(marta: Staff, role: Role, status: int) -> None:
    person = factories.staff(merchant=marta.merchant, role=role)
    assert signed_in(person.user).get(home_of(person)).status_code == status


def test_every_page_and_form_waits_for_it(marta: Staff) -> None:
    client = signed_in(marta.user)
    for name in ("dashboard-home", "dashboard-shop-edit", "till-home", "dashboard-developer"):
        assert client.get(reverse(name, args=[marta.merchant.slug])).url.startswith(reverse("mfa_index"))
    sent = client.post(reverse("dashboard-shop-edit", args=[marta.merchant.slug]), {"name": "Other"})
    assert sent.url.startswith(reverse("mfa_index"))
    marta.merchant.refresh_from_db()
    assert marta.merchant.name == "Bean & Leaf"


def test_a_part_of_a_page_moves_the_whole_page(marta: Staff) -> None:
    asked = {"HX-Request": "true", "HX-Current-URL": f"https://testserver{home_of(marta)}"}
    answer = signed_in(marta.user).get(home_of(marta), headers=asked)
    assert answer.headers["HX-Redirect"].startswith(reverse("mfa_index"))


def test_where_it_is_offered_nobody_has_to(marta: Staff, settings) -> None:
    settings.SECOND_FACTOR = "offered"
    assert signed_in(marta.user).get(home_of(marta)).status_code == 200


def test_the_next_sign_in_asks_for_the_code(marta: Staff) -> None:
    set_up(signed_in(marta.user))
    client = signed_in(marta.user)
    assert client.get(home_of(marta)).url.startswith(reverse("account_login"))
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "This is not the code" in wrong.content.decode()
    right = client.post(reverse("mfa_authenticate"), {"code": code_of(marta.user)})
    assert right.status_code == 302
    assert client.get(home_of(marta)).status_code == 200


def test_a_code_opens_once(marta: Staff) -> None:
    set_up(signed_in(marta.user))
    code = code_of(marta.user)
    first, second = signed_in(marta.user), signed_in(marta.user)
    assert first.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert second.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_a_recovery_code_opens_once(marta: Staff) -> None:
    client = signed_in(marta.user)
    set_up(client)
    code = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
    answers = [signed_in(marta.user).post(reverse("mfa_authenticate"), {"code": code}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 200]


def test_a_session_from_before_is_asked_once(marta: Staff) -> None:
    before = signed_in(marta.user)
    set_up(signed_in(marta.user))
    led = before.get(home_of(marta))
    assert led.url.startswith(reverse("mfa_reauthenticate"))
    page = before.get(led.url).content.decode()
    assert "Use your password" not in page, "a password is no second factor"
    answer = before.post(led.url, {"code": code_of(marta.user), "next": home_of(marta)})
    assert answer.url == home_of(marta)
    assert before.get(home_of(marta)).status_code == 200


def test_a_password_alone_does_not_pass_for_it(marta: Staff) -> None:
    before = signed_in(marta.user)
    set_up(signed_in(marta.user))
    confirm = f"{reverse('account_reauthenticate')}?next={home_of(marta)}"
    before.post(confirm, {"password": factories.PASSWORD, "next": home_of(marta)})
    assert before.get(home_of(marta)).url.startswith(reverse("mfa_reauthenticate"))


@pytest.mark.parametrize(
    "page",
    [
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_add_webauthn",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
    ],
)
def test_a_session_from_before_passes_it_by_no_other_page(marta: Staff, page: str) -> None:
    before = signed_in(marta.user)
    set_up(signed_in(marta.user))
    for asked in (before.get, before.post):
        assert asked(reverse(page)).url.startswith(reverse("mfa_reauthenticate"))
    assert Authenticator.objects.filter(user=marta.user, type="totp").exists()


def test_giving_up_the_last_one_is_as_if_it_never_was(marta: Staff) -> None:
    client, other = signed_in(marta.user), None
    set_up(client)
    other = signed_in(marta.user)
    other.post(reverse("mfa_authenticate"), {"code": code_of(marta.user)})
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.exists()
    assert client.get(home_of(marta)).url.startswith(reverse("mfa_index"))
    assert other.get(home_of(marta)).url.startswith(reverse("account_login")), "signed out elsewhere"


def test_secrets_cannot_be_read_without_the_key_of_the_site(marta: Staff, settings) -> None:
    client = signed_in(marta.user)
    secret = re.search(r'id="key"[^>]*>([A-Z2-7]+)<', client.get(reverse("mfa_activate_totp")).content.decode())[1]
    client.post(reverse("mfa_activate_totp"), {"code": shown(secret)})
    assert secret not in str(list(Authenticator.objects.values()))
    kept = Authenticator.objects.get(type="totp").data["secret"]
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key" * 5
    second_factor.locks.cache_clear()
    assert second_factor.Adapter().decrypt(kept) == secret
    settings.SECRET_KEY_FALLBACKS = []
    second_factor.locks.cache_clear()
    lost = {second_factor.Adapter().decrypt(kept) for _ in range(3)}
    assert len(lost - {"", secret}) == 3, "a lost secret is one that nobody knows"


@pytest.fixture(autouse=True)
def fresh_locks() -> None:
    second_factor.locks.cache_clear()


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example/"])
def test_it_leads_nowhere_else_afterwards(marta: Staff, place: str) -> None:
    client = signed_in(marta.user)
    set_up(client)
    session = client.session
    session[second_factor.AFTERWARDS] = place
    session.save()
    assert "evil.example" not in client.get(reverse("mfa_view_recovery_codes")).content.decode()


def test_strangers_see_none_of_its_pages(marta: Staff) -> None:
    names = ["mfa_index", "mfa_activate_totp", "mfa_view_recovery_codes", "mfa_add_webauthn", "mfa_reauthenticate"]
    for name in [*names, "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "account_reauthenticate"]:
        assert Client().get(reverse(name)).url.startswith(reverse("account_login"))


def test_the_operator_helps_who_lost_everything(marta: Staff) -> None:
    client = signed_in(marta.user)
    set_up(client)
    call_command("reset_second_factor", marta.user.email.upper(), stdout=StringIO())
    assert not Authenticator.objects.exists()
    assert client.get(home_of(marta)).url.startswith(reverse("account_login"))
    assert signed_in(marta.user).get(home_of(marta)).url.startswith(reverse("mfa_index"))
    with pytest.raises(CommandError, match="Nobody signs in"):
        call_command("reset_second_factor", "nobody@example.com")
