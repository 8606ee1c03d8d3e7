"""What staff correct about a member; each test's name finishes "it …"."""

from __future__ import annotations

import pytest

from members import correcting
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Role

pytestmark = pytest.mark.django_db


def test_it_lets_go_of_whoever_signs_in_with_the_old_address() -> None:
    merchant = factories.shop().merchant
    manager, user = factories.staff(merchant=merchant, role=Role.MANAGER), factories.user(email="ola@example.com")
    ola = factories.member(merchant=merchant, email=user.email, user=user)
    assert correcting.correct(ola, {"name": "Ola Lis"}, {}, by=manager, now=NOW).user == user
    fresh = correcting.correct(ola, {"email": "ola.lis@example.com"}, {}, by=manager, now=NOW)
    assert (fresh.email, fresh.user) == ("ola.lis@example.com", None)
    fresh.refresh_from_db()
    assert fresh.user is None
