"""`make demo`: the whole site on one machine, with demo shops, until Ctrl-C.

Reads PORT (8000), RESET (1 throws the data away first) and SHOPS (0 leaves the demo shops out).
"""

import io
import os
import secrets
import socket
import sys
import time
import urllib.request
from contextlib import suppress
from urllib.error import URLError

import django
from django.core.management import CommandError, call_command, get_commands

from loyalty_site import embedded
from loyalty_site.embedded import places
from loyalty_site.supervisor import Family, Stopped, family, stoppable

HOST = "127.0.0.1"
PATIENCE = 60  # seconds until the site must answer


class CannotRun(Exception):
    """The demo cannot run; the text is one sentence that says what to do."""


def main() -> int:
    port = os.environ.get("PORT") or "8000"
    try:
        with stoppable():
            run(port, reset=os.environ.get("RESET", "") not in {"", "0"})
    except Stopped:
        print("\nStopped. The data stay; `make demo` goes on from here.")
    except (CannotRun, embedded.Broken) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def run(port: str, *, reset: bool) -> None:
    check_port(port)
    if reset:
        embedded.reset()
    with embedded.servers(), family() as children:
        logins = prepare(f"http://{HOST}:{port}")
        start(children, port)
        wait_for_answer(children, port)
        print(f"\nRegulars runs at http://{HOST}:{port}/  (Ctrl-C stops it)\n{logins}", flush=True)
        watch(children)


def check_port(port: str) -> None:
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise CannotRun(f"PORT={port} is not a port: take a number such as 8000.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(port)))
        except PermissionError:
            raise CannotRun(f"Port {port} is only for root: take another one with `make demo PORT=8000`.") from None
        except OSError:
            raise CannotRun(
                f"Port {port} is taken by another program: take another one with `make demo PORT={int(port) + 1}`."
            ) from None


def prepare(address: str) -> str:
    """Bring the database up to date and load the demo shops once; return the logins to show."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "loyalty_site.settings", "DEMO": "1", "DEMO_ADDRESS": address}
    os.environ.setdefault("SECRET_KEY", secret_key())
    django.setup()
    print("Preparing the database ...", flush=True)
    call_command("migrate", verbosity=0)
    said = io.StringIO()
    if "load_demo" in get_commands() and os.environ.get("SHOPS") != "0":
        print("Loading the demo shops (the first time takes a minute) ...", flush=True)
        try:
            call_command("load_demo", stdout=said)
        except CommandError as problem:
            raise CannotRun(str(problem)) from None
    django.db.connections.close_all()
    return said.getvalue()


def secret_key() -> str:
    """Keep one key beside the data, so that a restart signs nobody out."""
    kept = places.data_file("secret_key")
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50))
    return kept.read_text()


def start(children: Family, port: str) -> None:
    address = f"http://{HOST}:{port}"
    quiet = "ignore::UserWarning"  # root may run a demo
    environment = {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": quiet, "SITE_URL": address}
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "-A", "loyalty_site.celery", "--quiet"]
    web = ["gunicorn", "loyalty_site.wsgi", "--workers", "2", "--threads", "4", "--bind", f"{HOST}:{port}"]
    children.start("web server", *python, *web, "--log-level", "warning", environment=environment)
    children.start("worker", *celery, "worker", "-c", "2", "-l", "WARNING", environment=environment)
    schedule = str(places.data_file("beat"))
    children.start("beat", *celery, "beat", "-s", schedule, "--pidfile=", "-l", "WARNING", environment=environment)


def wait_for_answer(children: Family, port: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        complain_about_fallen(children)
        with suppress(URLError, OSError), urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5):
            return
        time.sleep(0.1)
    raise CannotRun(f"The site does not answer at port {port}; the lines above say why.")


def watch(children: Family) -> None:
    while True:
        complain_about_fallen(children)
        time.sleep(0.5)


def complain_about_fallen(children: Family) -> None:
    if name := children.fallen():
        raise CannotRun(f"The {name} ended by itself; the lines above say why. `make demo` starts again.")


if __name__ == "__main__":
    sys.exit(main())
