"""The styleguide: every part in every state, on one page, light and dark."""

import re
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from loyalty_site.web.guards import public

THEMES = {"light": _("Light"), "dark": _("Dark"), "": _("As the system")}
COLOURS = """
    paper surface sunken hover line line-strong line-field ink ink-2 ink-3 accent-solid accent-soft accent-line
    accent-mark honey honey-soft good-soft bad-soft note-soft tier-1 tier-2 tier-3 tier-4 tier-5 tier-6 chart-3
"""
ACCENTS = {"terracotta": "Terracotta", "navy": "Navy", "plum": "Plum", "lemon": "Lemon, darkened for text"}
TIERS = ["Bronze", "Silver", "Gold", "Reserve", "Circle", "Founder"]
ICON = re.compile(r'id="i-([\w-]+)"')
KPIS: list[dict[str, Any]] = [
    {"label": "Active members", "value": "642", "delta": "+6.3%", "direction": "up", "before": "604 before"},
    {"label": "Came back within 4 weeks", "value": "58", "unit": "%", "delta": "+2.1 pp", "direction": "up"},
    {"label": "Sales from members", "value": "84,310", "unit": "zł", "delta": "0.0%", "direction": "flat"},
    {"label": "Share of points spent", "value": "37", "unit": "%", "delta": "−1.8 pp", "direction": "down"},
]
SPARK = [2, 6, 4, 9, 12, 11, 15, 18, 22, 25, 29]
STAIRS: list[dict[str, Any]] = [
    {"name": "Bronze", "at": 0, "perks": ["Base points"], "people": "318 members"},
    {"name": "Silver", "at": 500, "perks": ["Birthday week 3×"], "people": "203 members"},
    {"name": "Gold", "at": 1500, "perks": ["Double Tuesdays", "Free oat milk"], "people": "96 members"},
    {"name": "Reserve", "at": 4000, "perks": ["New roasts first", "Cupping for two, yearly"], "people": "25 members"},
]
WHY: dict[str, Any] = {
    "causes": [
        {"text": "62.00 zł at 1 point per 1 zł", "points": 62, "figure": "62"},
        {"text": "Doubled, because it was a Tuesday and Anna was Gold", "points": 62, "figure": "62"},
        {"text": "Birthday week: not this week", "points": None},
    ],
    "total": {"text": "Points added, spendable since 19 Nov, 08:31", "figure": "124"},
    "footnote": "Rules in force: program version 4, from 1 Sept 2026 on. Receipt P-20931.",
}
REWARDS: list[dict[str, Any]] = [
    {"icon": "cup", "name": "Any coffee", "price": 150, "to_go": 0},
    {"icon": "bun", "name": "Rogalik świętomarciński z białym makiem", "price": 110, "to_go": 0},
    {"icon": "bean", "name": "埃塞俄比亚古吉日晒咖啡豆 250 克", "price": 480, "to_go": 162},
]


class SampleForm(forms.Form):
    name = forms.CharField(label="Reward name", help_text="Members see this on their phone.")
    price = forms.IntegerField(label="Cost")
    who = forms.ChoiceField(label="Who can use it", choices=[("all", "Everyone"), ("gold", "Gold and above")])
    ends_on = forms.DateField(label="Ends on", error_messages={"invalid": "November has 30 days."})
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 2}), required=False)
    weekdays = forms.MultipleChoiceField(
        label="Days", choices=[("mon", "Mon"), ("tue", "Tue"), ("wed", "Wed")], widget=forms.CheckboxSelectMultiple
    )
    kind = forms.ChoiceField(
        label="Kind", choices=[("thing", "A thing"), ("money", "Money off")], widget=forms.RadioSelect
    )
    is_live = forms.BooleanField(label="Members can see it", required=False)


def sample_form() -> SampleForm:
    """A form that was sent with one date that does not exist, so that its error shows."""
    sent = {
        "name": "Any coffee",
        "price": 150,
        "who": "all",
        "ends_on": "31 Nov 2026",
        "weekdays": ["tue"],
        "kind": "thing",
    }
    return SampleForm({**sent, "is_live": "on"})


@public
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every part; `?theme=` light or dark sets the scheme, otherwise the browser does."""
    theme = request.GET.get("theme", "")
    theme = theme if theme in THEMES else ""
    choices = [{"label": label, "url": f"?theme={key}", "is_current": key == theme} for key, label in THEMES.items()]
    return render(request, "loyalty_site/styleguide.html", {"theme": theme, "theme_choices": choices} | samples())


def samples() -> dict[str, Any]:
    return {
        "colours": COLOURS.split(),
        "accents": ACCENTS,
        "tier_names": TIERS,
        "icons": ICON.findall(render_to_string("components/icons.html")),
        "kpis": [kpi | {"values": SPARK if kpi["direction"] != "down" else SPARK[::-1]} for kpi in KPIS],
        "stairs": STAIRS,
        "why": WHY,
        "rewards": REWARDS,
        "form": sample_form(),
        "prices": [60, 110, 150, 240, 480],
        "weeks": [True, True, False, True, True, True, False, True, None],
        "steps": ["Changes", "Who it affects", "Publish"],
        "page": sample_page(),
        "shop": SimpleNamespace(name="Bean & Leaf", logo_digest=""),
        "tabs": [
            {"label": "Earning", "url": "#", "is_current": True, "count": 5},
            {"label": "Tiers", "url": "#", "count": 4},
        ],
        "periods": [
            {"label": label, "url": "#", "is_current": label == "4 weeks"} for label in ("1 week", "4 weeks", "Year")
        ],
    }


def sample_page() -> SimpleNamespace:
    return SimpleNamespace(
        start_index=21, end_index=40, paginator=SimpleNamespace(count=642), has_previous=True, has_next=True,
        previous_page_number=1, next_page_number=3,
    )  # fmt: skip
