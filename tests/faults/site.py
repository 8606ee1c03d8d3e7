"""A whole site of its own, whose servers may be killed: PostgreSQL, Valkey and gunicorn, in a folder of its own."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, connections

from loyalty_site.embedded import places, postgres, valkey

PATIENCE = 60  # seconds; the machine may be busy with other tests
FRESH = "fresh"  # the database that each test's one is copied from
HERE = {"DATABASE_URL": "", "REDIS_URL": ""}
QUICK = {"fsync": "off", "shared_buffers": "32MB"}  # processes die here, the machine does not

# What this process remembers of terms and keys, it knows by numbers: no two databases may share one.
NUMBER_ANEW = "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, %s) FROM pg_sequences"


def wait_until(happened: Callable[[], bool], what: str = "it") -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, f"{what} did not happen in time"
        time.sleep(0.02)


@dataclass
class Site:
    """Servers that a test owns alone."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="regulars-faults-")))
    web: subprocess.Popen[bytes] | None = None
    port: int = 0
    bases: Iterator[int] = field(default_factory=lambda: itertools.count(10**9, 10**6))

    @contextmanager
    def placed(self) -> Iterator[None]:
        """Let the embedded servers mean ours."""
        with (
            mock.patch.dict(os.environ, HERE | {"DATA_DIR": str(self.folder / "data")}),
            mock.patch.dict(postgres.SETTINGS, QUICK),
        ):
            yield

    def start(self) -> None:
        """Start what does not run, as a supervisor would."""
        with self.placed():
            postgres.start()
            valkey.start()
            wait_until(accepts, "the recovery of PostgreSQL")

    def stop(self) -> None:
        self.stop_web()
        with self.placed():
            postgres.stop()
            with suppress(OSError):
                valkey.stop()
            shutil.rmtree(places.home(), ignore_errors=True)
            shutil.rmtree(places.socket_dir(), ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- PostgreSQL --------------------------------------------------------------------------------------------

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Let this process's Django talk to our database, made anew."""
        before = dict(connection.settings_dict)
        connections.close_all()
        with self.placed():
            own = {"HOST": str(places.socket_dir()), "PORT": "", "USER": postgres.ROLE, "PASSWORD": ""}
        connection.settings_dict.update(own | {"NAME": "postgres"})
        self.remake_database()
        try:
            yield
        finally:
            connections.close_all()
            connection.settings_dict.update(before)

    def remake_database(self) -> None:
        """Copy the migrated database, which the first test makes."""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {postgres.DATABASE} WITH (FORCE)")
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [FRESH])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {FRESH}")
                self.migrate()
                connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {postgres.DATABASE} TEMPLATE {FRESH}")
        connections.close_all()
        connection.settings_dict["NAME"] = postgres.DATABASE
        with connection.cursor() as cursor:
            cursor.execute(NUMBER_ANEW, [next(self.bases)])
        connections.close_all()

    def migrate(self) -> None:
        connections.close_all()
        connection.settings_dict["NAME"] = FRESH
        call_command("migrate", verbosity=0)
        connections.close_all()
        connection.settings_dict["NAME"] = "postgres"

    def kill_database(self) -> None:
        """Kill the first process of PostgreSQL; its children follow when they notice, as after a real crash."""
        with self.placed():
            kill(int((postgres.folder() / "postmaster.pid").read_text().split()[0]))
            wait_until(lambda: not postgres.is_running(), "the death of PostgreSQL")

    def kill_backend(self, which: int) -> None:
        """Kill one connection's process, whereupon PostgreSQL ends all others and recovers."""
        with suppress(OperationalError):  # it may be about to notice an earlier kill
            found = backends()
            victim = found[which % len(found)]
            kill(victim)
            wait_until(lambda: not Path(f"/proc/{victim}").exists(), "the end of a connection that PostgreSQL notices")

    # --- Valkey ------------------------------------------------------------------------------------------------

    def redis_url(self) -> str:
        with self.placed():
            return valkey.url()

    def kill_queue(self) -> None:
        with self.placed():
            kill(peer_of(places.socket_dir() / "valkey.sock"))
            wait_until(lambda: not valkey.is_running(), "the death of the queue")

    # --- gunicorn ----------------------------------------------------------------------------------------------

    def environment(self, **more: str) -> dict[str, str]:
        with self.placed():
            own = {"DATABASE_URL": postgres.url(), "REDIS_URL": valkey.url()}
        return (
            os.environ | own | {"DJANGO_SETTINGS_MODULE": "loyalty_site.settings_test", "LOG_LEVEL": "CRITICAL"} | more
        )

    def start_web(self, application: str = "loyalty_site.wsgi", *, workers: int = 2, **environment: str) -> None:
        self.port = free_port()
        shape = [
            "--workers",
            str(workers),
            "--threads",
            "4",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--preload",
            "--no-control-socket",
        ]
        command = [sys.executable, "-m", "gunicorn", application, *shape, "--log-level", "critical"]
        self.web = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=self.environment(**environment), start_new_session=True
        )
        wait_until(self.is_listening, "the start of gunicorn")

    def is_listening(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def web_workers(self) -> list[int]:
        if self.web is None:
            return []
        children = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text()
        return sorted(map(int, children.split()))

    def stop_web(self) -> None:
        if self.web is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.web.pid, signal.SIGKILL)
            self.web.wait()
            self.web = None


def backends() -> list[int]:
    """The processes of all connections."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' ORDER BY pid")
        return [pid for (pid,) in cursor.fetchall()]


def accepts() -> bool:
    """Whether PostgreSQL lets people in: after a crash it recovers first."""
    try:
        psycopg.connect(host=str(places.socket_dir()), user=postgres.ROLE, dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def peer_of(path: Path) -> int:
    """The process that listens on a socket, as the kernel knows it."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(path))
        credentials: Any = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return int.from_bytes(credentials[:4], sys.byteorder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
