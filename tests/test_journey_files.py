"""A manager brings a file in, looks, imports, takes it back, and takes a file out, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from loyalty_site import jobs
from loyalty_site.models import Job
from members.models import Member
from members.tests import factories
from programs.models import Program, Role, Staff
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILE = "Imię;E-mail;Telefon\nAnna Zięba;anna@poczta.example;601 234 567\nJan Lis;jan@;\n"


@pytest.fixture
def program() -> Program:
    return factories.shop(slug="bean")


@pytest.fixture
def zofia(program: Program) -> Staff:
    return factories.staff(merchant=program.merchant, role=Role.MANAGER, name="Zofia Lis")


def work(kind: str) -> None:
    """What a worker would do meanwhile."""
    jobs.drain(Job.objects.get(kind=kind))


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_manager_brings_a_file_in_and_takes_it_back(page: Page, live_server: Any, zofia: Staff, size: Any) -> None:
    page.set_viewport_size(size)
    sign_in(page.context, zofia.user, live_server.url)
    page.goto(f"{live_server.url}/m/bean/imports/")
    assert_accessible(page)
    assert_fits(page)
    content = FILE.encode("cp1250")
    page.get_by_label("File").set_input_files({"name": "klienci.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Go on to the columns").click()
    expect(page.get_by_label("Imię")).to_have_value("first_name")
    assert_accessible(page)
    assert_fits(page)
    page.get_by_label("Imię").select_option("Name")
    page.get_by_role("button", name="Look the file through").click()
    expect(page.get_by_role("status").get_by_text("Looking the file through")).to_be_visible()
    work("import-look")
    expect(page.get_by_text("An e-mail address is not one.")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("button", name="Import 1 row").click()
    expect(page.get_by_role("status").get_by_text("Importing")).to_be_visible()
    work("import-record")
    expect(page.get_by_role("button", name="Undo this import")).to_be_visible()
    assert Member.objects.get().name == "Anna Zięba"
    page.get_by_role("button", name="Undo this import").press("Enter")
    expect(page.get_by_role("status").get_by_text("Taking the import back")).to_be_visible()
    work("import-undo")
    expect(page.get_by_text("1 row taken back.")).to_be_visible()
    assert_accessible(page)
    assert not Member.objects.present().exists()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_manager_takes_a_file_out(page: Page, live_server: Any, program: Program, zofia: Staff, size: Any) -> None:
    factories.member(merchant=program.merchant, name="Anna Zięba")
    page.set_viewport_size(size)
    sign_in(page.context, zofia.user, live_server.url)
    page.goto(f"{live_server.url}/m/bean/exports/")
    assert_accessible(page)
    page.get_by_label("XLSX").check()
    page.get_by_role("button", name="Write the file").click()
    expect(page.get_by_text("Being written")).to_be_visible()
    work("export")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save").click()
    assert saved.value.suggested_filename.startswith("bean-members-")
    assert saved.value.path().read_bytes().startswith(b"PK")
    assert_accessible(page)
    assert_fits(page)
