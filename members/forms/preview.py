"""What the phone beside the studio shows: which terms, whose card, which language, which page."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from members.reading.examples import Example
from programs.languages import name_of
from programs.models import Merchant

PAGES = [
    ("portal-home", _("Home")),
    ("portal-rewards", _("Rewards")),
    ("portal-history", _("History")),
    ("portal-how", _("How it works")),
]
SHOWN = {"draft": _("Draft"), "live": _("Live")}


class PhoneForm(forms.Form):
    """Four choices; what is not asked for is the first of each. Refuses what there is not to choose."""

    show = forms.ChoiceField(label=_("Terms"), widget=forms.RadioSelect)
    page = forms.ChoiceField(label=_("Page"), widget=forms.RadioSelect, choices=PAGES)
    shown_as = forms.ChoiceField(label=_("Shown as"), required=False)
    language = forms.ChoiceField(label=_("Language"))
    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def __init__(
        self, asked: QueryDict, *, shows: Sequence[str], people: Sequence[Example], merchant: Merchant
    ) -> None:
        numbers = [person.number for person in people]
        first = {
            "show": shows[0],
            "page": PAGES[0][0],
            "language": merchant.language,
            "shown_as": next(iter(numbers), ""),
        }
        given = {name: asked[name] for name in (*first, "q") if asked.get(name)}
        if given.get("q") and given.get("shown_as") not in numbers:
            given.pop("shown_as", None)
        super().__init__(first | given, auto_id="preview-%s")
        self.offer("show", [(show, SHOWN[show]) for show in shows])
        self.offer("language", [(code, name_of(code)) for code in merchant.languages])
        self.offer("shown_as", [(person.number, person.label) for person in people] or [("", _("A sample member"))])

    def offer(self, name: str, choices: list[tuple[str, object]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices
