"""The whole suite runs on real servers: started before the first test, left as they were after the last."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.core.cache import cache
from django.utils import translation
from hypothesis import settings

from loyalty_site import clock, embedded
from loyalty_site.web import rates

settings.register_profile("suite", deadline=None)  # a busy machine is not a failure
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return  # a worker of xdist: its controller holds the servers
    stack = ExitStack()
    try:
        stack.enter_context(embedded.servers())
    except embedded.Broken as problem:
        pytest.exit(str(problem), returncode=1)
    config.add_cleanup(stack.close)


@pytest.fixture(scope="session", autouse=True)
def trusted_clock() -> None:
    """This machine's clock is the server's; tests without a database ask what time it is, too."""
    clock.correction["by"] = clock.NONE


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    """A test begins in English, whatever language a page that the one before asked for was written in."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def nobody_counted() -> None:
    """A test begins with nobody held back for what the ones before asked in the same minute."""
    cache.clear()
    rates.allowances.clear()
