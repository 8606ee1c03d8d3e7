"""Two tabs, two clicks, two first owners at the same moment: one shop, one program; every name finishes "it …"."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_site.models import User
from loyalty_site.refusals import Refused
from members.tests import factories
from members.tests.at_once import at_once
from members.tests.factories import NOW
from programs import beginning, gallery, opening
from programs.models import Merchant, Program, Role
from programs.opening import NewShop

pytestmark = pytest.mark.django_db(transaction=True)

CORNER = NewShop(name="Corner", slug="corner", currency="EUR", zone_name="Europe/Lisbon")


def opened(owner: User) -> Merchant | Refused:
    try:
        return opening.open_own(CORNER, owner=owner, now=NOW)
    except Refused as refusal:
        return refusal


def test_it_opens_one_shop_for_two_clicks_at_once() -> None:
    ola = factories.user(name="Ola")
    found = at_once(*[lambda: opened(ola)] * 4)
    assert len({shop.pk for shop in found if isinstance(shop, Merchant)}) == 1
    assert Merchant.objects.get().staff.get().user == ola


def test_it_has_one_first_owner(settings: Any) -> None:
    settings.SIGN_UP = "first"
    people = [factories.user(), factories.user()]
    at_once(*[lambda person=person: opened(person) for person in people])
    assert Merchant.objects.get().staff.count() == 1


def test_it_begins_one_program_for_two_clicks_at_once() -> None:
    owner = factories.staff(merchant=factories.merchant(), role=Role.OWNER)

    def begun() -> Program:
        return beginning.begin(owner.merchant, gallery.BY_CODE["stamps"], name="", by=owner.user, now=NOW)

    assert len({program.pk for program in at_once(*[begun] * 4)}) == 1
    assert Program.objects.get().draft.revision == 1
