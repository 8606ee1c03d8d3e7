"""Trying a basket in the studio: each test's name finishes "it …"."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from members.models import Account, LedgerEntry, Order, RuleIssue
from members.tests import factories
from members.tests.factories import NOW
from programs import drafts, terms
from programs.models import Merchant, Program, Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
TUESDAYS = {"code": "double", "name": "Double Tuesday", "when": {"weekdays": ["tue"]}, "give": {"multiplier": "2"}}


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the shop stands at noon on Tuesday, 10 March 2026."""
    monkeypatch.setattr("loyalty_site.clock.now", lambda: NOW)


@pytest.fixture
def program() -> Program:
    return factories.shop()


@pytest.fixture
def client(program: Program) -> Client:
    client = Client()
    client.force_login(factories.staff(merchant=program.merchant, role=Role.MANAGER).user)
    return client


def try_out(client: Client, program: Program, typed: dict[str, Any] | None = None, **headers: str) -> Any:
    sent = {"event": "purchase", "amount": "62", "day": "2026-03-10", "time": "08:30", "member": "", "channel": ""}
    address = f"/m/{program.merchant.slug}/program/points/try/"
    return client.get(address, sent | (typed or {}), headers=headers)


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def draft(program: Program, **change: Any) -> None:
    drafts.replace(program, terms.P0 | change, by=None, now=NOW)


def test_begins_with_the_shops_own_hour_and_no_answer(client: Client, program: Program) -> None:
    answer = client.get(f"/m/{program.merchant.slug}/program/points/try/")
    assert answer.status_code == 200
    assert 'value="2026-03-10"' in answer.content.decode()
    assert 'value="12:00"' in answer.content.decode()
    assert "What would this earn?" in text_of(answer)


def test_answers_under_the_live_terms(client: Client, program: Program) -> None:
    said = text_of(try_out(client, program))
    assert "62 points" in said
    assert "62.00 zł at 1 point per 1 zł" in said
    assert "Draft" not in said


def test_answers_under_live_and_draft_with_the_difference(client: Client, program: Program) -> None:
    draft(program, rules=[TUESDAYS])
    said = text_of(try_out(client, program))
    assert "62 points" in said
    assert "124 points" in said
    assert "+62 points under the draft" in said
    assert "Doubled, because it was a Tuesday (Double Tuesday)" in said


def test_says_why_a_rule_did_not_fire(client: Client, program: Program) -> None:
    draft(program, rules=[TUESDAYS])
    said = text_of(try_out(client, program, {"day": "2026-03-11"}))
    assert "Double Tuesday did not apply" in said
    assert "The draft gives as much for this." in said


def test_tries_a_program_that_is_not_live_yet(client: Client, program: Program) -> None:
    program = Program.objects.create(merchant=program.merchant, name="Stamps", code="stamps")
    drafts.replace(program, terms.P0, by=None, now=NOW)
    address = f"/m/{program.merchant.slug}/program/stamps/try/"
    said = text_of(client.get(address, {"event": "purchase", "amount": "5", "day": "2026-03-10", "time": "08:30"}))
    assert "5 points" in said
    assert "This program is not live yet." in said


def test_writes_nothing(client: Client, program: Program) -> None:
    account = factories.account(program=program)
    draft(program, rules=[TUESDAYS | {"budget": 100}])
    said = text_of(try_out(client, program, {"member": account.member.number}))
    assert "124 points" in said
    assert not Order.objects.exists()
    assert not LedgerEntry.objects.exists()
    assert not RuleIssue.objects.exists()
    assert Account.objects.get(pk=account.pk).balance == 0


def test_asks_for_what_is_missing_in_words(client: Client, program: Program) -> None:
    wrong = {"amount": "much", "time": "", "member": "nobody@example.com"}
    answer = try_out(client, program, wrong)
    assert answer.status_code == 422
    said = text_of(answer)
    assert "Write the amount in digits, such as 48.50." in said
    assert "Write a time of day, such as 08:30." in said
    assert "Nobody here has this card, phone, e-mail or name." in said


def test_refuses_more_that_does_not_earn_than_was_paid(client: Client, program: Program) -> None:
    answer = try_out(client, program, {"points_money": "60", "shipping": "3"})
    assert answer.status_code == 422
    assert "This and what else does not earn is more than the amount." in text_of(answer)


def test_names_those_who_share_a_name(client: Client, program: Program) -> None:
    for name in ("Anna Kowalczyk", "Anna Nowak"):
        factories.member(merchant=program.merchant, name=name)
    said = text_of(try_out(client, program, {"member": "anna"}))
    assert "Several members fit: Anna Kowalczyk" in said


def test_knows_no_member_of_another_shop(client: Client, program: Program) -> None:
    stranger = factories.member(merchant=factories.merchant(), email="ola@example.com")
    answer = try_out(client, program, {"member": stranger.email})
    assert answer.status_code == 422


def test_adds_and_removes_lines_without_losing_what_was_typed(client: Client, program: Program) -> None:
    more = try_out(client, program, {"add": "line", "amount": "abc"})
    assert more.status_code == 200
    assert 'value="abc"' in more.content.decode()
    assert 'name="line-1-sku"' in more.content.decode()
    kept = {"line": ["1", "2"], "line-1-sku": "cup", "line-2-sku": "beans", "remove": "1"}
    less = try_out(client, program, kept).content.decode()
    assert 'name="line-1-sku"' not in less
    assert 'value="beans"' in less


def test_counts_the_lines_that_a_rule_names(client: Client, program: Program) -> None:
    beans = {"code": "beans", "name": "Beans", "when": {"categories": ["beans"]}, "give": {"multiplier": "3"}}
    draft(program, rules=[beans])
    lines = {"line": "1", "line-1-category": "beans", "line-1-quantity": "2", "line-1-amount": "20"}
    said = text_of(try_out(client, program, lines))
    assert "102 points" in said
    assert "+40 points under the draft" in said


def test_faults_of_a_line_are_said_where_they_are(client: Client, program: Program) -> None:
    answer = try_out(client, program, {"line": "7", "line-7-amount": ""})
    assert answer.status_code == 422
    assert "Type the amount of this line, or remove it." in text_of(answer)


def test_tries_events_that_the_terms_reward(client: Client, program: Program) -> None:
    draft(program, rules=[{"code": "hi", "name": "Hi", "when": {"event": "sign_up"}, "give": {"points": 25}}])
    said = text_of(try_out(client, program, {"event": "sign_up", "amount": ""}))
    assert "These terms give nothing for it" in said
    assert "+25 points under the draft" in said


def test_lifts_somebody_new_over_a_threshold_and_says_so(client: Client, program: Program) -> None:
    said = text_of(try_out(client, program, {"amount": "600"}))
    assert "Bronze before, Silver afterwards" in said
    gold = text_of(try_out(client, program, {"tier": "gold", "amount": "100"}))
    assert "150 points" in gold
    assert "Stays Gold" in gold


def test_gives_htmx_the_answer_alone(client: Client, program: Program) -> None:
    part = try_out(client, program, **{"HX-Request": "true", "HX-Target": "answer"}).content.decode()
    assert part.strip().startswith('<div id="answer"')
    whole = try_out(client, program, **{"HX-Request": "true", "HX-Target": "trial"}).content.decode()
    assert whole.strip().startswith('<div id="trial"')


def test_asks_a_fixed_number_of_questions(client: Client, program: Program, django_assert_max_num_queries: Any) -> None:
    merchant: Merchant = program.merchant
    account = factories.account(program=program)
    for number in range(12):
        factories.order(account, f"{number + 1}.00")
    factories.location(merchant=merchant)
    draft(program, rules=[TUESDAYS])
    with django_assert_max_num_queries(22):
        try_out(client, program, {"member": account.member.number})
