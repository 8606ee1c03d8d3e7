"""The papers say what is there: links lead somewhere, commands and variables exist, examples are good."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands
from django.utils import timezone
from django.utils.text import slugify

from members import importing
from members.tests import factories
from programs.terms import P0, PRESETS, parse
from tests.scenario_player import Player
from tests.scenario_player.story import PlainLoader

ROOT = Path(settings.BASE_DIR)
PAPERS = sorted(path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")] if ".venv" not in path.parts)
NAMES = [str(path.relative_to(ROOT)) for path in PAPERS]
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
OPTION = re.compile(r"(?<!\w)--([a-z][a-z-]+)")
VARIABLE = re.compile(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|DEBUG|DEMO)\b")
FOLDERS = (
    "bench",
    "demo",
    "docs",
    "loyalty_site",
    "members",
    "programs",
    "reports",
    "rewards",
    "static",
    "templates",
    "tests",
)

# Names in capitals that are no variables of ours.
NO_VARIABLES = {
    "JOB_KINDS", "JOB_KINDS_BY_DAY", "FILL_DAYS", "FOR_UPDATE", "SKIP_LOCKED", "DISABLE_SERVER_SIDE_CURSORS",
    "PG_VERSION", "IT_WAS", "SHA_256", "COPY",
}  # fmt: skip
ARGUMENTS = {"ARGS", "EXAMPLES", "PORT", "RESET", "APP", "NAME", "SHOPS", "SCENARIOS", "CI", "PYTHON", "BIN"}


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def code_in(name: str) -> str:
    """All that a paper sets as code: what people will type."""
    text = text_of(name)
    blocks = [body for _language, body in FENCE.findall(text)]
    return "\n".join([*blocks, *CODE.findall(FENCE.sub("", text))])


def examples(language: str) -> Iterator[Any]:
    for name in NAMES:
        for found, body in FENCE.findall(text_of(name)):
            if found == language:
                yield name, body


def anchors(text: str) -> set[str]:
    return {slugify(title) for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("name", NAMES)
def test_its_links_lead_somewhere(name: str) -> None:
    broken = []
    for link in LINK.findall(FENCE.sub("", text_of(name))):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = ((ROOT / name).parent / path) if path else ROOT / name
        if not target.exists() or (anchor and anchor not in anchors(target.read_text())):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("name", NAMES)
def test_it_names_commands_that_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    code = code_in(name)
    assert set(MAKE.findall(code)) <= targets
    assert set(COMMAND.findall(code)) <= set(get_commands())


@pytest.mark.parametrize("name", NAMES)
def test_it_names_variables_that_are_explained(name: str) -> None:
    explained = set(re.findall(r"^([A-Z_]+)=", text_of(".env.example"), re.MULTILINE))
    assert set(VARIABLE.findall(code_in(name))) <= explained | ARGUMENTS | NO_VARIABLES


@pytest.mark.parametrize("name", NAMES)
def test_it_names_files_that_exist(name: str) -> None:
    words = {word.strip("`.,:;()") for word in code_in(name).split()}
    named = {word for word in words if word.startswith(FOLDERS) and "/" in word and "<" not in word}
    assert [path for path in sorted(named) if not (ROOT / path).exists() and not (ROOT / f"{path}.py").exists()] == []


def test_every_command_is_explained() -> None:
    """A command that no paper names is one that nobody finds."""
    ours = {
        name
        for name, app in get_commands().items()
        if app in {"loyalty_site", "programs", "members", "rewards", "reports", "demo"}
    }
    said = "\n".join(map(text_of, NAMES))
    assert {name for name in ours if f"{name}`" not in said and f"manage.py {name}" not in said} == set()


def test_every_variable_is_explained() -> None:
    explained = set(re.findall(r"^([A-Z_]+)=", text_of(".env.example"), re.MULTILINE))
    assert {name for name in explained if f"`{name}" not in text_of("docs/operator.md")} == set()


def test_every_preset_is_named() -> None:
    assert {name for name in PRESETS if f"`{name}`" not in text_of("docs/operator.md")} == set()


def test_every_decision_is_listed() -> None:
    listed = text_of("docs/decisions/README.md")
    assert [
        path.name
        for path in PAPERS
        if path.parent.name == "decisions" and path.name[:2] == "20" and path.name not in listed
    ] == []


def test_the_terms_it_shows_are_terms() -> None:
    shown = [yaml.safe_load(body) for _name, body in examples("yaml") if body.startswith("unit:")]
    assert shown
    for document in shown:
        assert set(P0) <= set(document)
        parse(document)


@pytest.mark.django_db
def test_the_scenarios_it_shows_play() -> None:
    stories = [yaml.load(body, Loader=PlainLoader) for _name, body in examples("yaml") if body.startswith("title:")]  # noqa: S506
    assert stories
    for story in stories:
        Player(story).play()


@pytest.mark.django_db
def test_the_orders_it_shows_import(tmp_path: Path) -> None:
    merchant = factories.shop(currency="EUR", zone="Europe/Lisbon", country="PT").merchant
    factories.location(merchant=merchant, code="baixa", name="Baixa")
    files = [body for _name, body in examples("csv")]
    assert files
    for number, body in enumerate(files):
        path = tmp_path / f"{number}.csv"
        path.write_text(body, encoding="utf-8")
        done = importing.import_orders(path, merchant=merchant, now=timezone.now())
        assert (done.new, done.errors) == (done.orders, 0), str(done.problems)
