"""Deciding again: each test's name finishes "it …"."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from loyalty_site.models import User
from loyalty_site.retrying import TRIES, retried


def lock(user_id: int) -> None:
    User.objects.select_for_update().get(pk=user_id)


@pytest.mark.django_db(transaction=True)
def test_decides_again_after_a_deadlock() -> None:
    first, second = (User.objects.create_user(f"{name}@example.com").pk for name in ("anna", "ben"))
    met = Barrier(2)
    tries: list[int] = []

    @retried
    def lock_both(one: int, other: int) -> None:
        tries.append(one)
        lock(one)
        if len(tries) <= 2:
            met.wait(timeout=10)
        lock(other)

    def run(one: int, other: int) -> None:
        try:
            lock_both(one, other)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, (first, second), (second, first)))
    assert len(tries) == 3


@pytest.mark.django_db(transaction=True)
def test_gives_up_after_five_tries() -> None:
    tries: list[int] = []

    @retried
    def enrol_twice() -> None:
        tries.append(1)
        User.objects.create_user("anna@example.com")
        User.objects.create_user("anna@example.com")

    with pytest.raises(IntegrityError):
        enrol_twice()
    assert len(tries) == TRIES == 5
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_leaves_trying_again_to_the_outermost_decision() -> None:
    tries: list[int] = []

    @retried
    def fail() -> None:
        tries.append(1)
        User.objects.create_user("anna@example.com")
        User.objects.create_user("anna@example.com")

    with transaction.atomic(), pytest.raises(IntegrityError):
        fail()
    assert tries == [1]
