"""The phone of the studio: the portal as it will be, to be looked at only."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from loyalty_site import clock
from members import families, ledger, refunds
from members.models import Account, Member
from members.refunds import NewRefund
from members.review_frame import frame_of
from members.supposing import at_once
from members.tests import factories
from programs import calendar, drafts, logos, publishing, terms, versions
from programs.models import Merchant, Program, Role, Staff
from programs.terms import Terms
from programs.tests.whole_terms import whole_terms
from rewards import redeeming
from rewards.models import Redemption
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db

PAGES = ("portal-home", "portal-rewards", "portal-history", "portal-you", "portal-how")


def in_days(count: int) -> str:
    return (datetime.now(UTC) + timedelta(days=count)).date().isoformat()


LEVELS = [
    {"code": "bronze", "name": "Bronze", "at": 0},
    {"code": "silver", "name": "Silver", "at": 200, "multiplier": "1.2"},
    {"code": "gold", "name": "Gold", "at": 900, "multiplier": "1.5"},
]
TIERS = {"basis": "points", "window": {"kind": "rolling", "months": 12}, "levels": LEVELS}
DRAFTS: dict[str, dict[str, Any]] = {
    "another rate": {"earning": {"points": 3, "per": "2.00"}},
    "another unit": {"unit": {"one": "bean", "many": "beans"}},
    "money": {"unit": {"one": "point", "many": "points", "as_money": True}},
    "lower tiers": {
        "tiers": TIERS | {"levels": [LEVELS[0], *({**level, "at": level["at"] // 5} for level in LEVELS[1:])]}
    },
    "higher tiers": {
        "tiers": TIERS | {"levels": [LEVELS[0], *({**level, "at": level["at"] * 4} for level in LEVELS[1:])]}
    },
    "tiers by visits": {"tiers": TIERS | {"basis": "visits", "levels": [LEVELS[0], {**LEVELS[1], "at": 2}]}},
    "no tiers": {"tiers": None},
    "a pause": {"paused": True},
    "an end": {"closing": {"last_day": "2090-12-31", "points": "until", "until": "2091-03-31"}},
    "a nearer end": {"closing": {"last_day": in_days(40), "points": "until", "until": in_days(120)}},
    "a bonus of today": {
        "rules": [
            {
                "code": "all-week",
                "name": "All week",
                "when": {"weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]},
                "give": {"multiplier": "2"},
            }
        ]
    },
}


@pytest.fixture
def program() -> Program:
    return factories.shop(terms_document=terms.dump(terms.parse(terms.P0 | {"tiers": TIERS})), slug="cafe")


@pytest.fixture
def account(program: Program) -> Account:
    now = clock.now()
    held = factories.account(program=program, user=factories.user(), now=now)
    for amount in ("120.00", "80.50", "19.99"):
        factories.order(held, amount, at=now)
    reward(program=program, points_price=50)
    reward(program=program, points_price=500)
    return held


@pytest.fixture
def manager(program: Program) -> Staff:
    return factories.staff(merchant=program.merchant, role=Role.MANAGER)


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def draft_of(program: Program, changes: dict[str, Any], staff: Staff) -> drafts.Working:
    now = clock.now()
    document = deepcopy(drafts.working(program, now=now).document)
    document = {key: value for key, value in (document | changes).items() if value is not None}
    return drafts.replace(program, document, by=staff.user, now=now)


def phone(program: Program, url_name: str, *, number: str, show: str = "draft", language: str = "en") -> str:
    page = reverse(url_name, args=[program.merchant.slug]).lstrip("/")
    state = [program.merchant.slug, program.code, show, number, language, page]
    return reverse("dashboard-program-preview-page", args=state)


def main_of(page: str, *, prefix: str = "") -> str:
    """What a page says in its main part; forms differ by what makes each unique."""
    (main,) = re.findall(r"<main\b.*?</main>", page, re.DOTALL) or [page]
    main = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", main)
    return main.replace(prefix, "/") if prefix else main


def rows() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count() for model in apps.get_models() if model.__name__ != "Session"
    }


@pytest.mark.parametrize("changes", DRAFTS.values(), ids=DRAFTS)
def test_it_shows_what_the_portal_shows_once_the_draft_is_published(
    program: Program, account: Account, manager: Staff, changes: dict[str, Any]
) -> None:
    draft_of(program, changes, manager)
    before = rows()
    seen = previewed(account, manager)
    assert rows() == before
    publish(program, manager)
    assert portal_of(account) == seen


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a smaller counterexample is not worth minutes of pages
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(new=whole_terms(), who=st.integers(0, 2), language=st.sampled_from(["en", "pl"]))
def test_it_shows_so_of_whatever_terms(
    program: Program, account: Account, manager: Staff, new: Terms, who: int, language: str
) -> None:
    """Whosever the card: one with a history, one that owes points, a new one; in each language."""
    Merchant.objects.filter(pk=program.merchant_id).update(other_languages=["pl"])
    new = new.model_copy(update={"closing": None})  # whose days are over one day; an end has a draft of its own above
    with transaction.atomic():
        holder = [account, owing(program), factories.account(program=program, user=factories.user())][who]
        drafts.replace(program, terms.dump(new), by=manager.user, now=clock.now())
        seen = previewed(holder, manager, language=language)
        publish(program, manager)
        Member.objects.filter(pk=holder.member_id).update(language=language)
        assert portal_of(holder) == seen
        transaction.set_rollback(True)


def owing(program: Program) -> Account:
    """Somebody whose points were spent before the purchase came back."""
    now = clock.now()
    held = factories.account(program=program, user=factories.user(), now=now)
    factories.order(held, "70.00", at=now, reference="back")
    spent = program.merchant.rewards.get(points_price=50)
    redeeming.redeem(account=held, reward=spent, reference="spent", now=now)
    back = NewRefund(reference="R", order_reference="back", amount=Decimal(70))
    refunds.refund(back, merchant=program.merchant, now=clock.now())
    return held


def previewed(account: Account, by: Staff, *, language: str = "en") -> dict[str, str]:
    """What the phone shows of each page."""
    seen = {}
    for name in PAGES:
        address = phone(account.program, name, number=account.member.number, language=language)
        answer = signed_in(by.user).get(address)
        assert answer.status_code == 200
        seen[name] = main_of(answer.text, prefix=address.removesuffix(reverse(name, args=["cafe"]).lstrip("/")))
    return seen


def portal_of(account: Account) -> dict[str, str]:
    """What the member's own portal shows of each page."""
    member = signed_in(account.member.user)
    return {name: main_of(member.get(reverse(name, args=["cafe"])).text) for name in PAGES}


def publish(program: Program, by: Staff) -> None:
    now = clock.now()
    known = drafts.working(program, now=now)
    if known.is_changed:
        publishing.publish_draft(program, revision=known.revision, effective_at=now, by=by.user, now=now)
    move_everybody(program)


def move_everybody(program: Program) -> None:
    """As a review does that moves at once; what else it gives is not shown ahead."""
    now = clock.now()
    frame = frame_of(program, day=calendar.local_day(now, program.merchant.zone), now=now)
    if frame:
        held = list(program.accounts.values_list("pk", flat=True))
        ledger.review(held, frame.levels.basis, at_once(frame).parameters | families.as_parameters(held))


def test_live_is_what_the_member_sees_now(program: Program, account: Account, manager: Staff) -> None:
    draft_of(program, DRAFTS["another unit"], manager)
    address = phone(program, "portal-home", number=account.member.number, show="live")
    seen = signed_in(manager.user).get(address).text
    now_seen = signed_in(account.member.user).get(reverse("portal-home", args=["cafe"])).text
    assert main_of(seen, prefix=address.removesuffix("p/cafe/")) == main_of(now_seen)
    assert "beans" not in seen


def test_links_stay_inside(program: Program, account: Account, manager: Staff) -> None:
    draft_of(program, DRAFTS["another unit"], manager)
    asking, prefix = signed_in(manager.user), phone(program, "portal-home", number=account.member.number)
    prefix = prefix.removesuffix("p/cafe/")
    for name in PAGES:
        page = asking.get(phone(program, name, number=account.member.number)).text
        places = re.findall(r'(?:href|action|hx-get|src)="([^"]*)"', page)
        astray = [place for place in places if not place.startswith((prefix, "#", "?", "/static/")) and place != ""]
        assert astray == []
        assert f'hx-get="{prefix}' in page or name != "portal-home"


def test_it_shows_the_logo_of_the_shop(program: Program, account: Account, manager: Staff) -> None:
    picture = BytesIO()
    Image.new("RGB", (64, 64), "green").save(picture, "PNG")
    logos.put(program.merchant, logos.remade(picture), now=clock.now())
    asking, address = signed_in(manager.user), phone(program, "portal-home", number=account.member.number)
    places = re.findall(r'src="([^"]*[.]webp)"', asking.get(address).text)
    assert places
    assert {asking.get(place).headers["Content-Type"] for place in places} == {"image/webp"}


def test_panels_are_under_the_same_terms(program: Program, account: Account, manager: Staff) -> None:
    draft_of(program, DRAFTS["another unit"], manager)
    address = phone(program, "portal-rewards", number=account.member.number)
    panel = signed_in(manager.user).get(address, headers={"HX-Request": "true"})
    assert "beans" in panel.text
    assert "<html" not in panel.text


def test_nothing_in_it_does_anything(program: Program, account: Account, manager: Staff) -> None:
    asking, offered = signed_in(manager.user), program.merchant.rewards.order_by("points_price").first()
    prefix = phone(program, "portal-home", number=account.member.number).removesuffix("p/cafe/")
    redeem = prefix + f"p/cafe/rewards/{offered.pk}/redeem/"
    assert asking.get(redeem).status_code == 200
    before = rows()
    for place in (redeem, prefix + "p/cafe/you/", prefix + "accounts/logout/"):
        assert asking.post(place, {"reference": "r1", "name": "X"}).status_code == 204
    for place in (
        "accounts/logout/",
        "me/",
        "m/cafe/members/",
        "p/other/",
        "p/cafe/history/1/",
        "nowhere/",
        "p/cafe/join/",
    ):
        assert asking.get(prefix + place).status_code == 204, place
    assert rows() == before
    assert not Redemption.objects.exists()


def test_only_its_pages_may_be_framed_and_only_by_us(program: Program, account: Account, manager: Staff) -> None:
    asking = signed_in(manager.user)
    framed = asking.get(phone(program, "portal-home", number=account.member.number))
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
    panel = asking.get(reverse("dashboard-program-preview", args=["cafe", program.code]))
    own = signed_in(account.member.user).get(reverse("portal-home", args=["cafe"]))
    for answer in (panel, own):
        assert answer["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_the_phone_is_of_a_member_of_this_shop(program: Program, account: Account, manager: Staff) -> None:
    stranger = factories.account(program=factories.shop())
    asking = signed_in(manager.user)
    number = stranger.member.number
    assert asking.get(phone(program, "portal-home", number=number)).status_code == 404
    panel = reverse("dashboard-program-preview", args=["cafe", program.code])
    assert asking.get(panel, {"shown_as": number}).status_code == 404
    assert asking.get(panel, {"shown_as": account.member.number}).status_code == 200
    assert asking.get(phone(program, "portal-home", number=account.member.number, language="fr")).status_code == 404


def test_cashiers_do_not_look(program: Program, account: Account) -> None:
    cashier = factories.staff(merchant=program.merchant, role=Role.CASHIER)
    assert signed_in(cashier.user).get(phone(program, "portal-home", number=account.member.number)).status_code == 403


def test_no_cache_remembers_what_was_supposed(program: Program, account: Account, manager: Staff) -> None:
    draft_of(program, DRAFTS["another rate"], manager)
    caches = (versions.remembered, versions.terms_numbered)
    for cache in caches:
        cache.cache_clear()
    for name in PAGES:
        signed_in(manager.user).get(phone(program, name, number=account.member.number))
    assert [cache.cache_info().currsize for cache in caches] == [0, 0]
    recorded = factories.order(account, "100.00", at=clock.now())
    assert recorded.entries[0].points == 120  # under the live terms: 1 for each, times 1.2 at Silver


def test_a_program_that_is_not_live_yet_shows_its_draft(program: Program, account: Account, manager: Staff) -> None:
    fresh = Program.objects.create(merchant=program.merchant, name="Stamps", code="stamps", is_active=False)
    draft_of(fresh, DRAFTS["another unit"], manager)
    asking = signed_in(manager.user)
    panel = asking.get(reverse("dashboard-program-preview", args=["cafe", "stamps"]), headers={"HX-Request": "true"})
    assert "not live yet" in panel.text
    assert "Stamps" in asking.get(phone(fresh, "portal-home", number=account.member.number)).text
    assert asking.get(phone(fresh, "portal-home", number=account.member.number, show="live")).status_code == 404
    assert not fresh.accounts.exists()


def test_a_shop_without_members_shows_a_sample(manager: Staff, program: Program) -> None:
    asking = signed_in(manager.user)
    panel = asking.get(
        reverse("dashboard-program-preview", args=["cafe", program.code]), headers={"HX-Request": "true"}
    )
    assert "sample member" in panel.text
    page = asking.get(phone(program, "portal-history", number="-"))
    assert page.text.count("<details") == 3
    assert not program.accounts.exists()


def test_it_offers_telling_members_and_finds_others(program: Program, account: Account, manager: Staff) -> None:
    for name in ("Ben Abt", "Eva Berg", "Ola Nowak", "Jan Lis", "Zoe Kim", "Tom Wit"):
        factories.member(merchant=program.merchant, name=name)
    panel = reverse("dashboard-program-preview", args=["cafe", program.code])
    form = signed_in(manager.user).get(panel).context["form"]
    labels = [label for _number, label in form.fields["shown_as"].choices]
    assert labels[0] == "Anna Kowalczyk, nearly Gold"
    assert any(label.endswith(", Bronze") for label in labels)
    found = signed_in(manager.user).get(panel, {"q": "Berg", "shown_as": account.member.number}).context["form"]
    assert [label for _number, label in found.fields["shown_as"].choices] == ["Eva Berg"]
    assert found.cleaned_data["shown_as"] != account.member.number
    nobody = signed_in(manager.user).get(panel, {"q": "Xyz"})
    assert "Nobody is found" in nobody.text


def test_it_asks_no_more_of_a_larger_shop(program: Program, account: Account, manager: Staff) -> None:
    asking, panel = signed_in(manager.user), reverse("dashboard-program-preview", args=["cafe", program.code])
    counts = []
    for _more in range(2):
        for number in range(8):
            factories.member(merchant=program.merchant, name=f"Ben {number}")
        with CaptureQueriesContext(connection) as asked:
            asking.get(panel, headers={"HX-Request": "true"})
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 16
