"""What the log says of requests, as the site's own handler writes it."""

import logging
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from loyalty_site.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def written() -> Iterator[list[str]]:
    """The lines of the site's own handler, whatever reads the log beside it."""
    (handler,) = [one for one in logging.getLogger().handlers if one.get_name() == "stderr"]
    lines: list[str] = []

    class Reading(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(handler.format(record))

    reading = Reading()
    for one in handler.filters:
        reading.addFilter(one)
    logging.getLogger().addHandler(reading)
    yield lines
    logging.getLogger().removeHandler(reading)


def test_names_a_page_without_the_token_that_opens_it(client: Client, written: list[str]) -> None:
    assert client.get("/join/a-secret-that-opens-a-shop/").status_code == 404
    assert [line.partition("django.request: ")[2] for line in written] == ["Not Found: /join/…/"]


def test_names_other_pages_whole(client: Client, written: list[str]) -> None:
    assert client.get("/till/nobody-here/worker.js").status_code == 404
    assert written[-1].endswith("Not Found: /till/nobody-here/worker.js")


def test_tells_of_an_error_without_the_row_it_is_about(written: list[str]) -> None:
    address = "@".join(["anna", "example.com"])  # the trace quotes this very file
    User.objects.create_user(address, "a-long-password")
    try:
        with transaction.atomic():
            User.objects.create_user(address, "a-long-password")
    except IntegrityError:
        logging.getLogger("members").exception("One is left out")
    assert "One is left out" in written[-1]
    assert "duplicate key value violates unique constraint" in written[-1]
    assert "DETAIL: …" in written[-1]
    assert address not in written[-1]
