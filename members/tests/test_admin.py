"""The operator's view of members: each test's name finishes "it …"."""

import pytest
from django.test import Client
from django.urls import reverse

from loyalty_site.models import User
from members.models import Member
from members.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Member:
    return factories.member(merchant=factories.shop().merchant)


def correct(client: Client, member: Member, **changes: str) -> int:
    client.force_login(User.objects.create_superuser("operator@example.com"))
    typed = {"name": member.name, "email": "", "phone": "", "born_on": "", "note": ""} | changes
    return client.post(reverse("admin:members_member_change", args=[member.pk]), typed).status_code


def test_writes_address_and_phone_as_enrolling_does(client: Client, member: Member) -> None:
    assert correct(client, member, email="Anna@Poczta.example", phone="601 234 567") == 302
    member.refresh_from_db()
    assert (member.email, member.phone) == ("anna@poczta.example", "+48601234567")


def test_refuses_what_is_no_phone_number(client: Client, member: Member) -> None:
    assert correct(client, member, phone="call me") == 200
    member.refresh_from_db()
    assert member.phone == ""
