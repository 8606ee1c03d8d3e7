"""Every preset leads to a first purchase that counts, in any money; every name finishes "it …"."""

from __future__ import annotations

from datetime import timedelta

import pytest

from members.models import LedgerEntry
from members.tests import factories
from members.tests.factories import NOW
from programs import beginning, publishing
from programs.gallery import GALLERY, Preset
from programs.models import Role
from programs.terms import parse
from programs.typical import everyday_amount
from reports import setting_up

pytestmark = pytest.mark.django_db
SHOPS = [
    ("PLN", "Europe/Warsaw", "pl"),
    ("JPY", "Asia/Tokyo", "en"),
    ("KWD", "Asia/Kuwait", "en"),
    ("IDR", "Asia/Jakarta", "zh-hans"),
]


@pytest.mark.parametrize("preset", GALLERY, ids=lambda preset: preset.code)
@pytest.mark.parametrize(("currency", "zone", "language"), SHOPS, ids=[shop[0] for shop in SHOPS])
def test_it_comes_from_a_preset_to_points_at_the_till(preset: Preset, currency: str, zone: str, language: str) -> None:
    merchant = factories.merchant(currency=currency, zone=zone, language=language)
    owner = factories.staff(merchant=merchant, role=Role.OWNER)
    program = beginning.begin(merchant, preset, name="", by=owner.user, now=NOW)
    publishing.publish_draft(program, revision=program.draft.revision, effective_at=NOW, by=owner.user, now=NOW)
    assert not setting_up.guide(merchant, now=NOW).is_over
    later = NOW + timedelta(minutes=5)
    member = factories.member(merchant=merchant, now=later)
    factories.order(member.accounts.get(), str(everyday_amount(currency)), at=later)
    points = [entry.points for entry in LedgerEntry.objects.filter(kind="earn", order__isnull=False)]
    terms = parse(program.versions.get().terms)
    assert (len(points), points[0] > 0) == (1, terms.gives_points)
    assert points[0] < 1_000 or terms.unit.as_money
    assert setting_up.guide(merchant, now=later).is_over
