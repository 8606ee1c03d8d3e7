"""Pages of the list and of changes to many members: each test's name finishes "it …"."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loyalty_site import jobs
from members.bulk import running
from members.listing import paging
from members.models import Account, Bulk, BulkRow, Export, Member, SavedList
from members.tests import factories
from programs.models import Program, Role, Staff

pytestmark = pytest.mark.django_db
NOW = timezone.now()
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SignIn = Callable[..., tuple[Client, Staff]]


@pytest.fixture
def program() -> Program:
    return factories.shop()


@pytest.fixture
def sign_in(program: Program) -> SignIn:
    def sign_in(role: Role = Role.MANAGER) -> tuple[Client, Staff]:
        staff = factories.staff(merchant=program.merchant, role=role)
        client = Client()
        client.force_login(staff.user, backend=BACKEND)
        return client, staff

    return sign_in


def address(program: Program, path: str = "") -> str:
    return f"/m/{program.merchant.slug}/members/{path}"


def people(program: Program, count: int) -> list[Member]:
    return [factories.account(program=program, name=f"Member {number:02}").member for number in range(count)]


def text_of(client: Client, url: str, **headers: str) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def names_in(text: str) -> list[str]:
    return re.findall(r">(Member \d\d)</a>", text)


def chosen(program: Program, client: Client, kind: str, **asked: Any) -> Bulk:
    """Choose in the list, and find the draft that comes of it."""
    client.post(address(program, "bulk/start/"), {"kind": kind, "reference": str(uuid4())} | asked)
    return Bulk.objects.latest("pk")


def test_counts_all_who_fit_where_somebody_asks(
    program: Program, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(program, 25)
    monkeypatch.setattr(paging, "MOST_COUNTED", 22)
    client, _ = sign_in()
    first = text_of(client, address(program))
    assert "More than 22 members" in first
    assert "Count them" in first
    counted = text_of(client, address(program, "?count=all"))
    assert "25 members" in counted
    assert "count=all" not in counted, "the next page need not count them again"


def test_pages_behind_the_last_member_and_back(program: Program, sign_in: SignIn) -> None:
    people(program, 45)
    client, _ = sign_in()
    first = text_of(client, address(program, "?sort=name"))
    assert names_in(first) == [f"Member {number:02}" for number in range(20)]
    onward = re.search(r'rel="next"\s+href="([^"]+)"', first)
    assert onward
    second = text_of(client, address(program) + onward[1].replace("&amp;", "&"))
    assert names_in(second) == [f"Member {number:02}" for number in range(20, 40)]
    back = re.search(r'rel="prev"\s+href="([^"]+)"', second)
    assert back
    assert names_in(text_of(client, address(program) + back[1].replace("&amp;", "&"))) == names_in(first)


def test_asks_as_often_for_forty_members_as_for_two(program: Program, sign_in: SignIn) -> None:
    def queries(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    client, _ = sign_in()
    people(program, 2)
    url = address(program, "?sort=-balance&columns=tier&columns=tags&columns=location&columns=spendable")
    few = queries(url)
    people(program, 20)
    assert queries(url) == few
    assert few <= 22


def test_answers_htmx_with_the_list_alone_and_a_short_address(program: Program, sign_in: SignIn) -> None:
    people(program, 2)
    client, _ = sign_in()
    answer = client.get(address(program, "?q=&tag=&sort=name&balance_from="), headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert answer.headers["HX-Replace-Url"] == "?sort=name"


def test_says_what_is_wrong_with_a_filter(program: Program, sign_in: SignIn) -> None:
    people(program, 1)
    answer = sign_in()[0].get(address(program, "?balance_from=lots"))
    assert answer.status_code == 422
    assert "Write a whole number" in answer.content.decode()


def test_keeps_a_view_for_oneself_or_for_everybody(program: Program, sign_in: SignIn) -> None:
    people(program, 1)
    (zofia, _), (kuba, _) = sign_in(), sign_in(Role.CASHIER)
    form = text_of(zofia, address(program, "views/add/?sort=name"))
    assert 'value="sort=name"' in form
    for name, is_shared in (("Mine", ""), ("Ours", "on")):
        kept = zofia.post(address(program, "views/add/"), {"name": name, "query": "sort=name", "is_shared": is_shared})
        assert kept.status_code == 302
    seen = text_of(kuba, address(program))
    assert ">Ours<" in seen
    assert ">Mine<" not in seen
    refused = kuba.post(address(program, "views/add/"), {"name": "Hers", "query": "", "is_shared": "on"})
    assert refused.status_code == 422
    kuba.post(address(program, f"views/{SavedList.objects.get(name='Ours').pk}/remove/"))
    assert kuba.post(address(program, f"views/{SavedList.objects.get(name='Mine').pk}/remove/")).status_code == 404
    assert SavedList.objects.count() == 2


def test_never_keeps_what_was_searched(program: Program, sign_in: SignIn) -> None:
    people(program, 1)
    text = text_of(sign_in()[0], address(program, "?q=Member&sort=name"))
    assert "views/add/?sort=name" in text


def test_lets_a_cashier_choose_nobody(program: Program, sign_in: SignIn) -> None:
    people(program, 1)
    assert 'name="member"' not in text_of(sign_in(Role.CASHIER)[0], address(program))


def test_walks_from_ticks_through_the_review_to_points(program: Program, sign_in: SignIn) -> None:
    one, _two = people(program, 2)
    client, _ = sign_in()
    bulk = chosen(program, client, "adjust", member=[one.pk])
    page = address(program, f"bulk/{bulk.pk}/")
    assert "Points for each member" in text_of(client, page)
    wrong = client.post(page, {"program": program.pk, "points": "0", "reason": "Goodwill"})
    assert wrong.status_code == 422
    client.post(page, {"program": program.pk, "points": "+50", "reason": "Goodwill"})
    assert "Change 1 member" in text_of(client, page)
    client.post(f"{page}go/")
    assert "0 of 1 members" in text_of(client, page)
    jobs.drain(running.job_of(Bulk.objects.get(pk=bulk.pk)))
    done = text_of(client, page, **{"HX-Request": "true"})
    assert "Undo for everybody" in done
    assert list(Account.objects.order_by("pk").values_list("balance", flat=True)) == [50, 0]


def test_lists_what_was_done_to_many_and_taken_back(program: Program, sign_in: SignIn) -> None:
    one, *_ = people(program, 1)
    client, _staff = sign_in()
    bulk = chosen(program, client, "tag", member=[one.pk])
    client.post(address(program, f"bulk/{bulk.pk}/"), {"tag": "press"})
    assert "Not started" in text_of(client, address(program, "bulk/"))
    client.post(address(program, f"bulk/{bulk.pk}/go/"))
    jobs.drain(running.job_of(Bulk.objects.get(pk=bulk.pk)))
    undone = client.post(address(program, f"bulk/{bulk.pk}/undo/"))
    assert f"bulk/{Bulk.objects.latest('pk').pk}/" in undone.headers["Location"]
    text = text_of(client, address(program, "bulk/"))
    assert "Undo: Add the tag “press”" in text
    assert "1 to 2 of 2" in text


def test_chooses_all_that_fit_and_not_only_the_page(program: Program, sign_in: SignIn) -> None:
    people(program, 25)
    client, _ = sign_in()
    Member.objects.filter(name__lt="Member 22").update(segments=["press"])
    bulk = chosen(program, client, "untag", everybody="yes", query="tag=press")
    assert (BulkRow.objects.filter(bulk=bulk).count(), bulk.query) == (22, "tag=press")
    searched = chosen(program, client, "tag", everybody="yes", query="q=Member&sort=name")
    assert (BulkRow.objects.filter(bulk=searched).count(), searched.query) == (25, "sort=name")


def test_names_the_members_of_a_message_to_come_by_a_tag(program: Program, sign_in: SignIn) -> None:
    one, _two = people(program, 2)
    client, _ = sign_in()
    sent = {"kind": "message", "member": [one.pk], "reference": str(uuid4())}
    page = client.post(address(program, "bulk/start/"), sent, follow=True).content.decode()
    assert Bulk.objects.latest("pk").tag.startswith("message ")
    assert "Nothing is sent from here." in page, "it says honestly what happens"
    assert "Change 1 member" in page


def test_exports_whom_somebody_chose(program: Program, sign_in: SignIn) -> None:
    one, _two = people(program, 2)
    client, staff = sign_in()
    Member.objects.filter(pk=one.pk).update(email=staff.user.email)
    bulk = chosen(program, client, "export", member=[one.pk])
    page = address(program, f"bulk/{bulk.pk}/")
    assert "Write the file" in text_of(client, page)
    for _again in range(2):
        assert "exports" in client.post(page, {"form": "xlsx"}).headers["Location"]
    export = Export.objects.get()
    assert (export.chosen, export.format) == ({"bulk": bulk.pk}, "xlsx")


def test_shows_a_draft_to_its_author_only(program: Program, sign_in: SignIn) -> None:
    one, *_ = people(program, 1)
    (client, _), (other, _) = sign_in(), sign_in(Role.OWNER)
    bulk = chosen(program, client, "tag", member=[one.pk])
    assert other.get(address(program, f"bulk/{bulk.pk}/")).status_code == 404
    client.post(address(program, f"bulk/{bulk.pk}/drop/"))
    assert not Bulk.objects.exists()


def test_takes_ticks_that_are_no_members_for_none(program: Program, sign_in: SignIn) -> None:
    strange = factories.account(program=factories.shop()).member
    client, _ = sign_in()
    for ticked in ([strange.pk], ["x"], ["9" * 15], []):
        answer = client.post(
            address(program, "bulk/start/"), {"kind": "tag", "reference": str(uuid4()), "member": ticked}, follow=True
        )
        assert "Nobody is chosen" in answer.content.decode()
    assert not Bulk.objects.exists()


def test_offers_the_queue_of_what_waits_to_a_second_person(program: Program, sign_in: SignIn) -> None:
    one, *_ = people(program, 1)
    (client, staff), (owner, _) = sign_in(), sign_in(Role.OWNER)
    Staff.objects.filter(pk=staff.pk).update(adjust_limit=10)
    bulk = chosen(program, client, "adjust", member=[one.pk])
    page = address(program, f"bulk/{bulk.pk}/")
    client.post(page, {"program": program.pk, "points": "50", "reason": "Goodwill"})
    client.post(f"{page}go/")
    assert "more than you may change alone" in text_of(client, page)
    assert "Approve" in text_of(owner, page)
    assert owner.post(f"{page}decide/").status_code == 400
    assert Bulk.objects.get().state == "waiting"
    owner.post(f"{page}decide/", {"decision": "approve"})
    assert Bulk.objects.get().state == "running"


def test_names_one_point_as_one_where_a_shop_has_several_programs(program: Program, sign_in: SignIn) -> None:
    client, staff = sign_in()
    other = factories.program(merchant=program.merchant, code="second")
    anna = factories.member(merchant=program.merchant)
    for held, points in ((program, 1), (other, 2)):
        account = Account.objects.get(member=anna, program=held)
        factories.adjustment(account, points, by=staff)
    text = re.sub(r"<[^>]+>", "", text_of(client, address(program)))
    assert "1 point" in text
    assert "2 points" in text
    assert "1 points" not in text
