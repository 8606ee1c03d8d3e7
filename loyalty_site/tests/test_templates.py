"""What holds for every template: it compiles, keeps to the policy, and draws only icons that exist."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

FOLDER = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}", re.DOTALL)
REFUSED = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|hx-on|https?://(?!www\.w3\.org)")
ICON = re.compile(r'{% icon "([\w-]+)"|(?:\bicon|glyph)="([\w-]+)"|nav_link "[\w-]+" "([\w-]+)"')


def markup(name: str) -> str:
    return COMMENT.sub("", (FOLDER / name).read_text())


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_compiles(name: str):
    get_template(name)


@pytest.mark.parametrize("name", [name for name in TEMPLATES if "/mail/" not in name])  # a mail has no style sheet
def test_it_has_no_inline_style_or_script_and_fetches_nothing_from_elsewhere(name: str):
    assert REFUSED.findall(markup(name)) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_draws_icons_that_are_in_the_sprite(name: str):
    drawn = {icon for groups in ICON.findall(markup(name)) for icon in groups if icon}
    known = set(re.findall(r'id="i-([\w-]+)"', markup("components/icons.html")))
    assert drawn <= known


def test_the_styleguide_includes_every_component():
    shown = markup("loyalty_site/styleguide.html") + "".join(map(markup, nested()))
    parts = {path.stem for path in (FOLDER / "components").glob("*.html")}
    elsewhere = {"plotly", "chart", "older", "toasts", "drawer", "form_fields", "form_errors"}
    of_a_shop = {"user_menu", "nav_link", "menu_link", "settings_tabs"}  # they lead to pages that need a shop and staff
    shared = parts - elsewhere - of_a_shop
    missing = {part for part in shared if f"components/{part}.html" not in shown and f"{{% {part} " not in shown}
    assert missing == set()


def nested() -> list[str]:
    return ["base.html", *(name for name in TEMPLATES if name.startswith("components/"))]
