"""Coming to work at a shop, roles and who may give them, and leaving at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from loyalty_site.models import AuditEvent, User
from members.tests import factories
from members.tests.at_once import at_once
from members.tests.factories import NOW
from members.tests.post_office import PostOffice
from programs.models import Invitation, Merchant, Role, Staff
from programs.staffing import inviting, letters, pins, roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Merchant:
    return factories.shop(slug="bean").merchant


@pytest.fixture
def marta(shop: Merchant) -> Staff:
    return factories.staff(merchant=shop, role=Role.OWNER, name="Marta")


@pytest.fixture
def adam(shop: Merchant) -> Staff:
    return factories.staff(merchant=shop, role=Role.MANAGER, name="Adam")


@pytest.fixture
def ewa(shop: Merchant) -> Staff:
    return factories.staff(merchant=shop, name="Ewa")


def browser(user: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": factories.PASSWORD})
    return client


def here(name: str, *arguments: int) -> str:
    return reverse(f"dashboard-{name}", args=["bean", *arguments])


# --- Roles ------------------------------------------------------------------------------------------------------


def test_managers_look_after_cashiers_and_owners_after_everybody(marta: Staff, adam: Staff, ewa: Staff) -> None:
    other = factories.staff(merchant=marta.merchant, role=Role.OWNER)
    found = {(by, who) for by in (marta, adam, ewa) for who in (marta, adam, ewa, other) if roles.looks_after(by, who)}
    assert found == {(marta, adam), (marta, ewa), (marta, other), (adam, ewa)}


@pytest.mark.parametrize("role", [Role.MANAGER, Role.OWNER])
def test_a_manager_makes_no_manager(adam: Staff, ewa: Staff, role: Role) -> None:
    with pytest.raises(roles.NotYours):
        roles.change(ewa, role=role, location=None, by=adam, now=NOW)
    ewa.refresh_from_db()
    assert ewa.role == Role.CASHIER


def test_nobody_changes_their_own_role_or_ends_their_own_work(marta: Staff) -> None:
    with pytest.raises(roles.NotYours):
        roles.change(marta, role=Role.CASHIER, location=None, by=marta, now=NOW)
    with pytest.raises(roles.NotYours):
        roles.end(marta, by=marta, now=NOW)


def test_nobody_changes_who_works_at_another_shop(marta: Staff) -> None:
    stranger = factories.staff(merchant=factories.merchant())
    for deed in (roles.end, roles.take_back, roles.sign_out):
        with pytest.raises(roles.NotYours):
            deed(stranger, by=marta, now=NOW)


def test_a_change_is_written_down_with_both_states_and_no_name(marta: Staff, ewa: Staff) -> None:
    place = factories.location(merchant=marta.merchant)
    roles.change(ewa, role=Role.MANAGER, location=place, by=marta, now=NOW)
    roles.change(ewa, role=Role.MANAGER, location=place, by=marta, now=NOW)
    (event,) = AuditEvent.objects.filter(action="staff-changed")
    assert event.details == {
        "before": {"role": "cashier", "location": ""},
        "after": {"role": "manager", "location": "pulawska"},
    }
    assert (event.actor, event.subject) == (marta.user, f"staff:{ewa.pk}")


@pytest.mark.django_db(transaction=True)
def test_two_owners_cannot_end_each_others_work_at_once() -> None:
    merchant = factories.merchant()
    one, two = (factories.staff(merchant=merchant, role=Role.OWNER) for _ in range(2))
    at_once(lambda: roles.end(one, by=two, now=NOW), lambda: roles.end(two, by=one, now=NOW))
    assert merchant.staff.filter(role=Role.OWNER, is_active=True).count() == 1


# --- Leaving ----------------------------------------------------------------------------------------------------


def test_who_leaves_is_signed_out_at_once_everywhere(marta: Staff, ewa: Staff) -> None:
    pins.choose(ewa, "4821", now=NOW)
    till, phone = browser(ewa.user), browser(ewa.user)
    assert [client.get(reverse("till-home", args=["bean"])).status_code for client in (till, phone)] == [200, 200]
    answer = browser(marta.user).post(here("staff-end", ewa.pk), follow=True)
    assert "Ewa does not work here any more" in answer.content.decode()
    for client in (till, phone):
        assert client.get(reverse("me-cards")).url.startswith(reverse("account_login")), "the session has ended"
    with pytest.raises(pins.WrongPin):
        pins.check(ewa.pk, "4821", merchant=ewa.merchant, now=NOW)
    again = browser(ewa.user)
    assert again.get(reverse("till-home", args=["bean"])).status_code == 404


def test_who_is_taken_back_works_as_before(marta: Staff, ewa: Staff) -> None:
    roles.end(ewa, by=marta, now=NOW)
    roles.take_back(ewa, by=marta, now=NOW)
    assert browser(ewa.user).get(reverse("till-home", args=["bean"])).status_code == 200


def test_the_invitations_of_who_left_end(marta: Staff, adam: Staff) -> None:
    _made, link = factories.invitation(merchant=adam.merchant, by=adam, now=NOW)
    assert inviting.found(link, now=NOW)
    roles.end(adam, by=marta, now=NOW)
    assert inviting.found(link, now=NOW) is None


def test_a_lower_role_invites_no_higher_one_any_more(marta: Staff) -> None:
    second = factories.staff(merchant=marta.merchant, role=Role.OWNER)
    _made, link = factories.invitation(merchant=marta.merchant, by=second, role=Role.OWNER, now=NOW)
    roles.change(second, role=Role.CASHIER, location=None, by=marta, now=NOW)
    assert inviting.found(link, now=NOW) is None
    with pytest.raises(inviting.NotForYou):
        inviting.accept(link, user=factories.user(email=Invitation.objects.get().email), now=NOW)


# --- Coming -----------------------------------------------------------------------------------------------------


def invited(marta: Staff, **fields: object) -> str:
    """Invite iga@example.com in the browser, and return the address of the link that is shown."""
    sent = {"email": "Iga@Example.com", "name": "Iga", "role": 10, "location": "", "reference": "5" * 32} | fields
    page = browser(marta.user).post(here("staff-invite"), sent).content.decode()
    return re.search(r"/join/[\w-]+/", page)[0]


def test_a_new_person_comes_in_by_the_link_and_a_code(marta: Staff) -> None:
    place = factories.location(merchant=marta.merchant)
    link = invited(marta, location=place.pk)
    assert link in mail.outbox[0].body
    assert mail.outbox[0].to == ["iga@example.com"]
    client = Client()
    assert "Marta invites iga@example.com as Cashier" in client.get(link).content.decode()
    asked = client.post(link, follow=True)
    code = re.search(r"^\S{4,}$", mail.outbox[-1].body, re.MULTILINE)[0]
    at = client.post(asked.redirect_chain[-1][0], {"code": code, "next": link})
    assert at.url == link
    answer = client.post(link, {"name": "Iga Lis", "password": "three plain words"})
    assert answer.url == here("pin")
    staff = Staff.objects.get(user__email="iga@example.com")
    assert (staff.role, staff.location, staff.user.name) == (Role.CASHIER, place, "Iga Lis")
    assert client.post(here("pin"), {"pin": "4821", "again": "4821"}).url == reverse("till-home", args=["bean"])
    again = Client().get(link)
    assert again.status_code == 200
    assert "iga@example.com has joined Bean &amp; Leaf with this link." in again.content.decode()
    assert "Go on to work" in client.get(link).content.decode()
    assert Staff.objects.filter(user__email="iga@example.com").count() == 1


def test_a_link_alone_proves_no_address(marta: Staff) -> None:
    link = invited(marta)
    answer = Client().post(link, {"name": "Eve", "password": "three plain words"})
    assert answer.url.startswith(reverse("account_confirm_login_code"))
    assert not Staff.objects.filter(user__email="iga@example.com").exists()


def test_where_no_mail_works_the_link_is_believed_for_a_new_address(marta: Staff, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    link = invited(marta)
    short = Client().post(link, {"name": "Iga", "password": "short"})
    assert short.status_code == 422
    assert Client().post(link, {"name": "Iga", "password": "three plain words"}).url == here("pin")
    factories.user(email="iga2@example.com")
    known = invited(marta, email="iga2@example.com", reference="6" * 32)
    assert "password" not in Client().get(known).content.decode().lower().split("<main")[1]


def test_somebody_else_cannot_use_it(marta: Staff) -> None:
    link = invited(marta)
    other = browser(factories.user())
    assert "Sign in with the address of the invitation" in other.post(link).content.decode()
    assert not Staff.objects.filter(user__email="iga@example.com").exists()


@pytest.mark.parametrize("fate", ["over", "withdrawn", "renewed", "replaced"])
def test_an_invitation_that_is_not_good_opens_nothing(marta: Staff, fate: str) -> None:
    invitation, link = factories.invitation(merchant=marta.merchant, by=marta, email="iga@example.com", now=NOW)
    now = NOW + timedelta(days=7) if fate == "over" else NOW
    if fate == "withdrawn":
        inviting.withdraw(invitation, by=marta, now=NOW)
    if fate == "renewed":
        inviting.renew(invitation, by=marta, now=NOW)
    if fate == "replaced":
        factories.invitation(merchant=marta.merchant, by=marta, email="iga@example.com", now=NOW)
    assert inviting.found(link, now=now) is None
    with pytest.raises(inviting.NotForYou):
        inviting.accept(link, user=factories.user(email="iga@example.com"), now=now)


def test_a_second_press_invites_once(marta: Staff) -> None:
    invited(marta)
    sent = {"email": "iga@example.com", "role": 10, "location": "", "reference": "5" * 32}
    answer = browser(marta.user).post(here("staff-invite"), sent)
    assert answer.url == here("staff")
    assert Invitation.objects.count() == 1


def test_who_works_here_is_not_invited(marta: Staff, ewa: Staff) -> None:
    sent = {"email": ewa.user.email, "role": 10, "location": "", "reference": "5" * 32}
    answer = browser(marta.user).post(here("staff-invite"), sent)
    assert answer.status_code == 422
    assert "works here already" in answer.content.decode()


def test_who_worked_here_before_comes_back_by_a_link(marta: Staff, ewa: Staff) -> None:
    roles.end(ewa, by=marta, now=NOW)
    _made, link = factories.invitation(merchant=marta.merchant, by=marta, email=ewa.user.email, now=NOW)
    assert inviting.accept(link, user=ewa.user, now=NOW) == ewa
    ewa.refresh_from_db()
    assert ewa.is_active


@pytest.mark.django_db(transaction=True)
def test_a_link_pressed_twice_at_once_lets_in_once() -> None:
    owner = factories.staff(merchant=factories.merchant(), role=Role.OWNER)
    _made, link = factories.invitation(merchant=owner.merchant, by=owner, email="iga@example.com", now=NOW)
    user = factories.user(email="iga@example.com")
    found = at_once(*[lambda: inviting.accept(link, user=user, now=NOW)] * 4)
    assert sorted(type(one).__name__ for one in found) == ["NotForYou"] * 3 + ["Staff"]


@pytest.mark.django_db(transaction=True)
def test_an_invitation_sent_twice_at_once_is_one() -> None:
    owner = factories.staff(merchant=factories.merchant(), role=Role.OWNER)
    wish = {"email": "iga@example.com", "name": "", "role": Role.CASHIER, "location": None, "reference": "twice"}
    found = at_once(*[lambda: inviting.invite(**wish, by=owner, now=NOW)] * 4)
    assert sorted(one is None for one in found) == [False, True, True, True]
    wishes = [wish | {"reference": f"other-{n}"} for n in range(4)]
    at_once(*[lambda one=one: inviting.invite(**one, by=owner, now=NOW) for one in wishes])
    assert Invitation.objects.open().count() == 1


def test_who_came_back_meanwhile_keeps_their_role(marta: Staff, adam: Staff) -> None:
    former = factories.staff(merchant=marta.merchant, role=Role.OWNER, is_active=False)
    _made, link = factories.invitation(merchant=marta.merchant, by=adam, email=former.user.email, now=NOW)
    roles.take_back(former, by=marta, now=NOW)
    with pytest.raises(inviting.NotForYou, match="work here already"):
        inviting.accept(link, user=former.user, now=NOW)
    former.refresh_from_db()
    assert former.role == Role.OWNER


@pytest.mark.django_db(transaction=True)
def test_a_password_chosen_twice_at_once_makes_one_person(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    owner = factories.staff(merchant=factories.merchant(), role=Role.OWNER)
    _made, link = factories.invitation(merchant=owner.merchant, by=owner, email="iga@example.com")
    sent = {"name": "Iga", "password": "four words of mine"}
    found = at_once(*[lambda: Client().post(reverse("start-invitation", args=[link]), sent).status_code] * 3)
    assert found.count(302) >= 1
    assert User.objects.filter(email="iga@example.com").count() == 1


# --- The pages --------------------------------------------------------------------------------------------------


def test_the_page_lists_everybody_in_few_queries(marta: Staff, django_assert_max_num_queries) -> None:
    for number in range(12):
        factories.staff(merchant=marta.merchant, name=f"Person {number}")
    client = browser(marta.user)
    with django_assert_max_num_queries(14):
        page = client.get(here("staff")).content.decode()
    assert page.count("Person ") >= 12


def test_a_person_is_changed_on_their_page(marta: Staff, ewa: Staff) -> None:
    client = browser(marta.user)
    assert client.post(here("staff-show", ewa.pk), {"role": 20, "location": ""}).url == here("staff")
    assert Staff.objects.get(pk=ewa.pk).role == Role.MANAGER
    assert client.post(here("staff-show", ewa.pk), {"role": 99}).status_code == 422


def test_somebody_elses_sessions_are_listed_and_ended(marta: Staff, ewa: Staff) -> None:
    phone = Client(headers={"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1"})
    phone.post(reverse("account_login"), {"login": ewa.user.email, "password": factories.PASSWORD})
    client = browser(marta.user)
    assert "Safari on iPhone" in client.get(here("staff-show", ewa.pk)).content.decode()
    client.post(here("staff-sign-out", ewa.pk))
    assert phone.get(reverse("me-cards")).status_code == 302


def test_ones_own_sessions_are_ended_one_by_one_or_all_but_this(ewa: Staff) -> None:
    here_, there, third = (browser(ewa.user) for _ in range(3))
    listed = here_.get(reverse("me-sessions")).context["sessions"]
    assert [session.is_current for session in listed] == [True, False, False]
    here_.post(reverse("me-session-end", args=[listed[2].number]))
    here_.post(reverse("me-sessions-end"))
    assert [client.get(reverse("me-cards")).status_code for client in (here_, there, third)] == [200, 302, 302]
    assert len(here_.get(reverse("me-sessions")).context["sessions"]) == 1


def test_nobody_ends_a_session_of_somebody_else(marta: Staff, ewa: Staff) -> None:
    mine = browser(marta.user)
    number = mine.get(reverse("me-sessions")).context["sessions"][0].number
    browser(ewa.user).post(reverse("me-session-end", args=[number]))
    assert mine.get(reverse("me-cards")).status_code == 200


@pytest.mark.parametrize(("sent", "words"), [(("4821", "4822"), "not the same"), (("1234", "1234"), "first PIN")])
def test_a_pin_that_will_not_do_is_refused_with_words(ewa: Staff, sent: tuple[str, str], words: str) -> None:
    answer = browser(ewa.user).post(here("pin"), {"pin": sent[0], "again": sent[1]})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_manager_takes_away_the_pin_of_a_cashier_only(marta: Staff, adam: Staff, ewa: Staff) -> None:
    for person in (marta, ewa):
        pins.choose(person, "4821", now=NOW)
        browser(adam.user).post(here("staff-pin-remove", person.pk))
    assert list(pins.operators(marta.merchant)) == [marta]


# --- Locations --------------------------------------------------------------------------------------------------


def test_a_location_keeps_its_code_when_it_gets_another_name(marta: Staff) -> None:
    client = browser(marta.user)
    for _ in range(2):
        client.post(here("location-add"), {"name": "Stare Miasto"})
    place = marta.merchant.locations.get()
    address = reverse("dashboard-location-edit", args=["bean", place.code])
    assert client.post(address, {"name": "Old Town"}).url == here("staff")
    place.refresh_from_db()
    assert (place.code, place.name) == ("stare-miasto", "Old Town")
    assert AuditEvent.objects.filter(action__in=["location-added", "location-changed"]).count() == 2


def test_two_locations_of_a_shop_are_not_called_the_same(marta: Staff) -> None:
    client = browser(marta.user)
    for name in ("Old Town", "Harbour"):
        client.post(here("location-add"), {"name": name})
    address = reverse("dashboard-location-edit", args=["bean", "harbour"])
    assert client.post(address, {"name": "old town"}).status_code == 422


def test_an_invitation_is_for_its_own_address() -> None:
    merchant = factories.shop().merchant
    owner = factories.staff(merchant=merchant, role=Role.OWNER)
    made = inviting.invite(
        email="new@example.com", name="", role=Role.CASHIER, location=None, reference="R1", by=owner, now=NOW
    )
    assert made
    with pytest.raises(inviting.NotForYou):
        inviting.accept(made[1], user=factories.user(email="thief@example.com"), now=NOW)
    assert merchant.staff.count() == 1


def test_a_log_tells_nobodys_address_where_a_letter_is_refused(settings, caplog) -> None:
    invitation, text = factories.invitation(merchant=factories.shop().merchant, email="nobody@refused.example")
    with PostOffice() as office:
        office.refused.add("refused.example")
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        assert not letters.send(invitation, link=f"https://example.com/{text}")
    assert "SMTPRecipientsRefused" in caplog.text
    assert "refused.example" not in caplog.text
