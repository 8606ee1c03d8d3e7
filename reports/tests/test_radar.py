"""What the radar sees, and what it leaves alone: each test's name finishes "it …"."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from loyalty_site import jobs
from loyalty_site.models import AuditEvent
from members import adjusting, devices, erasing, undoing
from members.models import Account, JoinedFrom, Member, Order, Referral
from members.tests import factories
from members.tests.agreeing import ticked
from programs.models import Program, Role, Staff
from reports import attention, home
from reports.models import RadarAlert, RadarLimits
from reports.radar import alerts, telling
from rewards import redeeming
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 31)
NOON = datetime(2026, 3, 31, 10, 0, tzinfo=UTC)
KIND = RadarAlert.Kind


@pytest.fixture
def program() -> Program:
    return factories.shop()


@pytest.fixture
def kuba(program: Program) -> Staff:
    return factories.staff(merchant=program.merchant, name="Kuba")


def looked(program: Program, day: date = DAY) -> list[RadarAlert]:
    """The open alerts after that day's night."""
    job = jobs.drain(jobs.open_job("radar", program.merchant_id, day))
    assert job.state == "done", job.chunks.values_list("error")
    return list(RadarAlert.objects.filter(merchant=program.merchant, settled_at=None).order_by("kind"))


def rung_up(account: Account, by: Staff, times: int) -> None:
    for number in range(times):
        factories.order(account, "20.00", at=NOON + timedelta(minutes=number), source="till", recorded_by=by)


def added(account: Account, points: int, by: Staff, *, days: int = 0, minutes: int = 0) -> None:
    factories.adjustment(account, points, by=by, now=NOON - timedelta(days=days, minutes=minutes))


def test_sees_one_card_used_by_one_person_many_times_a_day(program: Program, kuba: Staff) -> None:
    account = factories.account(program=program)
    rung_up(account, kuba, 4)
    (alert,) = looked(program)
    assert (alert.kind, alert.staff, alert.member) == (KIND.SAME_CARD, kuba, account.member)
    assert set(alert.evidence) == set(Order.objects.values_list("pk", flat=True))
    assert telling.title_of(alert) == "Kuba recorded 4 purchases on one card in a day"
    assert [row.money for row in telling.rows_of(alert)] == [20] * 4


def test_leaves_fewer_purchases_and_other_hands_alone(program: Program, kuba: Staff) -> None:
    account = factories.account(program=program)
    rung_up(account, kuba, 3)
    rung_up(account, factories.staff(merchant=program.merchant), 3)
    assert looked(program) == []


def test_does_not_count_what_was_taken_back(program: Program, kuba: Staff) -> None:
    account = factories.account(program=program)
    rung_up(account, kuba, 4)
    undoing.undo_purchase(Order.objects.latest("pk"), by=kuba, now=NOON + timedelta(minutes=4))
    assert looked(program) == []


def test_goes_by_the_shops_own_number(program: Program, kuba: Staff) -> None:
    RadarLimits.objects.create(merchant=program.merchant, card_times=2)
    rung_up(factories.account(program=program), kuba, 2)
    assert len(looked(program)) == 1


def test_sees_adjustments_just_below_the_limit(program: Program, kuba: Staff) -> None:
    accounts = [factories.account(program=program) for _ in range(3)]
    for days, account in zip((2, 1, 0), accounts, strict=True):
        added(account, 180 + days, kuba, days=days)
    (alert,) = looked(program)
    assert (alert.kind, alert.staff, len(alert.evidence)) == (KIND.NEAR_LIMIT, kuba, 3)


@pytest.mark.parametrize("points", [179, 201])
def test_leaves_smaller_ones_and_those_that_wait_alone(program: Program, kuba: Staff, points: int) -> None:
    for days in (2, 1, 0):
        added(factories.account(program=program), points, kuba, days=days)
    assert looked(program) == []


def test_leaves_what_a_second_person_approved_alone(program: Program, kuba: Staff) -> None:
    made = [factories.adjustment(factories.account(program=program), 190, by=kuba, now=NOON) for _ in range(3)]
    manager = factories.staff(merchant=program.merchant, role=Role.MANAGER)
    decided = adjusting.decide(adjustment=made[2], by=manager, is_approved=True, now=NOON)
    assert decided.state == "posted"
    assert looked(program) == []


def test_forgets_an_adjustment_that_was_undone(program: Program, kuba: Staff) -> None:
    made = [factories.adjustment(factories.account(program=program), 190, by=kuba, now=NOON) for _ in range(2)]
    added(factories.account(program=program), 190, kuba, days=1)
    adjusting.undo(adjustment=made[0], by=kuba, now=NOON)
    assert looked(program) == []


def redeemed_after(program: Program, kuba: Staff, *, minutes: int, own: str) -> None:
    cup = reward(program=program, points_price=100)
    for number in range(2):
        account = factories.account(program=program)
        factories.order(account, own, at=NOON - timedelta(days=1))
        added(account, 90, kuba, minutes=minutes)
        redeeming.redeem(account=account, reward=cup, reference=f"v{number}-{minutes}", now=NOON)


def test_sees_rewards_that_only_an_adjustment_made_possible(program: Program, kuba: Staff) -> None:
    redeemed_after(program, kuba, minutes=59, own="30.00")
    (alert,) = looked(program)
    assert (alert.kind, alert.staff, len(alert.evidence)) == (KIND.REDEEMED_AFTER, kuba, 2)
    assert [row.points for row in telling.rows_of(alert)] == [-100, -100]


@pytest.mark.parametrize(("minutes", "own"), [(61, "30.00"), (5, "190.00")])
def test_leaves_rewards_alone_that_came_later_or_were_affordable(
    program: Program, kuba: Staff, minutes: int, own: str
) -> None:
    redeemed_after(program, kuba, minutes=minutes, own=own)
    assert looked(program) == []


def by_hand(program: Program, person: Staff, bought: str) -> None:
    account = factories.account(program=program)
    factories.order(account, bought, at=NOON - timedelta(days=20), recorded_by=person, source="till")
    for days in (12, 9, 6, 3, 0):
        added(account, 20, person, days=days)


def test_sees_a_cashiers_share_of_points_by_hand(program: Program, kuba: Staff) -> None:
    by_hand(program, kuba, "300.00")
    (alert,) = looked(program)
    assert (alert.kind, alert.staff, alert.share, len(alert.evidence)) == (KIND.MANUAL_SHARE, kuba, 25, 5)


def test_leaves_a_lower_share_and_managers_alone(program: Program, kuba: Staff) -> None:
    by_hand(program, kuba, "310.00")
    by_hand(program, factories.staff(merchant=program.merchant, role=Role.MANAGER), "10.00")
    assert looked(program) == []


def friend_of(member: Member, device: str) -> Member:
    friend = factories.member(merchant=member.merchant)
    devices.remember(friend, device, now=NOON)
    Referral.objects.create(
        merchant=member.merchant, member=member, friend=friend, source="api", reference=friend.number, occurred_at=NOON
    )
    return friend


def test_sees_friends_who_joined_from_one_device(program: Program) -> None:
    member = factories.member(merchant=program.merchant)
    friends = [friend_of(member, "tablet") for _ in range(3)]
    friend_of(member, "phone")
    friend_of(factories.member(merchant=program.merchant), "tablet")
    (alert,) = looked(program)
    assert (alert.kind, alert.member, alert.staff) == (KIND.ONE_DEVICE, member, None)
    assert set(alert.evidence) == {friend.pk for friend in friends}


def test_tells_nothing_of_another_shop(program: Program, kuba: Staff) -> None:
    rung_up(factories.account(program=factories.shop()), kuba, 4)
    assert looked(program) == []


def test_keeps_one_open_alert_and_adds_to_it(program: Program, kuba: Staff) -> None:
    for days in (3, 2, 1):
        added(factories.account(program=program), 190, kuba, days=days)
    looked(program, DAY - timedelta(days=1))
    added(factories.account(program=program), 190, kuba)
    (alert,) = looked(program)
    assert (alert.first_on, alert.last_on, len(alert.evidence)) == (DAY - timedelta(days=1), DAY, 4)


def test_brings_up_after_settling_only_what_came_since(program: Program, kuba: Staff) -> None:
    manager = factories.staff(merchant=program.merchant, role=Role.MANAGER)
    for days in (4, 3, 2):
        added(factories.account(program=program), 190, kuba, days=days)
    (alert,) = looked(program)
    assert alerts.settle(alert, finding="fine", note="asked", by=manager, now=NOON - timedelta(days=1))
    assert not alerts.settle(alert, finding="dealt-with", note="", by=manager, now=NOON)
    assert "asked" not in str(AuditEvent.objects.get(action=alerts.SETTLED).details), "notes may name people"
    assert looked(program, DAY + timedelta(days=1)) == []
    event = AuditEvent.objects.get(action=alerts.SETTLED)
    assert (event.details["finding"], event.details["alert"]) == ("fine", alert.pk)


def test_stands_on_home_for_those_it_is_not_about(program: Program, kuba: Staff) -> None:
    merchant = program.merchant
    manager = factories.staff(merchant=merchant, role=Role.MANAGER)
    for days in (2, 1, 0):
        added(factories.account(program=program), 4_900, manager, days=days)
    looked(program)
    owner, other = (factories.staff(merchant=merchant, role=role) for role in (Role.OWNER, Role.MANAGER))
    seen = [list(attention.seen_by_radar(person)) for person in (owner, other, manager)]
    assert [len(needs) for needs in seen] == [1, 1, 0]
    assert home.mark_of(merchant) is not None
    assert alerts.open_for(manager).count() == 0


def test_is_settled_on_its_page(client: Client, program: Program, kuba: Staff) -> None:
    owner = factories.staff(merchant=program.merchant, role=Role.OWNER)
    rung_up(factories.account(program=program, name="Anna Nowak"), kuba, 4)
    (alert,) = looked(program)
    client.force_login(owner.user)
    page = reverse("dashboard-radar-alert", args=[program.merchant.slug, alert.pk])
    assert "Anna Nowak" in client.get(page).content.decode()
    assert client.post(page, {"finding": "gone"}).status_code == 422
    assert client.post(page, {"finding": "dealt-with", "note": "Talked"}).status_code == 302
    alert.refresh_from_db()
    assert (alert.finding, alert.note, alert.settled_by) == ("dealt-with", "Talked", owner)
    shown = client.get(reverse("dashboard-radar", args=[program.merchant.slug])).content.decode()
    assert "Talked" in shown


def test_remembers_the_device_of_who_joins_and_not_across_shops(client: Client) -> None:
    digests = []
    for _ in range(2):
        shop = factories.shop().merchant
        user = factories.user()
        client.force_login(user)
        answer = client.post(reverse("portal-join", args=[shop.slug]), {"name": "Ola", "phone": ""} | ticked(shop))
        assert answer.status_code == 302
        digests.append(JoinedFrom.objects.get(merchant=shop).device)
    assert digests[0] != digests[1]
    mate = factories.member(merchant=shop)
    client.force_login(factories.user())
    client.post(reverse("portal-join", args=[shop.slug]), {"name": "Ala", "phone": ""} | ticked(shop))
    assert JoinedFrom.objects.filter(merchant=shop, device=digests[1]).count() == 2
    assert not JoinedFrom.objects.filter(member=mate).exists()


def test_sees_nobody_who_was_erased(program: Program, kuba: Staff) -> None:
    account = factories.account(program=program)
    rung_up(account, kuba, 4)
    erasing.erase(account.member, by=factories.staff(merchant=program.merchant, role=Role.OWNER), now=NOON)
    assert looked(program) == []


def test_forgets_what_was_noted_about_whoever_is_erased(program: Program) -> None:
    member = factories.member(merchant=program.merchant)
    for _ in range(3):
        friend_of(member, "tablet")
    (alert,) = looked(program)
    manager = factories.staff(merchant=program.merchant, role=Role.MANAGER)
    alerts.settle(alert, finding="fine", note="Anna Kowalczyk has three sons", by=manager, now=NOON)
    erasing.erase(member, by=manager, now=NOON)
    alert.refresh_from_db()
    assert (alert.note, alert.finding) == ("", "fine")
