"""The dashboard pages of reports: each test's name finishes "it …"."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members.tests import factories
from programs.models import Program, Role
from programs.terms import P0
from reports import kpis, rollup
from reports.periods import WEEKS
from reports.tests import shops

pytestmark = pytest.mark.django_db


def signed_in(program: Program, role: Role = Role.OWNER) -> Client:
    client = Client()
    client.force_login(
        factories.staff(merchant=program.merchant, role=role, name="Marta Wiśniewska").user,
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def address(program: Program, name: str = "dashboard-home", *arguments: str) -> str:
    return reverse(name, args=[program.merchant.slug, *arguments])


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_home_shows_figures_that_open() -> None:
    program = shops.busy()
    page = text_of(signed_in(program), address(program) + "?period=13")
    for kpi in kpis.CATALOGUE.values():
        assert f"{address(program, 'dashboard-figure-show', kpi.code)}?period=13" in page
    assert ", Marta" in page
    assert "Came back within 13 weeks" in page


def test_home_says_the_same_in_the_chart_and_its_table() -> None:
    program = shops.busy()
    page = text_of(signed_in(program), address(program))
    drawing = json.loads(re.search(r'id="sales-drawing" type="application/json">(.*?)</script>', page)[1])
    assert drawing["series"][0]["y"][-2] == 90.0
    assert drawing["series"][0]["text"][-2] == "90\u00a0zł"
    assert page.count("<summary>") >= 2
    assert "Mon 30 Mar" in page


@pytest.mark.parametrize("weeks", ["", "1", "4", "13", "52", "7", "nonsense"])
def test_home_answers_to_any_period(weeks: str) -> None:
    program = shops.busy()
    page = text_of(signed_in(program), f"{address(program)}?period={weeks}")
    current = re.search(r'href="\?period=(\d+)" aria-current="true"', page)
    assert current
    assert current[1] == (weeks if weeks in {str(weeks) for weeks in WEEKS} else "4")


def test_home_of_an_empty_shop_has_dashes_and_a_guide() -> None:
    program = factories.shop()
    page = text_of(signed_in(program), address(program))
    assert page.count('<span class="kpi-value">–</span>') == len(kpis.CATALOGUE)
    assert "Nothing needs you" in page
    assert "No sales in this time" in page
    assert "Record a first purchase at the till" in page
    assert "plotly" not in page


def test_home_names_the_rules_of_the_day() -> None:
    every_day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    rule = {"code": "double", "name": "Double day", "when": {"weekdays": every_day}, "give": {"multiplier": "2"}}
    past = rule | {"code": "past", "name": "Long gone", "when": {"weekdays": every_day, "until": "2020-01-01"}}
    program = factories.shop(terms_document=P0 | {"rules": [rule, past]})
    page = text_of(signed_in(program), address(program))
    assert "Today: Double day." in page


def test_home_asks_as_many_questions_for_many_rows_as_for_few() -> None:
    program = shops.busy()
    client = signed_in(program)
    few = queries(client, address(program))
    for number in range(30):
        account = factories.account(program=program, name=f"Member {number}")
        factories.order(account, "10.00", at=timezone.now() - timedelta(days=number))
    rollup.refresh(program.merchant, through=timezone.now().date())
    assert queries(client, address(program)) == few
    assert few <= 22


@pytest.mark.parametrize("code", list(kpis.CATALOGUE))
def test_figure_opens_to_its_formula_days_and_rows(code: str) -> None:
    program = shops.busy()
    page = text_of(signed_in(program), address(program, "dashboard-figure-show", code))
    assert str(kpis.CATALOGUE[code].formula)[1:20] in page
    assert "31" in page
    assert "Anna" in page


@pytest.mark.parametrize("code", list(kpis.CATALOGUE))
def test_figure_asks_as_many_questions_for_many_rows_as_for_few(code: str) -> None:
    program = shops.busy()
    client, url = signed_in(program), address(program, "dashboard-figure-show", code)
    few = queries(client, url)
    for number in range(30):
        account = factories.account(program=program, name=f"Member {number}")
        factories.order(account, "10.00", at=shops.days_ago(number))
    rollup.refresh(program.merchant, through=shops.LAST)
    assert queries(client, url) == few


def test_figure_pages_through_its_rows() -> None:
    program = shops.busy()
    for number in range(30):
        factories.order(factories.account(program=program, name=f"Member {number}"), "1.00", at=shops.days_ago(2))
    rollup.refresh(program.merchant, through=shops.LAST)
    page = text_of(signed_in(program), address(program, "dashboard-figure-show", "active-members") + "?page=2")
    assert "21 to 32 of 32" in page


def test_figure_of_an_empty_shop_is_a_dash() -> None:
    program = factories.shop()
    page = text_of(signed_in(program), address(program, "dashboard-figure-show", "came-back"))
    assert "–" in page
    assert "Nothing in this time" in page


def test_figure_that_nobody_declared_is_not_found() -> None:
    program = factories.shop()
    assert signed_in(program).get(address(program, "dashboard-figure-show", "wealth")).status_code == 404


def test_expiring_points_are_listed_by_member() -> None:
    program = factories.shop(terms_document=P0 | {"expiry": {"kind": "after", "days": 10}})
    now = timezone.now()
    factories.order(factories.account(program=program, name="Anna"), "60.00", at=now)
    factories.order(factories.account(program=program, name="Late"), "60.00", at=now - timedelta(days=40))
    page = text_of(signed_in(program), address(program, "dashboard-points-expiring"))
    assert "Anna" in page
    assert "Late" not in page


def test_waiting_refunds_are_listed() -> None:
    program = factories.shop()
    shops.refund(program, "O77", "5.00", at=shops.NOON)
    page = text_of(signed_in(program), address(program, "dashboard-refunds-waiting"))
    assert "O77" in page
    assert "5.00" in page


@pytest.mark.parametrize("name", ["dashboard-home", "dashboard-points-expiring", "dashboard-refunds-waiting"])
def test_pages_are_for_managers_of_the_shop(name: str) -> None:
    program = factories.shop()
    assert signed_in(program, Role.MANAGER).get(address(program, name)).status_code == 200
    assert signed_in(program, Role.CASHIER).get(address(program, name)).status_code == 403
    assert signed_in(factories.shop()).get(address(program, name)).status_code == 404
    assert Client().get(address(program, name)).status_code == 302


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)
