"""A real Chromium for the tests marked `browser`: found on the machine, never downloaded."""

import os
import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page

from loyalty_site.sql import rows

BUSY = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle' AND backend_type = 'client backend'
"""
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUMS)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip browser tests where there is no browser; on CI they run, and fail."""
    if chromium() or os.environ.get("CI") == "true":
        return
    skip = pytest.mark.skip(reason="no Chromium found: apt-get install chromium")
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    # Playwright's loop runs in this thread, and Django would take its queries for queries from async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {"executable_path": chromium(), "args": FLAGS}


def is_trouble(message: ConsoleMessage) -> bool:
    """Whether a page said something it should not; of a refused form the browser itself says 422."""
    return message.type in ("error", "warning") and "422 (Unprocessable Entity)" not in message.text


@pytest.fixture
def quiet_page(page: Page) -> Iterator[Page]:
    """A page whose console must stay empty: no errors, no warnings, nothing refused by the policy."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if is_trouble(message) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    page.goto("about:blank")
    let_requests_end()
    assert said == []


def let_requests_end() -> None:
    """Wait until the server is done with what pages asked for last; emptying the tables would meet it in a deadlock."""
    calm, tries = 0, 0
    while calm < 3 and tries < 100:
        calm = 0 if rows(BUSY)[0][0] else calm + 1
        tries += 1
        time.sleep(0.05)
