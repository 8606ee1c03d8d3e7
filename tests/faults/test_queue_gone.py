"""Queue and cache may be down, or full: nobody at the counter notices, and no work is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from loyalty_site import jobs
from loyalty_site.embedded import valkey
from loyalty_site.models import Job
from loyalty_site.tests.test_worker import database_url
from members.models import Order
from members.tests import factories
from programs import keys
from programs.models import Role

pytestmark = [pytest.mark.django_db(transaction=True)]

PATIENCE = 5.0  # seconds; a page that waits for a queue that is down would take longer


@pytest.fixture
def full(tmp_path: Path) -> Iterator[str]:
    """A server without room for one key."""
    path = Path(f"/tmp/full-{os.getpid()}.sock")  # noqa: S108 (a socket's path must be short)
    options = ["--port", "0", "--unixsocket", str(path), "--maxmemory", "1", "--maxmemory-policy", "noeviction"]
    server = subprocess.Popen([valkey._program(), *options, "--save", ""], cwd=tmp_path, stdout=subprocess.DEVNULL)
    while not path.exists():
        time.sleep(0.05)
    yield f"unix://{path}"
    server.kill()
    server.wait()
    path.unlink(missing_ok=True)


@pytest.fixture
def gone() -> str:
    return "redis://127.0.0.1:1/0"


@pytest.mark.parametrize("state", ["gone", "full"])
def test_nobody_at_the_counter_notices(state: str, request: pytest.FixtureRequest) -> None:
    account = factories.account(program=factories.shop(slug="bean"))
    merchant = account.program.merchant
    owner = factories.staff(merchant=merchant, role=Role.OWNER)
    made = keys.make(name="Shop", scopes=["orders"], reference="k", by=owner, now=timezone.now())
    assert made
    answers = customers_day("bean", made[1], account.member.number, queue=request.getfixturevalue(state))
    codes = {name: code for name, code, _seconds in answers}
    assert {name: codes[name] for name in ("till", "api", "job", "home")} == {
        "till": 302,
        "api": 201,
        "job": 302,
        "home": 200,
    }
    assert codes["health"] == (500 if state == "gone" else 200)
    assert max(seconds for *_answer, seconds in answers) < PATIENCE
    assert Order.objects.filter(merchant=merchant).count() == 2
    job = Job.objects.get()
    assert jobs.sweep(now=timezone.now()) == [job.pk]  # the click is not lost: the sweeper finds it


def customers_day(*arguments: str, queue: str) -> list[tuple[str, int, float]]:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "loyalty_site.settings_test",
        "DATABASE_URL": database_url(),
        "REDIS_URL": queue,
    }
    command = [sys.executable, "-m", "tests.faults.customers_day", *arguments]
    said = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    return [tuple(json.loads(line)) for line in said.stdout.splitlines()]
