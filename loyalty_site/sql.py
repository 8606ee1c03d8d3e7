"""Statements of our own: the few places where the ORM would take more round trips.

None is prepared on the server: planned each time for what is asked, and nothing is lost where PgBouncer stands between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString

import psycopg
from django.db import connection
from psycopg import sql


def rows(statement: LiteralString, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run a statement and fetch what it returns; errors are Django's database errors."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def many(statement: LiteralString, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run a statement over thousands of rows: planned for the tables as they are now, fetched in the binary form."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, parameters, binary=True)
        return cursor.fetchall() if cursor.description else []


def copy(table: str, columns: Sequence[str], records: Iterable[Sequence[Any]]) -> None:
    """Write many rows at once, at a fraction of what INSERT costs; a value that is taken is an error."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection) as cursor,
        cursor.copy(statement) as target,
    ):
        for record in records:
            target.write_row(record)


def analyze(tables: Iterable[str]) -> None:
    """Have the database count what tables hold, as it does by itself within some minutes of a large change.

    Until it has, it may take a table of a million rows for a small one, and read it whole where an index would do.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, tables))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(names).as_string())


def next_ids(table: LiteralString, count: int) -> list[int]:
    """Draw the numbers of rows that are going to be written, in rising order."""
    drawn = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    return [row[0] for row in many(drawn, [table, count])]
