"""Toasts travel as messages, and the navigation knows where it is."""

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.test import RequestFactory
from django.urls import ResolverMatch

from loyalty_site.web.context import section
from loyalty_site.web.toasts import toast_of


def test_a_toast_comes_back_with_its_effect_and_undo():
    toast = toast_of(Message(constants.SUCCESS, "31.00 zł recorded\n+31 points", "/undo/7"))
    assert (toast.text, toast.effect, toast.undo_url) == ("31.00 zł recorded", "+31 points", "/undo/7")


def test_a_plain_message_of_another_package_is_a_toast_without_undo():
    toast = toast_of(Message(constants.ERROR, "Signed out.", "account"))
    assert (toast.text, toast.effect, toast.undo_url, toast.is_error) == ("Signed out.", "", "", True)


@pytest.mark.parametrize(
    ("url_name", "place"),
    [
        ("dashboard-home", "home"),
        ("dashboard-member-show", "members"),
        ("dashboard-members", "members"),
        ("dashboard-program-rule-edit", "program"),
        ("dashboard-versions", "program"),
        ("dashboard-job-run", "jobs"),
        ("dashboard-entry-why", "activity"),
        ("portal-voucher-show", "rewards"),
        ("landing", ""),
    ],
)
def test_the_open_section_follows_from_the_url_name(url_name: str, place: str):
    request = RequestFactory().get("/")
    request.resolver_match = ResolverMatch(lambda request: None, (), {}, url_name=url_name)
    assert section(request) == place


def test_a_page_that_was_not_found_is_in_no_section():
    assert section(RequestFactory().get("/")) == ""
