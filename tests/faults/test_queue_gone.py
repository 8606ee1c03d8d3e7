"""Queue and cache may be down, or full: nobody at the counter notices, and no work is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from loyalty_site import jobs
from loyalty_site.embedded import valkey
from loyalty_site.models import Job
from loyalty_site.tests import kinds
from loyalty_site.tests.test_worker import database_url, is_done, wait_until
from members.models import Order
from members.tests import factories
from programs import keys
from programs.models import Role

pytestmark = [pytest.mark.django_db(transaction=True)]

PATIENCE = 5.0  # seconds; a page that waits for a queue that is down would take longer


class Queue:
    """A server of its own for one test, on a socket; started, killed and started again at will."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.options = folder, options
        self.path = Path(f"/tmp/queue-{os.getpid()}.sock")  # noqa: S108 (the path of a socket must be short)
        self.url = f"unix://{self.path}"

    def start(self) -> None:
        self.path.unlink(missing_ok=True)
        options = ["--port", "0", "--unixsocket", str(self.path), "--save", "", *self.options]
        self.server = subprocess.Popen([valkey._program(), *options], cwd=self.folder, stdout=subprocess.DEVNULL)
        while not self.path.exists():
            time.sleep(0.05)

    def kill(self) -> None:
        self.server.kill()
        self.server.wait()
        self.path.unlink(missing_ok=True)


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    queue = Queue(tmp_path)
    queue.start()
    yield queue
    queue.kill()


@pytest.fixture
def full(tmp_path: Path) -> Iterator[str]:
    """A server without room for one key."""
    queue = Queue(tmp_path, "--maxmemory", "1", "--maxmemory-policy", "noeviction")
    queue.start()
    yield queue.url
    queue.kill()


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


def test_a_worker_outlives_its_queue(queue: Queue, settings: Any) -> None:
    """What the dead queue held is lost, and nobody misses it: beat ticks, and the sweeper finds the job."""
    settings.JOB_KINDS = kinds.KINDS | kinds.OTHERS
    settings_of_worker = {"DJANGO_SETTINGS_MODULE": "loyalty_site.tests.settings_worker", "REDIS_URL": queue.url}
    environment = os.environ | settings_of_worker | {"DATABASE_URL": database_url()}
    celery = [sys.executable, "-m", "celery", "-A", "loyalty_site.celery"]
    worker = subprocess.Popen([*celery, "worker", "-c", "1"], cwd=settings.BASE_DIR, env=environment)
    try:
        first = jobs.open_job("slow", 1, date(2026, 3, 1))
        subprocess.run([*celery, "call", "sweep"], cwd=settings.BASE_DIR, env=environment, check=True)
        wait_until(lambda: is_done(first))
        queue.kill()
        second = jobs.open_job("slow", 1, date(2026, 3, 2))
        queue.start()
        subprocess.run([*celery, "call", "sweep"], cwd=settings.BASE_DIR, env=environment, check=True)
        wait_until(lambda: is_done(second))
    finally:
        worker.terminate()
        worker.wait()
