"""A connection that the server has closed is noticed before it is used, without asking the server each time."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection

from loyalty_site.round_trips import RoundTrips, ask, trust_connection
from loyalty_site.sql import rows

pytestmark = pytest.mark.django_db(transaction=True)


def close_from_outside() -> None:
    """End this thread's session as a restart of the server does."""
    connection.ensure_connection()
    number = connection.connection.info.backend_pid
    with beside_us() as other:
        other.execute("SELECT pg_terminate_backend(%s)", [number])
    time.sleep(0.1)


def beside_us() -> psycopg.Connection[Any]:
    """Another session of the same database."""
    found = connection.get_connection_params()
    place = {key: found[key] for key in ("host", "port", "user", "password", "dbname") if found.get(key)}
    return psycopg.connect(**place)


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


def cut_line() -> None:
    """End the line as a crash of the server does that has said one thing more, though not that it crashes."""
    rows("LISTEN last_words")
    with beside_us() as other:
        other.execute("NOTIFY last_words")
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as line:
        line.shutdown(socket.SHUT_WR)
    time.sleep(0.1)


@pytest.mark.parametrize("lose", [close_from_outside, cut_line])
def test_a_line_that_is_lost_is_said_to_be_lost(lose: Callable[[], None]) -> None:
    trips = RoundTrips()
    lose()
    with pytest.raises(OperationalError):
        trips.read("to_jsonb", 4)
    with suppress(OperationalError):
        trips.leave()
    connection.close()
