"""A connection that the server has closed is noticed before it is used, without asking the server each time."""

from __future__ import annotations

import time

import psycopg
import pytest
from django.db import connection

from loyalty_site.round_trips import ask, trust_connection
from loyalty_site.sql import rows

pytestmark = pytest.mark.django_db(transaction=True)


def close_from_outside() -> None:
    """End this thread's session as a restart of the server does."""
    connection.ensure_connection()
    found = connection.get_connection_params()
    place = {key: found[key] for key in ("host", "port", "user", "password", "dbname") if found.get(key)}
    number = connection.connection.info.backend_pid
    with psycopg.connect(**place) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [number])
    time.sleep(0.1)


def test_a_live_connection_is_not_asked_whether_it_lives() -> None:
    connection.ensure_connection()
    connection.health_check_done = False
    trust_connection()
    assert connection.health_check_done


@pytest.mark.parametrize("read", [lambda: ask("length", "four"), lambda: rows("SELECT 4")], ids=["a trip", "rows"])
def test_a_dead_connection_is_replaced(read: object) -> None:
    close_from_outside()
    trust_connection()
    assert read() in (b"4", [(4,)])  # type: ignore[operator]
