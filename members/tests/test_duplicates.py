"""Who may be one person."""

from datetime import date

import pytest

from members.merging import duplicates
from members.models import Duplicate, Member
from members.tests import factories
from members.tests.factories import NOW

pytestmark = pytest.mark.django_db
BORN = date(1990, 5, 4)


def reasons(*people: dict) -> list[list[str]]:
    merchant = factories.shop().merchant
    for person in people:
        factories.member(merchant=merchant, **person)
    duplicates.find(merchant.pk, now=NOW)
    return list(Duplicate.objects.filter(merchant=merchant).values_list("reasons", flat=True))


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"email": "anna.k@gmail.com"}, {"email": "annak+shop@googlemail.com"}, ["email"]),
        ({"phone": "+48600100200"}, {"phone": "+49600100200"}, ["phone"]),
        ({"name": "Anna Kowalczyk", "born_on": BORN}, {"name": "KOWALCZYK Ania", "born_on": BORN}, ["person"]),
        ({"name": "Żaneta Łoś", "born_on": BORN}, {"name": "Zaneta Los", "born_on": BORN}, ["person"]),
        ({"name": "Anna Kowalczyk", "born_on": BORN}, {"name": "Anna Kowalczyk", "born_on": date(1990, 5, 5)}, None),
        ({"name": "Jan Nowak", "born_on": BORN}, {"name": "Ewa Lis", "born_on": BORN}, None),
        ({"email": "anna@one.example"}, {"email": "anna@two.example"}, None),
    ],
)
def test_it_knows_one_person_by(one: dict, other: dict, why: list[str] | None) -> None:
    assert reasons({"name": "A"} | one, {"name": "B"} | other) == ([why] if why else [])


def test_a_pair_that_is_not_alike_any_more_goes() -> None:
    merchant = factories.shop().merchant
    one, _other = (factories.member(merchant=merchant, email=email) for email in ("a.b@x.example", "ab@x.example"))
    assert duplicates.find(merchant.pk, now=NOW) == duplicates.find(merchant.pk, now=NOW) == 1
    Member.objects.filter(pk=one.pk).update(email="else@x.example")
    assert duplicates.find(merchant.pk, now=NOW) == 0
    assert not Duplicate.objects.exists()


def test_a_key_that_many_have_says_nothing() -> None:
    many = [{"name": "Jan Nowak", "born_on": date(1900, 1, 1)} for _ in range(12)]
    assert reasons(*many) == []
