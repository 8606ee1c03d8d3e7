"""The pages that belong to no shop, and what every answer carries."""

import json
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.mail import send_mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.views.defaults import server_error

from loyalty_site.models import User

pytestmark = pytest.mark.django_db


def test_healthz_asks_the_database_and_the_cache(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_the_database_is_a_real_postgresql_with_what_we_rely_on() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_available_extensions WHERE name IN ('pg_trgm', 'unaccent', 'btree_gin')")
        assert len(cursor.fetchall()) == 3
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("10s",)


def test_a_page_allows_no_inline_script_and_no_frame(client: Client) -> None:
    headers = client.get(reverse("account_login")).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "microphone=()" in headers["Permissions-Policy"]


def test_pages_of_a_signed_in_person_are_not_stored(client: Client) -> None:
    client.force_login(User.objects.create_user("ewa@example.com"))
    assert client.get("/").headers["Cache-Control"] == "private, no-store"


def test_an_anonymous_visitor_of_the_landing_page_signs_in(client: Client, settings: Any) -> None:
    settings.SIGN_UP = "closed"
    assert client.get("/").url.startswith(reverse("account_login"))


def test_a_site_without_a_shop_leads_its_first_visitor_to_open_one(client: Client) -> None:
    assert client.get("/").url == reverse("start-owner")


def test_somebody_without_a_shop_is_told_what_to_do(client: Client) -> None:
    client.force_login(User.objects.create_user("ewa@example.com"))
    assert "Ask your shop" in client.get("/").content.decode()


def test_an_operator_lands_in_the_admin(client: Client) -> None:
    client.force_login(User.objects.create_superuser("op@example.com"))
    assert client.get("/").url == reverse("admin:index")


def test_a_page_that_does_not_exist_has_our_face(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_a_server_error_page_needs_nothing_that_may_be_broken(rf) -> None:
    assert "Nothing was lost" in server_error(rf.get("/")).content.decode()


def test_the_demos_mail_exists_only_in_the_demo(client: Client, settings) -> None:
    assert client.get(reverse("demo-mail")).status_code == 404
    settings.DEMO = True
    settings.EMAIL_BACKEND = "loyalty_site.mail.DemoBackend"
    send_mail("Your code", "123456", None, ["anna@example.com"])
    assert "123456" in client.get(reverse("demo-mail")).content.decode()


def test_a_browsers_complaint_is_written_down(client: Client, caplog) -> None:
    report = json.dumps({"csp-report": {"blocked-uri": "inline"}})
    assert client.post("/csp-report/", report, content_type="application/csp-report").status_code == 204
    assert "blocked-uri" in caplog.text


def test_plotly_comes_from_its_package_alone(client: Client) -> None:
    assert finders.find("plotly/plotly.min.js").endswith("package_data/plotly.min.js")
    assert finders.find("plotly/widgetbundle.js") is None


@pytest.mark.parametrize("address", ["/?q=a%00b", "/m/%00/"])
def test_an_address_with_a_nul_is_a_bad_request(client: Client, address: str) -> None:
    assert client.get(address).status_code == 400
