"""Tests of the tabs that edit tiers, expiry, limits and words of a draft; every name finishes "it ..."."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from loyalty_site import clock
from members.tests import factories
from members.tests.test_views_program import address, client_of
from programs import drafts, terms
from programs.models import Draft, Merchant, Program, Role
from programs.tests.test_editing_forms import Browser

pytestmark = pytest.mark.django_db
PANEL = {"HX-Request": "true"}
PARTS = {
    "tiers": ("ladder", "counting"),
    "limits": ("expiry", "refunds", "cap"),
    "wording": ("unit", "welcome", "small-print"),
}
EACH = [(tab, part) for tab, parts in PARTS.items() for part in parts]


@pytest.fixture
def program() -> Program:
    return factories.shop(terms_document=terms.PRESETS["coffee-shop"], other_languages=["pl"])


@pytest.fixture
def owner(program: Program) -> Client:
    return client_of(program)


def at(program: Program, tab: str) -> str:
    return address(program, f"program/points/{tab}/")


def part_of(text: str, part: str) -> str:
    found = re.search(rf'<form[^>]*id="part-{part}".*?</form>', text, re.DOTALL)
    assert found
    return found[0]


def shown(client: Client, program: Program, *, tab: str, part: str) -> dict[str, str]:
    """What the browser would send of a part as it stands."""
    return Browser(part_of(client.get(at(program, tab)).content.decode(), part)).sent


def send(client: Client, program: Program, *, tab: str, part: str, panel: bool = True, **typed: str) -> Any:
    sent = shown(client, program, tab=tab, part=part) | typed
    return client.post(at(program, tab), sent, headers=PANEL if panel else {})


def document() -> dict[str, Any]:
    return dict(Draft.objects.get().terms)


@pytest.mark.parametrize(("tab", "part"), EACH)
def test_it_changes_nothing_when_a_page_is_sent_as_it_was_shown(owner, program, tab, part):
    answer = send(owner, program, tab=tab, part=part)
    assert answer.status_code == 200
    assert "Kept in the draft." in answer.content.decode()
    assert not Draft.objects.exists()


def test_it_answers_an_edit_with_its_part_the_save_bar_and_an_event(owner, program):
    answer = send(owner, program, tab="tiers", part="ladder", level_1_at="600")
    text = answer.content.decode()
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (200, '{"draft-changed": {}}')
    assert "<html" not in text
    assert 'id="part-ladder"' in text
    assert 'id="part-counting"' not in text
    assert re.search(r'id="savebar"[^>]*hx-swap-oob="true"', text)
    assert document()["tiers"]["levels"][1]["at"] == 600


def test_it_goes_back_to_the_tab_without_a_script(owner, program):
    answer = send(owner, program, tab="limits", part="refunds", panel=False, clawback="pending_only")
    assert (answer.status_code, answer.headers["Location"]) == (302, at(program, "limits"))
    assert document()["clawback"] == "pending_only"


@pytest.mark.parametrize("panel", [True, False])
@pytest.mark.parametrize(
    ("tab", "part", "field", "typed", "words"),
    [
        ("tiers", "ladder", "level_2_at", "500", "Start it above Silver, at more than 500."),
        ("tiers", "ladder", "level_1_name", "", "Give the level a name, such as Silver."),
        ("tiers", "counting", "months", "0", "Write 1 or more."),
        ("limits", "expiry", "count", "", "Say how long, such as 12."),
        ("limits", "cap", "points", "many", "Write a whole number, such as 12."),
        ("wording", "unit", "one:en", "", ""),
    ],
)
def test_it_answers_what_cannot_be_with_422_and_what_was_typed(owner, program, panel, tab, part, field, typed, words):
    other = {"one:pl": ""} if part == "unit" else {}
    answer = send(owner, program, tab=tab, part=part, panel=panel, **{field: typed}, **other)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert ("<html" in text) is not panel
    assert (words or "Give it a name in at least one language") in text
    assert Browser(part_of(text, part)).sent[field] == typed
    assert "Not kept yet." in text
    assert not Draft.objects.exists()


def test_it_offers_a_row_without_keeping_anything(owner, program):
    answer = send(owner, program, tab="tiers", part="ladder", add="4", level_1_at="600")
    sent = Browser(part_of(answer.content.decode(), "ladder")).sent
    assert (answer.status_code, sent["levels"], sent["level_4_at"], sent["level_1_at"]) == (200, "5", "8000", "600")
    assert "autofocus" in answer.content.decode()
    assert not Draft.objects.exists()


def test_it_drops_a_row(owner, program):
    send(owner, program, tab="tiers", part="ladder", drop="1")
    assert [level["code"] for level in document()["tiers"]["levels"]] == ["bronze", "gold", "reserve"]


@pytest.mark.parametrize(
    "sent", [{"part": "other"}, {"part": "counting", "add": "1"}, {"part": "ladder", "drop": "x"}, {}]
)
def test_it_does_not_know_other_parts_and_rows(owner, program, sent):
    assert owner.post(at(program, "tiers"), sent).status_code == 404


def test_it_says_which_rule_holds_a_level_that_is_dropped_all_the_same(owner, program):
    answer = send(owner, program, tab="tiers", part="ladder", drop="2")
    assert answer.status_code == 422
    assert "Double Tuesday" in answer.content.decode()


# --- two people


def rename_reserve(program: Program) -> None:
    other = factories.staff(merchant=program.merchant, role=Role.MANAGER, name="Adam Nowak")
    before = drafts.working(program, now=clock.now())

    def rename(document: dict[str, Any]) -> dict[str, Any]:
        document["tiers"]["levels"][3]["name"] = "Roastery"
        return document

    seen = drafts.mark(before.document, "tiers.levels")
    drafts.edit(program, rename, paths=("tiers.levels",), seen=seen, by=other.user, now=clock.now())


def test_it_says_who_was_faster_and_lets_one_insist(owner, program):
    sent = shown(owner, program, tab="tiers", part="ladder") | {"level_1_at": "600"}
    rename_reserve(program)
    answer = owner.post(at(program, "tiers"), sent, headers=PANEL)
    text = answer.content.decode()
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#part-ladder")
    assert "Adam Nowak changed this meanwhile" in text
    assert "Roastery" in text
    again = Browser(part_of(text, "ladder")).sent
    assert again["level_1_at"] == "600"
    assert document()["tiers"]["levels"][1]["at"] == 500
    assert owner.post(at(program, "tiers"), again, headers=PANEL).status_code == 200
    assert [document()["tiers"]["levels"][place][key] for place, key in ((1, "at"), (3, "name"))] == [600, "Reserve"]


def test_it_lets_two_people_edit_different_parts(owner, program):
    sent = shown(owner, program, tab="tiers", part="counting") | {"grace_days": "5"}
    rename_reserve(program)
    assert owner.post(at(program, "tiers"), sent, headers=PANEL).status_code == 200
    assert (document()["tiers"]["grace_days"], document()["tiers"]["levels"][3]["name"]) == (5, "Roastery")


# --- beginning and ending


def test_it_begins_and_ends_a_ladder(owner, program):
    stop = address(program, "program/points/tiers/stop/")
    page = owner.get(stop)
    assert "Double Tuesday" in page.content.decode()
    owner.post(stop, Browser(page.content.decode()).sent)
    assert "tiers" not in document()
    assert [rule["code"] for rule in document()["rules"]] == ["beans", "welcome"]
    assert "No tiers yet" in owner.get(at(program, "tiers")).content.decode()
    assert owner.get(stop).status_code == 404
    owner.post(address(program, "program/points/tiers/start/"), {"basis": "spend"})
    assert document()["tiers"]["basis"] == "spend"
    owner.post(address(program, "program/points/tiers/start/"), {"basis": "visits"})
    assert document()["tiers"]["basis"] == "spend"


def test_it_says_when_somebody_changed_tiers_before_they_went(owner, program):
    stop = address(program, "program/points/tiers/stop/")
    sent = Browser(owner.get(stop).content.decode()).sent
    rename_reserve(program)
    answer = owner.post(stop, sent)
    assert answer.status_code == 422
    assert "Adam Nowak changed this meanwhile" in answer.content.decode()
    assert "tiers" in document()


def test_it_asks_before_a_level_goes_that_rules_name(owner, program):
    remove = address(program, "program/points/tiers/gold/remove/")
    text = owner.get(remove).content.decode()
    assert "Double Tuesday" in text
    owner.post(remove, Browser(text).sent | {"instead": "silver"})
    assert document()["rules"][0]["when"]["tiers"] == ["silver", "reserve"]
    assert owner.get(remove).status_code == 404


# --- what stands around


def test_the_stairs_say_what_the_draft_changes(owner, program: Program):
    factories.account(program=program)
    send(owner, program, tab="tiers", part="ladder", level_1_at="600", level_3_entry_gift="0", level_2_multiplier="1.3")
    panel = owner.get(address(program, "program/points/tiers/members/"), headers=PANEL).content.decode()
    assert [words for words in ("Was 500", "Was 1.2×", "Was gift of 150", "1 member<") if words not in panel] == []


def test_it_previews_a_text_without_keeping_it(owner, program):
    answer = owner.post(address(program, "program/points/wording/preview/"), {"welcome:pl": "**Hej** <script>"})
    assert answer.content.decode().strip() == "<p><strong>Hej</strong> &lt;script&gt;</p>"
    assert not Draft.objects.exists()


def test_it_asks_for_words_in_the_languages_of_the_shop(owner, program):
    Merchant.objects.update(other_languages=["pl", "zh-hans"])
    text = owner.get(at(program, "wording")).content.decode()
    assert all(name in text for name in ("English", "Polski", "中文 (简体)", "After 5, 6, 7", "After any number"))


@pytest.mark.parametrize("tab", PARTS)
def test_it_asks_as_little_of_the_database_for_many_levels(
    owner, program, tab, django_assert_max_num_queries: Any
) -> None:
    six = [{"code": f"l{place}", "name": "L", "at": place} for place in range(6)]
    drafts.replace(program, terms.P0 | {"tiers": {"levels": six}}, by=None, now=clock.now())
    with django_assert_max_num_queries(12):
        answer: HttpResponse = owner.get(at(program, tab))
    assert answer.status_code == 200
