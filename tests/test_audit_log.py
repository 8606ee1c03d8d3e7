"""The audit log: every deed has words, what changed is told, filters and pages hold, the file is safe to open."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from loyalty_site import auditing
from loyalty_site.models import AuditEvent
from members.audit_log import reading
from members.audit_log.deeds import DEEDS
from members.audit_log.reading import Asked, Fact
from members.tests import factories
from programs.models import Merchant, Role, Staff

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
ACTION = re.compile(r"[a-z]+(-[a-z]+)+")
WRITES = {"record", "note", "write_down", "create"}
NO_DEEDS = {
    "card-ticket",
    "import-look",
    "import-record",
    "move-tiers",
    "tell-of-terms",
}  # constants of writers that mean something else


@pytest.fixture
def marta(db) -> Staff:
    return factories.staff(merchant=factories.shop(slug="bean").merchant, role=Role.OWNER, name="Marta Nowak")


def browser(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def written(merchant: Merchant, action: str, *, by: Staff | None = None, at: datetime = NOW, **details: object) -> None:
    subject = str(details.pop("subject", ""))
    auditing.record(action, merchant=merchant.pk, actor=by.user if by else None, at=at, subject=subject, **details)


def said(merchant: Merchant, **asked: object) -> list[str]:
    return [line.words for line in reading.sheet(merchant, Asked(**asked)).lines]


def actions_in(path: Path) -> set[str]:
    """What a module that writes events may call them: its constants, and what is handed to a writer in words."""
    tree = ast.parse(path.read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    writers = [call for call in calls if ast.unparse(call.func).split(".")[-1] in WRITES]
    handed = [part for call in writers for part in [*call.args[:2], *(word.value for word in call.keywords)]]
    values = [node.value for node in tree.body if isinstance(node, ast.Assign)] + handed
    texts = [part.value for value in values for part in ast.walk(value) if isinstance(part, ast.Constant)]
    return {text for text in texts if isinstance(text, str) and ACTION.fullmatch(text)} - NO_DEEDS


def test_every_deed_that_is_written_down_has_words() -> None:
    root = Path(settings.BASE_DIR)
    apps = ("loyalty_site", "programs", "members", "rewards", "reports")
    sources = [path for app in apps for path in (root / app).rglob("*.py") if "tests" not in path.parts]
    writers = [path for path in sources if re.search(r"auditing|AuditEvent|staffing\.noting", path.read_text())]
    found = {action for path in writers for action in actions_in(path)}
    assert {"shop-look", "staff-ended", "member-block", "pin-set", "bulk-started"} <= found, "the search finds nothing"
    assert found - {*DEEDS} == set(), "say it in members/audit_log/deeds.py"


def test_it_tells_what_changed_from_what_to_what(marta: Staff) -> None:
    ewa = factories.staff(merchant=marta.merchant, name="Ewa")
    written(
        marta.merchant,
        "staff-changed",
        by=marta,
        subject=f"staff:{ewa.pk}",
        before={"role": "cashier", "location": ""},
        after={"role": "manager", "location": ""},
        reason="Stands in for Adam",
    )
    (line,) = reading.sheet(marta.merchant, Asked()).lines
    assert (line.who, line.words) == ("Marta Nowak", "Changed role or place of Ewa")
    assert line.facts == [Fact("Role", "Manager", "Cashier"), Fact("Reason", "Stands in for Adam")]


def test_a_member_who_is_there_can_be_opened(marta: Staff) -> None:
    anna = factories.member(merchant=marta.merchant)
    written(marta.merchant, "member-block", by=marta, subject=anna.number)
    page = browser(marta).get(reverse("dashboard-audit-log", args=["bean"])).content.decode()
    assert reverse("dashboard-member-show", args=["bean", anna.number]) in page


@pytest.mark.django_db
def test_it_is_of_one_shop() -> None:
    mine, other = factories.merchant(), factories.merchant()
    written(other, "shop-look")
    assert said(mine) == []


def test_filters_narrow_it_down(marta: Staff) -> None:
    shop, adam = marta.merchant, factories.staff(merchant=marta.merchant, role=Role.MANAGER, name="Adam")
    written(shop, "shop-look", by=marta)
    written(shop, "member-block", by=adam, subject="BL1", at=NOW + timedelta(hours=1))
    written(shop, "member-seen", by=adam, subject="BL1", at=NOW + timedelta(hours=2))
    written(shop, "staff-ended", by=marta, subject=f"staff:{adam.pk}", at=NOW + timedelta(days=1))
    look, block, end = "Changed the shop's colour and logo", "Blocked BL1", "Ended the work of Adam here"
    assert said(shop) == [end, block, look], "looking at somebody is no change"
    assert said(shop, part="looked") == ["Looked at BL1"]
    assert said(shop, part="shop") == [look]
    assert said(shop, actor=adam.user_id) == [block]
    assert said(shop, subject="BL1") == [block]
    assert said(shop, subject="ada") == [end]
    assert said(shop, first_on=NOW.date() + timedelta(days=1)) == [end]
    assert said(shop, last_on=NOW.date()) == [block, look]


def test_its_days_are_the_merchants(marta: Staff) -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # 21 Nov in Warsaw
    written(marta.merchant, "shop-look", at=late)
    assert said(marta.merchant, last_on=late.date()) == []
    assert len(said(marta.merchant, first_on=late.date() + timedelta(days=1))) == 1


def test_pages_follow_each_other_without_gap_or_repetition(marta: Staff) -> None:
    for number in range(2 * reading.ROWS + 5):
        written(marta.merchant, "job-run", subject=str(number), at=NOW + timedelta(seconds=number // 3))
    found, before = [], None
    while True:
        page = reading.sheet(marta.merchant, Asked(), before=before)
        found += [line.event.subject for line in page.lines]
        before = page.older
        if before is None:
            break
    assert found == [str(number) for number in reversed(range(2 * reading.ROWS + 5))]


def test_a_page_costs_few_queries_however_many_events(marta: Staff, django_assert_max_num_queries) -> None:
    for number in range(reading.ROWS):
        ewa = factories.staff(merchant=marta.merchant)
        written(marta.merchant, "staff-ended", by=ewa, subject=f"staff:{ewa.pk}", number=number)
    with django_assert_max_num_queries(4):
        assert len(reading.sheet(marta.merchant, Asked()).lines) == reading.ROWS


def test_what_is_odd_is_shown_all_the_same(marta: Staff) -> None:
    written(marta.merchant, "something-else", subject="x", odd={"a": [1, None]}, is_so=True, nothing=None)
    (line,) = reading.sheet(marta.merchant, Asked()).lines
    assert line.words == "something-else x"
    assert line.facts == [Fact("Odd", "a: 1, –"), Fact("Is so", "yes")]


def test_the_file_has_what_the_list_shows_and_no_formula_in_it(marta: Staff) -> None:
    written(
        marta.merchant,
        "reward-changed",
        by=marta,
        subject="=HYPERLINK(1)",
        before={"name": "-1+2"},
        after={"name": "@x"},
    )
    written(marta.merchant, "shop-look", by=marta)
    answer = browser(marta).get(reverse("dashboard-audit-log-file", args=["bean"]), {"part": "program"})
    text = b"".join(answer).decode("utf-8-sig")
    assert len(text.splitlines()) == 2
    assert ",'=HYPERLINK(1)," in text
    assert not re.search(r"(^|,)[=@+]", text, re.MULTILINE)
    assert AuditEvent.objects.filter(action="audit-log-taken", actor=marta.user).count() == 1


@pytest.mark.parametrize("query", ["before=x", "before=999999", "part=nonsense", "who=abc", "first=32-13", "last="])
def test_nonsense_in_the_address_narrows_nothing(marta: Staff, query: str) -> None:
    written(marta.merchant, "shop-look", by=marta)
    page = browser(marta).get(f"{reverse('dashboard-audit-log', args=['bean'])}?{query}")
    assert page.status_code in (200, 422)
    assert "colour and logo" in page.content.decode()
