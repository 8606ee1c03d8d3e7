"""`make screenshots`: the pictures of the README, taken from the demo the way a visitor sees it.

A site that answers at PORT (8000) is used; else a fresh demo is started on a free port with data of its own.
ARGS="home till" takes some of the pictures. Needs a Chromium on the machine.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.error import URLError

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
LARGEST = 300_000  # bytes: whoever clones the project carries the pictures along
HOST = "127.0.0.1"
SHOP = "bean-and-leaf"
OWNER, CASHIER, CUSTOMER = "marta@beanandleaf.example", "kuba@beanandleaf.example", "anna@poczta.example"
PASSWORD = "coffee-and-cake"  # noqa: S105  the demo's own
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-color-profile=srgb",
]  # fmt: skip


class CannotTake(Exception):
    """No picture can be taken; the text is one sentence that says what to do."""


class Picture(NamedTuple):
    """One picture: who looks, how large the window is, and the way to the page."""

    name: str
    who: str
    size: tuple[int, int]
    go: Callable[[Page], None]
    scheme: Literal["light", "dark"] = "light"
    scale: int = 1


def at(path: str) -> Callable[[Page], None]:
    return lambda page: goto(page, path)


def goto(page: Page, path: str) -> None:
    page.goto(path.format(shop=SHOP))
    page.wait_for_load_state("networkidle")


def to_member(page: Page) -> None:
    """Find the customer in the list of members and open the ledger's newest entry that a purchase made."""
    goto(page, f"/m/{{shop}}/members/?q={CUSTOMER}")
    page.locator("#main table tbody a").first.click()
    page.wait_for_load_state("networkidle")
    page.locator("#ledger a[href*='/why/']").nth(1).click()
    page.wait_for_selector("#ledger .whybox")


def to_draft(page: Page) -> None:
    """Make a rule give more, which the draft of the demo keeps, and open it again."""
    goto(page, "/m/{shop}/program/")
    (row := page.locator("#rule-double-tuesday")).get_by_role("link", name="×").click()
    row.get_by_label("How much").fill("3")
    row.get_by_role("button", name="Keep rule").click()
    page.wait_for_selector(".savebar")
    row.get_by_role("link", name="Tuesdays").click()
    page.wait_for_selector("#rule-double-tuesday .works")


def to_till(page: Page) -> None:
    """Find the customer by e-mail and type an amount, so that the preview says what it will earn."""
    goto(page, f"/till/{{shop}}/find/?q={CUSTOMER}")
    page.fill("#amount", "42.50")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(600)


PAGES = (
    Picture("home-light", OWNER, (1440, 1200), at("/m/{shop}/")),
    Picture("home-dark", OWNER, (1440, 1200), at("/m/{shop}/"), scheme="dark"),
    Picture("member", OWNER, (1440, 1200), to_member),
    Picture("program", OWNER, (1440, 1200), to_draft),
    Picture("studio-tiers", OWNER, (1440, 1000), at("/m/{shop}/program/points/tiers/")),
    Picture("rewards", OWNER, (1440, 900), at("/m/{shop}/rewards/")),
    Picture("till", CASHIER, (1180, 820), to_till),
    Picture("portal", CUSTOMER, (390, 844), at("/p/{shop}/"), scale=2),
    Picture("how", CUSTOMER, (390, 844), at("/p/{shop}/how/"), scale=2),
)


def main(names: list[str]) -> int:
    wanted = [page for page in PAGES if not names or page.name.split("-")[0] in names or page.name in names]
    try:
        with site() as address, browser() as chromium:
            take_all(wanted, chromium, address)
    except CannotTake as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


# --- The site and the browser -----------------------------------------------------------------------------------


@contextmanager
def site() -> Iterator[str]:
    """The address of the running site, or of a demo that runs as long as the block."""
    port = int(os.environ.get("PORT") or 8000)
    if answers(port):
        yield f"http://{HOST}:{port}"
        return
    port = free_port()
    demo = start_demo(port)
    try:
        wait_for(demo)
        yield f"http://{HOST}:{port}"
    finally:
        demo.send_signal(signal.SIGINT)
        demo.communicate()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def start_demo(port: int) -> subprocess.Popen[str]:
    variables = {"PORT": str(port), "RESET": "1", "DATA_DIR": str(ROOT / ".data" / "screenshots")}
    print("Starting a demo of its own; that takes a minute or two ...", flush=True)
    return subprocess.Popen(
        [sys.executable, "-m", "loyalty_site.demo"],
        cwd=ROOT,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for(demo: subprocess.Popen[str]) -> None:
    said = []
    for line in demo.stdout or ():
        said.append(line)
        if "Regulars runs at" in line:
            return
    raise CannotTake(f"The demo did not start:\n{''.join(said)}")


@contextmanager
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if program is None:
        raise CannotTake("No Chromium found: install it with `apt-get install chromium`.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


# --- Signing in and taking pictures -----------------------------------------------------------------------------


def take_all(pictures: list[Picture], chromium: Browser, address: str) -> None:
    """Everybody signs in once; then their pictures are taken."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for who in dict.fromkeys(picture.who for picture in pictures):
        known = sign_in(chromium, address, who)
        for picture in pictures:
            if picture.who == who:
                take(picture, chromium, address, known)


def sign_in(chromium: Browser, address: str, who: str) -> Any:
    """Sign in through the pages that everybody uses; the answer is what a browser remembers of it."""
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    if who == CUSTOMER:
        by_code(page, context, who)
    else:
        goto(page, "/accounts/login/")
        page.fill("[name=login]", who)
        page.fill("[name=password]", PASSWORD)
        page.click("form button.primary")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    known = context.storage_state()
    context.close()
    return known


def by_code(page: Page, context: BrowserContext, who: str) -> None:
    """Ask for a code, read it where the demo shows its mail, and type it in."""
    goto(page, "/accounts/login/code/")
    page.fill("[name=email]", who)
    page.click("form button.primary")
    mail = context.new_page()
    goto(mail, "/demo/mail/")
    letter = mail.locator("article .card-body").first.inner_text()
    code = re.search(r"^(?=.*[A-Z0-9])[A-Z0-9-]{4,12}$", letter, re.MULTILINE)
    if code is None:
        raise CannotTake(f"No code for {who} at /demo/mail/: is this the demo?")
    page.fill("[name=code]", code[0])
    page.click("form button.primary")


def take(picture: Picture, chromium: Browser, address: str, known: Any) -> None:
    width, height = picture.size
    context = chromium.new_context(
        base_url=address,
        storage_state=known,
        viewport={"width": width, "height": height},
        device_scale_factor=picture.scale,
        color_scheme=picture.scheme,
        locale="en-GB",
        reduced_motion="reduce",
    )
    page = context.new_page()
    picture.go(page)
    path = PICTURES / f"{picture.name}.png"
    page.screenshot(path=path, animations="disabled", caret="hide")
    context.close()
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}  {size // 1000} kB", flush=True)
    if size > LARGEST:
        raise CannotTake(f"{path.name} has {size // 1000} kB, more than {LARGEST // 1000}: make its window smaller.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
