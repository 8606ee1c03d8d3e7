"""The Earning tab: rules kept, refused, paused, moved and brought back, with and without htmx."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from programs.models import Draft, Program, Role
from programs.tests.factories import document, rule
from programs.tests.shops import LONG_AGO, address, fields, program_of, publish, rules_of, somebody, working

pytestmark = pytest.mark.django_db

TUESDAYS = rule("tuesdays", when={"weekdays": ["tue"], "tiers": ["gold"]}, give={"multiplier": "2"})
WELCOME = rule("welcome", when={"event": "sign_up"}, give={"points": 25})
EDIT = "rules/tuesdays/edit/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def program() -> Program:
    return program_of(TUESDAYS, WELCOME)


@pytest.fixture
def marta(program: Program) -> Client:
    return somebody(program)


def opened(client: Client, program: Program, path: str = EDIT) -> dict[str, Any]:
    """The form of a row as a browser has it before anything is typed."""
    return fields(client.get(address(program, path)).content.decode())


def send(client: Client, program: Program, form: dict[str, Any], path: str = EDIT, **changed: Any) -> Any:
    return client.post(address(program, path), form | changed, headers=HTMX)


def act(client: Client, program: Program, path: str, *, htmx: bool = True, **data: Any) -> Any:
    """Press a button of a row, with the marks that stand in its form."""
    page = client.get(address(program)).content.decode()
    marks = {"seen": seen_in(page, path.split("/")[1]), "seen_order": seen_in(page, "order")}
    return client.post(address(program, path), marks | data, headers=HTMX if htmx else {})


def seen_in(page: str, code: str) -> str:
    if code == "order":
        return page.split('name="seen_order" value="', 1)[1].split('"', 1)[0]
    row = page.split(f'id="rule-{code}"', 1)[-1]
    return row.split('name="seen" value="', 1)[-1].split('"', 1)[0]


def test_it_says_rules_as_sentences_of_tokens(program, marta):
    page = marta.get(address(program)).content.decode()
    assert ">2×</a> points on <a" in page
    assert "rules/tuesdays/edit/?at=weekdays#rule-tuesdays" in page
    assert ">Tuesdays</a>" in page


def test_it_sends_an_open_row_back_unchanged(program, marta):
    answer = send(marta, program, opened(marta, program))
    assert answer.status_code == 200
    assert not Draft.objects.exists()


def test_it_keeps_a_rule_and_answers_with_its_row_and_the_save_bar(program, marta):
    before = rules_of(program)[1]
    answer = send(marta, program, opened(marta, program), amount="3", weekdays=["fri", "sat"])
    page = answer.content.decode()
    assert "draft-changed" in answer.headers["HX-Trigger"]
    assert "Changed in draft" in page
    assert 'id="savebar" aria-live="polite" hx-swap-oob="true"' in page
    assert "<html" not in page
    assert rules_of(program)[0]["give"] == {"multiplier": "3"}
    assert rules_of(program)[0]["when"]["weekdays"] == ["fri", "sat"]
    assert rules_of(program)[1] == before


def test_it_keeps_a_rule_without_javascript(program, marta):
    answer = marta.post(address(program, "rules/tuesdays/edit/"), opened(marta, program) | {"amount": "3"})
    assert (answer.status_code, answer.url) == (302, address(program))
    assert rules_of(program)[0]["give"] == {"multiplier": "3"}


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_it_shows_what_was_typed_and_how_to_put_it_right(program, marta, headers):
    form = opened(marta, program) | {"kind": "per", "amount": "1,5", "name": ""}
    answer = marta.post(address(program, "rules/tuesdays/edit/"), form, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="1,5"' in page
    assert "Points are whole numbers. Write 5 or 10, without decimals." in page
    assert "Say for how much money, such as 10." in page
    assert ("<html" in page) is not headers
    assert not Draft.objects.exists()


def test_it_opens_the_row_with_the_focus_on_the_token(program, marta):
    page = marta.get(address(program, "rules/tuesdays/edit/"), {"at": "amount"}, headers=HTMX).content.decode()
    assert page.count("autofocus") == 1
    assert page.split("autofocus", 1)[0].endswith('name="amount" value="2" inputmode="decimal" autocomplete="off" ')
    weekdays = marta.get(address(program, "rules/tuesdays/edit/"), {"at": "weekdays"}, headers=HTMX).content.decode()
    assert "<summary" in weekdays.split("autofocus", 1)[0].rsplit("\n", 1)[-1]


def test_it_closes_a_row_without_keeping_it(program, marta):
    page = marta.get(address(program, "rules/tuesdays/edit/"), {"closed": ""}, headers=HTMX).content.decode()
    assert "rule-edit" not in page
    assert ">Tuesdays</a>" in page


def test_it_adds_a_rule_with_a_code_of_its_name(program, marta):
    form = opened(marta, program, "rules/add/?like=birthday")
    assert (form["name"], form["event"]) == (["Birthday"], ["birthday"])
    answer = send(marta, program, form, "rules/add/?like=birthday", name="Urodziny, święto")
    assert "New in draft" in answer.content.decode()
    added = rules_of(program)[-1]
    assert (added["code"], added["name"], added["give"]["points"]) == ("urodziny-swieto", "Urodziny, święto", 50)


def test_it_adds_a_rule_once_for_a_double_click(program, marta):
    form = opened(marta, program, "rules/add/?like=birthday")
    assert send(marta, program, form, "rules/add/").status_code == 200
    assert send(marta, program, form, "rules/add/").status_code == 422
    assert len(rules_of(program)) == 3


def test_it_never_gives_a_new_rule_the_code_of_an_old_one(program, marta):
    publish(program, document(rules=[TUESDAYS]))
    form = opened(marta, program, "rules/add/?like=welcome")
    send(marta, program, form, "rules/add/", name="Welcome")
    assert rules_of(program)[-1]["code"] == "welcome-2"


@pytest.mark.parametrize("like", ["weekday", "hours", "thing", "tier", "first", "welcome", "birthday", "referral"])
def test_every_start_is_a_rule_that_can_be_kept(program, marta, like):
    form = opened(marta, program, f"rules/add/?like={like}")
    assert send(marta, program, form, f"rules/add/?like={like}").status_code == 200
    assert len(rules_of(program)) == 3


def test_two_people_at_one_rule_do_not_overwrite_each_other(program, marta):
    zofia = somebody(program, name="Zofia")
    mine, hers = opened(marta, program), opened(zofia, program)
    send(zofia, program, hers, amount="3")
    answer = send(marta, program, mine, amount="4", weekdays=["fri"])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Zofia changed this meanwhile" in page
    assert "3× points on Tuesdays" in page
    assert 'name="amount" value="4"' in page
    assert rules_of(program)[0]["give"] == {"multiplier": "3"}
    again = send(marta, program, mine, amount="4", weekdays=["fri"], seen=fields(page)["seen"])
    assert again.status_code == 200
    assert rules_of(program)[0]["give"] == {"multiplier": "4"}


def test_two_people_at_two_rules_are_not_in_each_others_way(program, marta):
    zofia = somebody(program, name="Zofia")
    mine, hers = opened(marta, program), opened(zofia, program, "rules/welcome/edit/")
    send(zofia, program, hers, "rules/welcome/edit/", amount="30")
    assert send(marta, program, mine, amount="4").status_code == 200
    assert [each["give"] for each in rules_of(program)] == [{"multiplier": "4"}, {"points": 30, "each": "order"}]


@pytest.mark.parametrize("htmx", [True, False])
def test_it_pauses_a_rule_and_lets_it_run_again(program, marta, htmx):
    act(marta, program, "rules/tuesdays/pause/", htmx=htmx)
    assert rules_of(program)[0]["paused"] is True
    assert "Off in this draft" in marta.get(address(program)).content.decode()
    act(marta, program, "rules/tuesdays/pause/", htmx=htmx, run="yes")
    assert not Draft.objects.exists()


def test_it_says_since_when_a_rule_is_off(program, marta):
    off = TUESDAYS | {"paused": True}
    publish(program, document(rules=[off, WELCOME]), at=LONG_AGO.replace(day=2))
    publish(program, document(rules=[TUESDAYS, WELCOME]), at=LONG_AGO.replace(day=3))
    publish(program, document(rules=[off, WELCOME]), at=LONG_AGO.replace(day=4))
    publish(program, document(rules=[off]), at=LONG_AGO.replace(day=5))
    assert "Off since 4\u00a0Jan\u00a02025" in marta.get(address(program)).content.decode()


def test_it_says_from_when_a_rule_is_off_that_runs_until_then(program, marta):
    publish(program, document(rules=[TUESDAYS | {"paused": True}]), at=timezone.now() + timedelta(days=3))
    page = marta.get(address(program)).content.decode()
    assert "Off from" in page
    assert "Off since" not in page
    assert "What you see and edit here is what holds from then on." in page


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("rules/add/?like=birthday", {}, "birthday"),
        ("rules/tuesdays/duplicate/", {}, "tuesdays"),
        ("rules/order/", {"rule": "welcome", "by": "up"}, "welcome"),
    ],
)
def test_it_brings_the_focus_back_to_the_rule(program, marta, path, data, code):
    form = opened(marta, program, path) if "add" in path else {}
    answer = send(marta, program, form, path) if form else act(marta, program, path, **data)
    rows = {row.split('"', 1)[0]: row for row in answer.content.decode().split('data-rule="')[1:]}
    assert [found for found, row in rows.items() if "autofocus" in row] == [code]


def test_it_refuses_to_pause_what_somebody_changed_meanwhile(program, marta):
    page = marta.get(address(program)).content.decode()
    zofia = somebody(program, name="Zofia")
    send(zofia, program, opened(zofia, program), amount="3")
    answer = marta.post(address(program, "rules/tuesdays/pause/"), {"seen": seen_in(page, "tuesdays")}, headers=HTMX)
    assert answer.status_code == 422
    assert "Zofia changed this meanwhile. Below is what it is now." in answer.content.decode()
    assert "paused" not in rules_of(program)[0]


def test_it_duplicates_a_rule_behind_it_paused(program, marta):
    act(marta, program, "rules/tuesdays/duplicate/")
    codes = [(each["code"], each.get("paused", False)) for each in rules_of(program)]
    assert codes == [("tuesdays", False), ("tuesdays-copy", True), ("welcome", False)]


@pytest.mark.parametrize("htmx", [True, False])
def test_it_removes_a_rule_and_brings_it_back_to_its_place(program, marta, htmx):
    answer = act(marta, program, "rules/tuesdays/remove/", htmx=htmx)
    page = (answer if htmx else marta.get(address(program))).content.decode()
    assert [each["code"] for each in rules_of(program)] == ["welcome"]
    undo_url = page.split('action="' + address(program, "rules/restore/"), 1)[1].split('"', 1)[0]
    for _ in range(2):
        marta.post(address(program, "rules/restore/") + undo_url)
    assert not Draft.objects.exists()


def test_it_brings_back_nothing_that_it_did_not_remove(program, marta):
    marta.post(address(program, "rules/restore/?rule=made-up"))
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        ({"rule": "welcome", "by": "up"}, ["welcome", "tuesdays"]),
        ({"rule": "tuesdays", "by": "down"}, ["welcome", "tuesdays"]),
        ({"rule": "tuesdays", "by": "up"}, ["tuesdays", "welcome"]),
        ({"order": "welcome tuesdays"}, ["welcome", "tuesdays"]),
        ({"order": "welcome unknown"}, ["welcome", "tuesdays"]),
    ],
)
def test_it_reorders(program, marta, data, codes):
    act(marta, program, "rules/order/", **data)
    assert [each["code"] for each in rules_of(program)] == codes


def test_it_edits_the_base_rate_and_leaves_its_cap(marta, program):
    publish(program, document(rules=[TUESDAYS], earning={"cap": {"points": 500, "per": "day"}}))
    form = opened(marta, program, "base/")
    assert send(marta, program, form, "base/").status_code == 200
    assert not Draft.objects.exists()
    send(marta, program, form, "base/", points="2", carry_over="on", stacking="best")
    earning = working(program).document["earning"]
    assert (earning["points"], earning["carry_over"], earning["stacking"]) == (2, True, "best")
    assert earning["cap"] == {"points": 500, "per": "day"}


def test_it_refuses_a_base_rate_that_cannot_be(program, marta):
    form = opened(marta, program, "base/") | {"carry_over": "on", "rounding": "ceiling", "per": "0"}
    answer = send(marta, program, form, "base/")
    assert answer.status_code == 422
    assert "Round down, or let nothing count towards the next purchase." in answer.content.decode()
    assert "Say for how much money, such as 1 or 10." in answer.content.decode()


def test_it_works_the_example_out_while_the_rule_is_written(program, marta):
    form = opened(marta, program) | {"rule": "tuesdays"}
    page = send(marta, program, form, "rules/example/", amount="4", weekdays=["tue", "wed"]).content.decode()
    assert "Anna is Gold and spends 48.50\u00a0zł on a Tuesday" in page
    assert 'id="said-tuesdays-weekdays" hx-swap-oob="true">Tuesdays and Wednesdays<' in page
    unfinished = send(marta, program, form, "rules/example/", amount="")
    assert unfinished.status_code == 200
    assert "as soon as the rule is complete" in unfinished.content.decode()
    assert not Draft.objects.exists()


def test_it_asks_no_more_of_the_database_for_more_rules(marta, program, django_assert_max_num_queries):
    marta.get(address(program))
    publish(program, document(rules=[TUESDAYS | {"code": f"rule-{n}"} for n in range(25)]))
    with django_assert_max_num_queries(14):
        page = marta.get(address(program)).content.decode()
    assert page.count('class="switch"') == 25


@pytest.mark.parametrize("path", ["", "rules/tuesdays/edit/", "base/", "rules/add/?like=hours"])
def test_it_speaks_to_managers_of_the_shop_alone(program, path):
    assert somebody(program).get(address(program, path)).status_code == 200
    assert somebody(program, role=Role.CASHIER).get(address(program, path)).status_code == 403
    assert somebody(program_of()).get(address(program, path)).status_code == 404


def test_it_knows_no_other_rule(program, marta):
    assert marta.get(address(program, "rules/unknown/edit/")).status_code == 404


def test_it_shows_any_rule_in_any_language(program, marta):
    with translation.override("pl"):
        assert marta.get(address(program, "rules/tuesdays/edit/")).status_code == 200
