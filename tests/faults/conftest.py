"""The site that fault tests may kill: one for each process of the tests, its database new for each test."""

from collections.abc import Iterator

import pytest

from tests.faults.site import Site


@pytest.fixture(scope="session")
def servers() -> Iterator[Site]:
    own = Site()
    own.folder.chmod(0o755)  # the servers' account has to get there
    own.start()
    yield own
    own.stop()


@pytest.fixture
def site(servers: Site, django_db_blocker: pytest.FixtureRequest) -> Iterator[Site]:
    servers.start()
    with django_db_blocker.unblock(), servers.in_use():
        yield servers
        servers.stop_web()
        servers.start()  # whatever was killed, its database is dropped by the next test
