import pytest
from django.db import connection
from django.test import Client


@pytest.mark.django_db
def test_healthz_asks_the_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_the_database_is_a_real_postgresql() -> None:
    assert connection.vendor == "postgresql"
