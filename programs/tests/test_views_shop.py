"""The shop's settings, its look, and the gallery of presets; every name finishes "it ..."."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from loyalty_site.models import AuditEvent, User
from programs import beginning, drafts, gallery, versions
from programs.models import Draft, Merchant, Program, ProgramVersion, Role, Staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def bean() -> Merchant:
    return Merchant.objects.create(name="Bean", slug="bean", currency="JPY", zone_name="Asia/Tokyo", country="JP")


@pytest.fixture
def owner(client: Client, bean: Merchant) -> User:
    user = User.objects.create_user("ola@example.com", "a roast of their own", name="Ola")
    Staff.objects.create(merchant=bean, user=user, role=Role.OWNER)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


def at(name: str, *more: str) -> str:
    return reverse(f"dashboard-{name}", args=["bean", *more])


SETTINGS = {"name": "Bean", "country": "JP", "currency": "JPY", "zone_name": "Asia/Tokyo", "language": "en"}


def png(size: tuple[int, int] = (300, 300)) -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", size, "#a03020").save(file, "PNG")
    return SimpleUploadedFile("logo.png", file.getvalue(), "image/png")


# Settings


def test_it_changes_name_place_and_languages(client: Client, owner: User, bean: Merchant) -> None:
    client.post(at("shop-edit"), SETTINGS | {"name": "Bean & Leaf", "language": "pl", "other_languages": ["en"]})
    bean.refresh_from_db()
    assert (bean.name, bean.languages) == ("Bean & Leaf", ["pl", "en"])
    event = AuditEvent.objects.get(action="shop-settings")
    assert event.details == {
        "before": {"name": "Bean", "language": "en", "other_languages": []},
        "after": {"name": "Bean & Leaf", "language": "pl", "other_languages": ["en"]},
    }


def test_it_changes_the_currency_only_before_anything_is_written_in_it(
    client: Client, owner: User, bean: Merchant
) -> None:
    client.post(at("shop-edit"), SETTINGS | {"currency": "EUR"})
    bean.refresh_from_db()
    assert bean.currency == "EUR"
    program = Program.objects.create(merchant=bean, name="Points", code="points")
    versions.publish(program, gallery.PRESETS["vip"], effective_at=NOW, author=None)
    client.post(at("shop-edit"), SETTINGS | {"currency": "KWD"})
    bean.refresh_from_db()
    assert bean.currency == "EUR"
    assert "It stays: terms and purchases are written in it." in client.get(at("shop-edit")).text


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("zone_name", "Mars/Olympus"), ("language", "tlh")])
def test_it_refuses_settings_no_shop_can_have(
    client: Client, owner: User, bean: Merchant, field: str, value: str
) -> None:
    answer = client.post(at("shop-edit"), SETTINGS | {field: value})
    assert answer.status_code == 422
    assert answer.context["form"][field].errors
    assert '<b class="clip">Bean</b>' in answer.text


def test_it_offers_a_zone_that_was_kept_under_a_former_name_under_its_present_one(
    client: Client, owner: User, bean: Merchant
) -> None:
    Merchant.objects.update(zone_name="Asia/Calcutta")
    assert '<option value="Asia/Kolkata" selected' in client.get(at("shop-edit")).text


# Look


def test_it_takes_a_colour_and_a_logo(client: Client, owner: User, bean: Merchant) -> None:
    answer = client.post(at("look-edit"), {"accent": "AF5742", "logo": png()})
    assert answer.url == at("program-add")
    bean.refresh_from_db()
    assert bean.accent == "#af5742"
    assert f'src="/logo/bean/{bean.logo_digest}.webp"' in client.get(at("look-edit")).text
    assert "/theme/bean.css?af5742" in client.get(at("look-edit")).text


@pytest.mark.parametrize(("typed", "kept"), [("#FD0", "#ffdd00"), (" 2b2622 ", "#2b2622"), ("#24557A", "#24557a")])
def test_it_understands_colours_as_people_write_them(
    client: Client, owner: User, bean: Merchant, typed: str, kept: str
) -> None:
    client.post(at("look-edit"), {"accent": typed})
    bean.refresh_from_db()
    assert bean.accent == kept


@pytest.mark.parametrize("typed", ["", "green", "#12345", "#2e5b3c; } body { display: none", "url(//evil)"])
def test_it_refuses_what_is_no_colour(client: Client, owner: User, bean: Merchant, typed: str) -> None:
    answer = client.post(at("look-edit"), {"accent": typed})
    assert answer.status_code == 422
    assert answer.context["form"]["accent"].errors


def test_it_takes_a_swatch_where_no_script_copied_it(client: Client, owner: User, bean: Merchant) -> None:
    client.post(at("look-edit"), {"accent": bean.accent, "swatch": "#24557a"})
    bean.refresh_from_db()
    assert bean.accent == "#24557a"


def test_it_takes_typed_digits_before_a_swatch(client: Client, owner: User, bean: Merchant) -> None:
    client.post(at("look-edit"), {"accent": "#112233", "swatch": "#24557a"})
    bean.refresh_from_db()
    assert bean.accent == "#112233"


def test_it_refuses_a_file_that_is_no_picture_and_changes_nothing(client: Client, owner: User, bean: Merchant) -> None:
    evil = SimpleUploadedFile("logo.png", b"<script>alert(1)</script>", "image/png")
    answer = client.post(at("look-edit"), {"accent": "#24557a", "logo": evil})
    assert answer.status_code == 422
    assert "no picture that we can read" in answer.text
    bean.refresh_from_db()
    assert (bean.accent, bean.logo_digest) == ("#2e5b3c", "")


def test_it_refuses_a_file_that_is_too_large(client: Client, owner: User, bean: Merchant) -> None:
    large = SimpleUploadedFile("logo.png", b"x" * (4 * 2**20 + 1), "image/png")
    assert "larger than 4 MB" in client.post(at("look-edit"), {"accent": "#24557a", "logo": large}).text


def test_it_goes_back_to_the_stamp(client: Client, owner: User, bean: Merchant) -> None:
    client.post(at("look-edit"), {"accent": bean.accent, "logo": png()})
    client.post(at("look-edit"), {"accent": bean.accent, "is_logo_removed": "on"})
    bean.refresh_from_db()
    assert bean.logo_digest == ""
    assert ">B</text>" in client.get(at("look-edit")).text


@pytest.mark.parametrize(
    ("accent", "words"),
    [
        ("#ffdd00", "the nearest shade on which white text reads well"),
        ("#2e5b3c", "White text reads well"),
        ("#2e5", ""),
    ],
)
def test_it_says_how_a_colour_reads(client: Client, owner: User, accent: str, words: str) -> None:
    answer = client.get(at("look-words"), {"accent": accent})
    assert answer.status_code == 200
    assert words in answer.text


# Presets


def test_it_begins_a_program_that_is_a_draft(client: Client, owner: User, bean: Merchant) -> None:
    answer = client.post(at("program-add"), {"preset": "stamps"})
    program = bean.programs.get()
    assert answer.url == at("program-show", program.code)
    assert (program.name, program.code, program.versions.count()) == ("Stamp card", "stamp-card", 0)
    assert program.draft.terms["rules"][0]["when"]["min_amount"] == "500"
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize("preset", gallery.GALLERY, ids=lambda preset: preset.code)
def test_it_shows_each_preset_with_an_example_in_the_shops_own_money(client: Client, owner: User, preset: Any) -> None:
    page = client.get(at("program-add")).text
    assert f'value="{preset.code}"' in page
    offers = {offer.preset.code: offer for offer in client.get(at("program-add")).context["offers"]}
    assert offers[preset.code].example
    assert "¥" in " ".join(offers[preset.code].example)


def test_it_begins_one_program_however_often_the_form_is_sent(client: Client, owner: User, bean: Merchant) -> None:
    first, again = (client.post(at("program-add"), {"preset": "vip"}) for _ in range(2))
    assert first.url == again.url
    assert (bean.programs.count(), Draft.objects.get().revision) == (1, 1)


def test_it_asks_for_a_name_where_another_program_is(client: Client, owner: User, bean: Merchant) -> None:
    client.post(at("program-add"), {"preset": "vip"})
    client.post(at("program-add"), {"preset": "stamps", "name": "Tenth one free"})
    assert [program.code for program in bean.programs.all()] == ["vip", "tenth-one-free"]


def test_it_refuses_the_name_of_a_program_that_is_live(client: Client, owner: User, bean: Merchant) -> None:
    client.post(at("program-add"), {"preset": "vip"})
    program = bean.programs.get()
    versions.publish(program, program.draft.terms, effective_at=NOW, author=owner)
    answer = client.post(at("program-add"), {"preset": "stamps", "name": "vip"})
    assert answer.status_code == 422
    assert "a program called “vip” already" in answer.text


def test_it_never_gives_a_program_the_code_of_a_page(bean: Merchant, owner: User) -> None:
    program = beginning.begin(bean, gallery.GALLERY[0], name="Add", by=owner, now=NOW)
    assert program.code == "add-2"


@pytest.mark.parametrize("sent", [{"name": ""}, {"preset": ""}, {"preset": "nonsense"}])
def test_it_refuses_what_is_no_preset(client: Client, owner: User, bean: Merchant, sent: dict[str, str]) -> None:
    assert client.post(at("program-add"), sent).status_code == 422
    assert not bean.programs.exists()


def test_it_begins_anew_with_another_preset_and_warns_if_somebody_worked_on_it(
    client: Client, owner: User, bean: Merchant
) -> None:
    client.post(at("program-add"), {"preset": "vip"})
    program = bean.programs.get()
    assert "You have changed this draft" not in client.get(at("program-preset", "vip")).text
    document = program.draft.terms | {"clawback": "pending_only"}
    drafts.replace(program, document, by=owner, now=NOW)
    assert "You have changed this draft" in client.get(at("program-preset", "vip")).text
    client.post(at("program-preset", "vip"), {"preset": "cashback"})
    assert Draft.objects.get().terms["unit"]["as_money"] is True
    assert bean.programs.count() == 1


def test_it_begins_nothing_anew_that_is_live(client: Client, owner: User, bean: Merchant) -> None:
    client.post(at("program-add"), {"preset": "vip"})
    program = bean.programs.get()
    versions.publish(program, program.draft.terms, effective_at=NOW, author=owner)
    before = Draft.objects.get().terms
    assert client.post(at("program-preset", "vip"), {"preset": "cashback"}).status_code == 302
    assert (Draft.objects.get().terms, ProgramVersion.objects.count()) == (before, 1)
    assert client.get(at("program-preset", "vip")).status_code == 302
