"""The portal's pages of rewards and vouchers: each test's name finishes "it …"."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import Account
from members.tests import factories
from members.tests.factories import NOW
from programs import terms
from rewards import redeeming
from rewards.models import Redemption
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def holder(amount: str = "318.00", **fields: Any) -> Account:
    """An account with points whose member signs in."""
    account = factories.account(program=factories.shop(**fields), user=factories.user())
    factories.order(account, amount)
    return account


def address(account: Account, name: str, *args: Any) -> str:
    return reverse(name, args=[account.member.merchant.slug, *args])


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account.member.user)
    return client


def page(account: Account, name: str = "portal-rewards", *args: Any, **headers: Any) -> str:
    with time_machine.travel(NOW):
        answer = signed_in(account).get(address(account, name, *args), headers=headers or None)
    assert answer.status_code == 200
    return answer.content.decode()


def voucher_of(account: Account, **fields: Any) -> Redemption:
    cup = reward(program=account.program, **fields)
    return redeeming.redeem(account=account, reward=cup, reference=str(uuid4()), now=NOW)


# --- rewards -------------------------------------------------------------------------------------


def test_rewards_show_what_can_be_had_and_what_is_still_to_collect() -> None:
    account = holder()
    reward(program=account.program, name="Any coffee", points_price=150)
    reward(program=account.program, name="Beans", points_price=480)
    reward(program=account.program, name="Cupping", points_price=10, min_tier="gold")
    reward(program=account.program, name="Old mug", points_price=10, is_active=False)
    text = page(account)
    assert text.index("<b>Any coffee</b>") < text.index("<b>Beans</b>")
    assert "162 to go" in text
    assert "This reward is for Gold and above." in text
    assert "Next reward: Beans" in text
    assert "Old mug" not in text
    assert text.count(">Use<") == 1


def test_rewards_bring_the_ladder_along_for_the_home_page() -> None:
    account = holder()
    reward(program=account.program, name="Beans", points_price=480)
    text = page(account, **HTMX)
    assert f'id="next-reward-{account.pk}" hx-swap-oob="true"' in text
    assert "<html" not in text


def test_rewards_draw_stamps_as_holes() -> None:
    account = holder("1.00", terms_document=terms.PRESETS["stamps"])
    reward(program=account.program, name="Coffee", points_price=10)
    assert "0 of 10" in page(account)


def test_rewards_show_a_voucher_that_is_still_open() -> None:
    account = holder()
    code = voucher_of(account).code
    assert address(account, "portal-voucher-show", code) in page(account)


def test_rewards_of_a_shop_without_any_say_so() -> None:
    assert "No rewards yet" in page(holder())


def test_rewards_take_the_same_queries_for_many() -> None:
    account, counts = holder(), []
    page(account)
    for number in range(20):
        reward(program=account.program, name=f"Reward {number}", points_price=10 + number, limit_times=2)
        if number in (1, 19):
            with CaptureQueriesContext(connection) as queries:
                page(account)
            counts.append(len(queries))
    assert counts[0] == counts[1]


# --- redeeming -----------------------------------------------------------------------------------


def redeem(client: Client, account: Account, reward_id: int, reference: str) -> Any:
    with time_machine.travel(NOW):
        return client.post(address(account, "portal-reward-redeem", reward_id), {"reference": reference})


def test_redeeming_shows_its_effect_first() -> None:
    account = holder()
    cup = reward(program=account.program, points_price=150)
    text = page(account, "portal-reward-redeem", cup.pk)
    assert "150\u00a0points are set aside. You have 15 minutes to show the voucher" in text
    assert "168\u00a0points" in text
    assert not Redemption.objects.exists()


def test_redeeming_twice_with_one_page_makes_one_voucher() -> None:
    account = holder()
    cup, client, reference = reward(program=account.program, points_price=150), signed_in(account), str(uuid4())
    answers = [redeem(client, account, cup.pk, reference) for _press in range(2)]
    voucher = Redemption.objects.get()
    assert {answer.url for answer in answers} == {address(account, "portal-voucher-show", voucher.code)}
    account.refresh_from_db()
    assert account.balance == 168


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"points_price": 480}, "162 points short"),
        ({"stock": 0}, "The last one is gone"),
        ({"min_tier": "gold"}, "for Gold and above"),
        ({"is_active": False}, "not on offer any more"),
    ],
)
def test_redeeming_is_refused_in_words(fields: dict[str, Any], words: str) -> None:
    account = holder()
    cup = reward(program=account.program, **fields)
    answer = redeem(signed_in(account), account, cup.pk, str(uuid4()))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Redemption.objects.exists()


def test_redeeming_without_a_reference_changes_nothing() -> None:
    account = holder()
    cup = reward(program=account.program)
    assert redeem(signed_in(account), account, cup.pk, "not-one").status_code == 422
    assert not Redemption.objects.exists()


def test_redeeming_another_shops_reward_is_not_found() -> None:
    account, elsewhere = holder(), reward(program=factories.shop())
    assert redeem(signed_in(account), account, elsewhere.pk, str(uuid4())).status_code == 404


# --- vouchers ------------------------------------------------------------------------------------


def test_a_voucher_shows_its_code_and_how_long_it_lasts() -> None:
    account = holder()
    voucher = voucher_of(account)
    text = page(account, "portal-voucher-show", voucher.code)
    assert f"{voucher.code[:3]} {voucher.code[3:]}" in text
    assert 'data-seconds="900" data-whole="900"' in text or 'data-seconds="899"' in text
    assert "until 12:15" in text
    assert "100\u00a0points are set aside" in text


def test_a_voucher_of_another_member_is_not_found() -> None:
    voucher = voucher_of(holder())
    stranger = factories.account(program=voucher.account.program, user=factories.user())
    client = signed_in(stranger)
    assert client.get(address(stranger, "portal-voucher-show", voucher.code)).status_code == 404
    assert client.post(address(stranger, "portal-voucher-cancel", voucher.code)).status_code == 404
    voucher.refresh_from_db()
    assert voucher.state == Redemption.State.OPEN


def test_a_voucher_tells_its_page_only_what_is_new() -> None:
    account = holder()
    voucher = voucher_of(account)
    where, client = address(account, "portal-voucher-show", voucher.code), signed_in(account)
    with time_machine.travel(NOW):
        assert client.get(f"{where}?seen=live", headers=HTMX).status_code == 204
        shop = factories.location(merchant=account.program.merchant)
        kuba = factories.staff(merchant=account.program.merchant, location=shop)
        redeeming.use(voucher, by=kuba, now=NOW + timedelta(minutes=2))
        text = client.get(f"{where}?seen=live", headers=HTMX).content.decode()
    assert "Used 12:02" in text
    assert "at Puławska" in text
    assert "hx-get" not in text
    assert 'class="qr"' not in text


def test_a_voucher_that_ran_out_says_where_its_points_are() -> None:
    account = holder()
    voucher = voucher_of(account)
    where, late = address(account, "portal-voucher-show", voucher.code), NOW + timedelta(minutes=16)
    with time_machine.travel(late):
        client = signed_in(account)
        assert "come back to your card within a minute" in client.get(where).content.decode()
        redeeming.sweep_lapsed(late)
        text = client.get(where).content.decode()
    assert "100\u00a0points are back on your card." in text
    assert "Not used in time" in text


def test_a_voucher_can_be_given_back_once() -> None:
    account = holder()
    voucher, client = voucher_of(account, stock=3), signed_in(account)
    for _press in range(2):
        assert client.post(address(account, "portal-voucher-cancel", voucher.code)).status_code == 302
    account.refresh_from_db()
    voucher.reward.refresh_from_db()
    assert (account.balance, voucher.reward.stock) == (318, 3)
    assert "Given back" in page(account, "portal-voucher-show", voucher.code)


def test_a_used_voucher_is_not_given_back_by_its_holder() -> None:
    account = holder()
    voucher = voucher_of(account)
    redeeming.use(voucher, by=factories.staff(merchant=account.program.merchant), now=NOW)
    signed_in(account).post(address(account, "portal-voucher-cancel", voucher.code))
    account.refresh_from_db()
    assert account.balance == 218


def test_nothing_is_given_back_by_opening_an_address() -> None:
    account = holder()
    voucher = voucher_of(account)
    assert signed_in(account).get(address(account, "portal-voucher-cancel", voucher.code)).status_code == 405
