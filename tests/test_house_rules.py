"""The house rules that a program can check; CONTRIBUTING.md says them in words.

`loyalty_site/tests/test_templates.py` keeps inline style and script out of templates, import-linter keeps the layers.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from inspect import unwrap
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(settings.BASE_DIR)
APPS = ("loyalty_site", "programs", "members", "rewards", "reports", "demo")
LAYERS = ("programs", "members", "rewards", "reports")
AREAS = ("dashboard", "till", "portal", "start")
LONGEST_FILE, LONGEST_TEST = 250, 450  # lines
LONGEST_FUNCTION = 30

SAYS_NOTHING = {"utils", "util", "services", "service", "helpers", "helper", "managers", "handlers", "common", "misc"}
DOORS = {"views", "api", "api.py", "tasks", "management", "tests"}
OUR_AREAS = {*AREAS, "api", "demo", "logo", "me", "theme", "csp", "landing", "healthz", "styleguide"}

# An import inside a function hides a dependency. Each exception says why it cannot stand at the top.
HIDDEN_IMPORTS = {
    "loyalty_site/embedded/valkey.py": "the wheel is not installed where REDIS_URL names a server",
}

LEDGER_MODELS = {"Account", "LedgerEntry", "PointsLot", "LotDraw"}
LEDGER_RELATIONS = {"accounts", "entries", "lots", "draws"}
LEDGER_ROWS = {"account", "entry", "lot", "draw"}
LEDGER_WRITERS = {
    "members/ledger.py", "members/ledger_copy.py", "members/ledger_sql.py", "members/ledger_batch_sql.py",
    "members/ledger_merging.py", "members/ledger_redacting.py",
}  # fmt: skip
LEDGER_SQL = re.compile(
    r"(INSERT INTO|UPDATE|DELETE FROM|COPY|TRUNCATE|copy\()\s*\"?members_(account|ledgerentry|pointslot|lotdraw)\b",
    re.IGNORECASE,
)
WRITES = {
    "create", "update", "delete", "save", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "acreate", "aupdate", "adelete", "asave",
}  # fmt: skip

# Forms that move points, by URL name; what undoes one of them needs no reference, because it finds the first undo.
MOVES_POINTS = {
    "dashboard-member-adjust", "till-points-adjust", "till-purchase-record", "till-purchase-send",
    "till-reward-redeem",
    "portal-reward-redeem",
}  # fmt: skip
FORM = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.DOTALL)
ACTION = re.compile(r"action=\"\{% url \"([\w-]+)\"")


@cache
def sources() -> dict[str, ast.Module]:
    """Every module of the apps, without tests and migrations, by its path."""
    paths = (path for app in APPS for path in (ROOT / app).rglob("*.py"))
    names = (path.relative_to(ROOT) for path in paths)
    return {
        str(name): ast.parse((ROOT / name).read_text()) for name in names if not {"tests", "migrations"} & {*name.parts}
    }


def nodes(kind: type | tuple[type, ...]) -> Iterator[tuple[str, Any]]:
    for name, tree in sources().items():
        yield from ((name, node) for node in ast.walk(tree) if isinstance(node, kind))


@cache
def views() -> dict[str, Callable[..., Any]]:
    """Our own views by URL name; those of Django and allauth are not ours to name."""
    return {name: view for name, view in routes(get_resolver()) if unwrap(view).__module__.split(".")[0] in APPS}


def routes(resolver: URLResolver) -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern), pattern.callback


def markup() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield str(path.relative_to(ROOT / "templates")), path.read_text()


# --- Modules and functions --------------------------------------------------------------------------------------


def test_a_module_is_named_for_what_it_owns() -> None:
    vague = [name for name in sources() if SAYS_NOTHING & {*Path(name).with_suffix("").parts}]
    assert vague == [], "name the module for what it owns"


def test_a_view_is_a_function() -> None:
    generic = [name for name, node in nodes(ast.ImportFrom) if (node.module or "").startswith("django.views.generic")]
    classes = [f"{name}: {node.name}" for name, node in nodes(ast.ClassDef) if node.name.endswith("View")]
    assert generic + classes == [], "write a function with one guard"


def test_imports_stand_at_the_top() -> None:
    found = {
        name
        for name, function in nodes((ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert found == set(HIDDEN_IMPORTS), "move the import to the top, or the function to where it belongs"


def test_only_doors_read_the_clock() -> None:
    clocks = {"clock.now", "timezone.now", "datetime.now", "date.today", "time.time"}
    asked = [
        f"{name}:{node.lineno}"
        for name, node in nodes(ast.Call)
        if name.split("/")[0] in LAYERS
        and not DOORS & {*Path(name).with_suffix("").parts}
        and ast.unparse(node.func) in clocks
    ]
    assert asked == [], "take `now` or `day` as an argument; views, tasks and commands read the clock"


def test_the_time_is_the_databases() -> None:
    asked = [
        f"{name}:{node.lineno}"
        for name, node in nodes(ast.Attribute)
        if name != "loyalty_site/clock.py" and ast.unparse(node) in {"timezone.now", "datetime.now", "date.today"}
    ]
    assert asked == [], "ask `loyalty_site.clock.now`: this machine's clock may be wrong"


def test_a_file_fits_in_a_head() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for folder in (*APPS, "tests", "bench", "docs")
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
        and (count := len(path.read_text().splitlines())) > (LONGEST_TEST if "test" in str(path) else LONGEST_FILE)
    }
    assert long == {}, "split the file by what its parts own"


def test_a_function_fits_on_a_screen() -> None:
    long = [
        f"{name}: {node.name}"
        for name, node in nodes((ast.FunctionDef, ast.AsyncFunctionDef))
        if node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == [], "give its steps names"


def test_a_module_opens_with_what_it_owns() -> None:
    """A command says it in its `help`."""
    silent = [
        name
        for name, tree in sources().items()
        if tree.body and not ast.get_docstring(tree) and "commands" not in name and Path(name).name != "apps.py"
    ]
    assert silent == [], "begin with a line or two: what it owns, what it promises"


# --- The ledger -------------------------------------------------------------------------------------------------


def test_only_the_ledger_writes_accounts_entries_lots_and_draws_in_sql() -> None:
    texts = {name: (ROOT / name).read_text() for name in sources() if name not in LEDGER_WRITERS}
    assert [name for name, text in texts.items() if LEDGER_SQL.search(text)] == [], "post a movement instead"


def test_only_the_ledger_writes_accounts_entries_lots_and_draws_through_models() -> None:
    written = [
        f"{name}:{node.lineno}"
        for name, node in nodes(ast.Call)
        if name not in LEDGER_WRITERS and (makes_a_row(node) or writes_rows(node))
    ]
    assert written == [], "post a movement instead"


def makes_a_row(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in LEDGER_MODELS


def writes_rows(call: ast.Call) -> bool:
    """`Account.objects.filter(…).update(…)`, `member.accounts.create(…)`, `account.save()`."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    chain = [*links(call.func.value)]
    return bool({*chain} & (LEDGER_MODELS | LEDGER_RELATIONS)) or chain[:1] in [[row] for row in LEDGER_ROWS]


def links(value: ast.expr) -> Iterator[str]:
    """The names of a chain of calls and attributes, the last one first."""
    while isinstance(value, ast.Call | ast.Attribute | ast.Subscript):
        if isinstance(value, ast.Attribute):
            yield value.attr
        value = value.func if isinstance(value, ast.Call) else value.value
    if isinstance(value, ast.Name):
        yield value.id


@pytest.mark.parametrize(
    "line",
    [
        "Account.objects.filter(pk=1).update(balance=5)",
        "PointsLot(entry=entry, points=5)",
        "member(7).accounts.filter(pk=1).delete()",
        "order.account.save()",
        "LotDraw.objects.bulk_create(made)",
    ],
)
def test_it_would_see_a_second_writer(line: str) -> None:
    call = ast.parse(line, mode="eval").body
    assert isinstance(call, ast.Call)
    assert makes_a_row(call) or writes_rows(call)


def test_a_form_that_moves_points_carries_a_reference() -> None:
    """Without one, a double click is two movements."""
    forms = [(name, *found) for name, text in markup() for found in each_form(name, text)]
    seen = {url for _template, url, _body in forms}
    careless = [template for template, url, body in forms if url in MOVES_POINTS and "reference" not in body]
    assert careless == [], 'put <input type="hidden" name="reference"> into the form'
    assert MOVES_POINTS & {*views()} <= seen, "a form that moves points is missing, or hides from this test"


def each_form(template: str, text: str) -> Iterator[tuple[str, str]]:
    """The URL name that each POST form goes to (its page's own if it says none), and the form.

    A form drawn as a whole brings its hidden fields.
    """
    own = "-".join(Path(template).with_suffix("").parts[1:]).replace("_", "-")
    for found in FORM.finditer(text):
        whole = "{{ form }}" in found[0] or "form_fields.html" in found[0] or "{% form_fields" in found[0]
        action = ACTION.search(found[0])
        yield action[1] if action else own, f"{found[0]} reference" if whole else found[0]


# --- One name in four places ------------------------------------------------------------------------------------


def test_a_url_name_is_flat_and_begins_with_its_area() -> None:
    strange = [name for name in views() if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)]
    homeless = [name for name in views() if name.split("-")[0] not in OUR_AREAS]
    assert strange + homeless == [], "call it <area>-<noun>-<verb>"


@pytest.mark.parametrize("area", AREAS)
def test_a_view_is_called_as_its_url(area: str) -> None:
    named = {name: unwrap(view) for name, view in views().items() if name.startswith(f"{area}-")}
    other = {
        name: view.__name__
        for name, view in named.items()
        if view.__name__ != name.removeprefix(f"{area}-").replace("-", "_")
    }
    elsewhere = [name for name, view in named.items() if f"views.{area}" not in view.__module__]
    assert other == {}, "name the view for its URL, without the area"
    assert elsewhere == [], f"the view belongs into views/{area}"


@pytest.mark.parametrize("area", AREAS)
def test_a_page_is_called_as_its_view(area: str) -> None:
    """A page extends a layout; a page that is one step of a view adds a word. Parts have any name."""
    pages = {
        name: Path(name).stem.replace("_", "-")
        for name, text in markup()
        if f"/{area}/" in name and "{% extends" in text
    }
    known = tuple(f"{name}-" for name in views())
    strange = [
        name for name, stem in pages.items() if not f"{area}-{stem}-".startswith(known) and f"{stem}-" not in known
    ]
    assert strange == [], "name the template for its view"


def test_a_view_wears_one_guard() -> None:
    bare = [name for name, view in views().items() if not hasattr(view, "guard")]
    assert bare == [], "wear a guard, also if it is @public"


# --- Style sheets -----------------------------------------------------------------------------------------------


def test_a_class_of_a_style_sheet_is_worn_somewhere() -> None:
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static" / "js").glob("*.js")]
    texts = [path.read_text() for path in pages] + [(ROOT / name).read_text() for name in sources()]
    worn = {name for text in texts for name in re.findall(r"[\w-]+", text)}
    put_together = tuple({stem for text in texts for stem in re.findall(r"([\w-]+-)\{\{", text)})
    styled = {
        name
        for path in (ROOT / "static" / "css").glob("*.css")
        if path.name != "plotly.css"  # whose classes are plotly's own
        for name in re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL))
    }
    assert {name for name in styled - worn if not name.startswith((*put_together, "htmx-"))} == set(), "drop the style"


def test_colours_are_tokens() -> None:
    """A colour written into a part would not follow the shop's colour, nor the dark scheme."""
    sheets = {path.name: path.read_text() for path in (ROOT / "static" / "css").glob("*.css")}
    qr_code = {"#fff", "#14110f"}  # dark on white, whatever the scheme, or scanners cannot read it
    colour = re.compile(r"(?<![\w-])#(?!0{3,4}\b)[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsl\(")  # masks draw in black
    loud = {
        name: found
        for name, text in sheets.items()
        if name not in {"tokens.css", "plotly.css"}
        and (found := {*colour.findall(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))} - qr_code)
    }
    assert loud == {}, "use a token of static/css/tokens.css"
