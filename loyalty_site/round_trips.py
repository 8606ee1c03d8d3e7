"""A transaction in two round trips: the first opens it and reads, the second writes and commits.

For the few paths that run thousands of times a minute. What Django and psycopg do around a statement costs several
times the statement; here each trip is one call of libpq, in the simple protocol, which PgBouncer passes on as well.
"""

from __future__ import annotations

import select
from typing import Any, LiteralString

import orjson
import psycopg
from django.db import connections
from psycopg import pq

DONE = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


def as_json(content: Any) -> bytes:
    """Spell content for a jsonb parameter: money and instants as text, so that nothing becomes a float."""
    return orjson.dumps(content, default=str)


class RoundTrips:
    """One transaction, or one savepoint where the caller already has a transaction.

    Errors are Django's database errors; after one, or to give up, call `leave`.
    """

    def __init__(self) -> None:
        self.database = connections["default"]
        self.database.close_if_health_check_failed()
        self.database.ensure_connection()
        self.server: pq.abc.PGconn = self.database.connection.pgconn
        self.escaping = pq.Escaping(self.server)
        self.is_nested = self.database.in_atomic_block
        self.is_open = False

    def read(self, function: LiteralString, *arguments: Any) -> Any:
        """Open the transaction and fetch what a function returns as jsonb."""
        opening = b"SAVEPOINT two_trips; " if self.is_nested else b"BEGIN; "
        if self.is_nested and self.server.transaction_status == pq.TransactionStatus.IDLE:
            opening = b"BEGIN; " + opening  # the caller's transaction has not sent anything yet
        self.is_open = True
        found = self.send(opening + b"SELECT " + self.call(function, arguments)).get_value(0, 0)
        return orjson.loads(found or b"null")

    def write(self, function: LiteralString, *arguments: Any) -> None:
        """Call a function and commit."""
        closing = b"; RELEASE SAVEPOINT two_trips" if self.is_nested else b"; COMMIT"
        self.send(b"SELECT " + self.call(function, arguments) + closing)
        self.is_open = False

    def leave(self) -> None:
        """Give up: nothing that was read or written here stays locked or written."""
        if self.is_open and self.server.status == pq.ConnStatus.OK:
            self.send(b"ROLLBACK TO SAVEPOINT two_trips" if self.is_nested else b"ROLLBACK")
        self.is_open = False

    def call(self, function: LiteralString, arguments: tuple[Any, ...]) -> bytes:
        return function.encode() + b"(" + b",".join(map(self.literal, arguments)) + b")"

    def literal(self, argument: Any) -> bytes:
        """Spell an argument: whole numbers as they are, everything else as an escaped string."""
        match argument:
            case None:
                return b"NULL"
            case int():
                return b"%d" % argument
            case bytes():
                return self.escaping.escape_literal(argument)
        return self.escaping.escape_literal(str(argument).encode())

    def send(self, statement: bytes) -> pq.abc.PGresult:
        with self.database.wrap_database_errors:
            result = self.server.exec_(statement)
            if result.status not in DONE:
                raise self.error_of(result)
        return result

    def error_of(self, result: pq.abc.PGresult) -> psycopg.Error:
        """What went wrong; a line that is lost says no more than that: only the server names a code."""
        has_code = result.error_field(pq.DiagnosticField.SQLSTATE) is not None
        if self.server.status != pq.ConnStatus.OK or not has_code:
            return psycopg.OperationalError(self.server.get_error_message())
        return psycopg.errors.error_from_result(result, self.database.connection.info.encoding)


def ask(function: LiteralString, *arguments: Any) -> bytes | None:
    """What one function answers, in one round trip, outside of any transaction that is not open yet."""
    trips = RoundTrips()
    return trips.send(b"SELECT " + trips.call(function, arguments)).get_value(0, 0)


def trust_connection() -> None:
    """Take this thread's connection for alive unless its server has hung up or says something unasked.

    Saves the question that Django asks in every request. A connection that dies unseen fails the request, with 503.
    """
    database = connections["default"]
    if database.connection is None or database.connection.closed:
        return
    line = select.poll()
    line.register(database.connection.fileno(), select.POLLIN)
    database.health_check_done = not line.poll(0)  # type: ignore[attr-defined]  # unknown to the stubs
