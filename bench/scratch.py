"""A database only for the benchmark, on the same server as the site's, made anew for every run."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

from loyalty_site import embedded

NAME = "regulars_bench"


@contextmanager
def database() -> Iterator[None]:
    """Start the servers if need be, make and migrate the database, set Django up on it, and drop it at the end."""
    with embedded.servers():
        django.setup()
        remake(settings.DATABASES["default"])
        connections.close_all()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = NAME
        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = "postgres"
            with server() as admin:
                admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))


def remake(site: dict[str, Any]) -> None:
    with server(site["NAME"]) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))


def address(name: str = "") -> dict[str, Any]:
    """How libpq programs reach the server."""
    found = connection.settings_dict
    given = {"host": found["HOST"], "port": found["PORT"], "user": found["USER"], "password": found["PASSWORD"]}
    return {key: value for key, value in given.items() if value} | {"dbname": name or found["NAME"]}


def server(name: str = "") -> psycopg.Connection[Any]:
    return psycopg.connect(**address(name), autocommit=True)
