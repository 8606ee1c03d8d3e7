"""PgBouncer in transaction mode: every transaction may meet a server that knows nothing of the last one. "it …"."""

from __future__ import annotations

import itertools
from contextlib import suppress

import pytest
from django.db import DatabaseError, connection

from loyalty_site.refusals import Refused
from tests.faults import books, seeds
from tests.faults.crowd import SHOPS, Crowd

ACTS = 60

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]


@pytest.fixture(autouse=True)
def own_connection() -> None:
    connection.close()


def act(crowd: Crowd, count: int) -> None:
    """Do what a crowd does, one after another, on a session that forgets everything between two of them."""
    dice = seeds.drawn(seeds.SEED, "pooling")
    for _number in itertools.repeat(None, count):
        with suppress(Refused):
            crowd.choose(dice)()
        connection.ensure_connection()
        connection.connection.pgconn.exec_(b"DISCARD ALL")


@pytest.mark.parametrize("kind", SHOPS)
def test_needs_nothing_from_the_transaction_before(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)  # BEHIND_PGBOUNCER=1
    crowd = Crowd(kind)
    act(crowd, ACTS)
    books.assert_sound(crowd.merchant, now=crowd.now)


def test_notices_statements_that_a_pool_would_lose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "prepare_threshold", 1)
    connection.close()
    with pytest.raises(DatabaseError, match="prepared statement"):
        act(Crowd("looks-back"), ACTS)
    connection.close()
