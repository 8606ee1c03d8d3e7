"""Tests of opening a shop and publishing its terms by command; every name finishes "it ..."."""

import re
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from loyalty_site.models import User
from programs.models import Merchant, Program, ProgramVersion, Role, Staff
from programs.versions import current

pytestmark = pytest.mark.django_db


def opened(slug: str = "corner-cafe", **options: str) -> str:
    said = StringIO()
    wanted = {"name": "Corner Café", "owner": "Ola@example.com", "currency": "eur", "zone": "Europe/Lisbon"} | options
    call_command("open_shop", slug, stdout=said, **wanted)
    return said.getvalue()


def test_it_opens_a_shop_with_its_owner_and_terms_in_force() -> None:
    assert "/m/corner-cafe/" in opened(preset="stamps")
    merchant = Merchant.objects.get()
    assert (merchant.currency, merchant.zone.key) == ("EUR", "Europe/Lisbon")
    assert Staff.objects.get().role == Role.OWNER
    assert current(merchant.programs.get(), now=timezone.now()).terms.unit.one == "stamp"


def test_it_lets_the_new_owner_choose_a_password_and_sign_in(client: Client) -> None:
    opened()
    client.post(reverse("account_reset_password"), {"email": "ola@example.com"})
    code = re.search(r"^\S{4,}$", mail.outbox[-1].body, re.MULTILINE)
    assert code
    client.post(reverse("account_confirm_password_reset_code"), {"code": code[0]})
    chosen = {"password1": "a-roast-of-their-own", "password2": "a-roast-of-their-own"}
    client.post(reverse("account_complete_password_reset"), chosen)
    answer = Client().post(reverse("account_login"), {"login": "ola@example.com", "password": "a-roast-of-their-own"})
    assert (answer.status_code, answer.url) == (302, reverse("landing"))


def test_it_keeps_an_owner_who_is_known_here() -> None:
    User.objects.create_user("ola@example.com", "a-long-password")
    opened()
    assert User.objects.get().check_password("a-long-password")


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [("currency", "XXQ", "currency"), ("zone", "Mars/Olympus", "zone_name"), ("colour", "green", "accent")],
)
def test_it_refuses_what_no_shop_can_have(option: str, value: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        opened(**{option: value})
    assert not Merchant.objects.exists()


def test_it_refuses_an_address_that_is_taken() -> None:
    opened()
    with pytest.raises(CommandError, match="slug"):
        opened()


def test_it_writes_terms_that_publish_back_as_the_same(tmp_path: Path) -> None:
    opened(preset="coffee-shop")
    said = StringIO()
    call_command("show_terms", merchant="corner-cafe", stdout=said)
    file = tmp_path / "terms.yaml"
    file.write_text(said.getvalue())
    call_command("publish_terms", str(file), merchant="corner-cafe", stdout=StringIO())
    first, second = ProgramVersion.objects.order_by("number")
    assert first.terms == second.terms


def test_it_publishes_from_the_start_of_a_later_day(tmp_path: Path) -> None:
    opened()
    file = tmp_path / "terms.yaml"
    file.write_text(yaml.safe_dump({"earning": {"points": 2}}))
    call_command("publish_terms", str(file), "--merchant=corner-cafe", "--from=2100-07-01", stdout=StringIO())
    version = Program.objects.get().versions.get(number=2)
    assert version.effective_at.isoformat() == "2100-06-30T23:00:00+00:00"


@pytest.mark.parametrize(
    ("terms", "words"),
    [("earning: {points: 1, colour: red}", "earning.colour"), ("earning: [", "cannot be read"), ("", "empty")],
)
def test_it_refuses_terms_by_the_path_of_the_fault(tmp_path: Path, terms: str, words: str) -> None:
    opened()
    file = tmp_path / "terms.yaml"
    file.write_text(terms)
    with pytest.raises(CommandError, match=words):
        call_command("publish_terms", str(file), merchant="corner-cafe", stdout=StringIO())
    assert ProgramVersion.objects.count() == 1


def test_it_refuses_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no program"):
        call_command("show_terms", merchant="nowhere")


def test_it_shows_the_operator_shops_places_and_people(client: Client) -> None:
    opened()
    client.force_login(
        User.objects.create_superuser("op@example.com", "a-long-password"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    merchant = Merchant.objects.get()
    for path in ("merchant/", f"merchant/{merchant.pk}/change/", "location/add/", "staff/add/", "programversion/"):
        assert client.get(f"/admin/programs/{path}").status_code == 200
