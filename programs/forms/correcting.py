"""What an owner says about adjusting points by hand: reasons, and how much people may move alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site.templatetags.regulars import points
from loyalty_site.web.fields import CountField
from programs.correcting import Limits
from programs.models import Role, Staff


class ReasonForm(forms.Form):
    """One more reason."""

    words = forms.CharField(
        label=gettext_lazy("Add a reason"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Members read it in their history, such as “Goodwill”."),
    )


@dataclass(frozen=True, slots=True)
class LimitRow:
    """Two fields beside a name."""

    name: str
    role: str
    each: BoundField
    day: BoundField


class LimitsForm(forms.Form):
    """Points each time and a day: for each role, and for a person where theirs differ."""

    def __init__(self, *args: Any, of_roles: dict[int, Limits], people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles, self.people = list(of_roles), people
        for role, both in of_roles.items():
            self.add(f"role_{role}", str(Role(role).label), both)
        for person in people:
            name = person.user.get_full_name() or person.user.email
            own = (person.adjust_limit, person.adjust_limit_day)
            self.add(f"staff_{person.pk}", name, own, of_role=of_roles[person.role])

    def add(self, key: str, name: str, kept: tuple[int | None, int | None], *, of_role: Limits | None = None) -> None:
        """Two fields; with `of_role` they may be left empty, and show what counts then."""
        for place, (part, label) in enumerate((("each", _("each time")), ("day", _("a day")))):
            field = CountField(label=f"{name}, {label}", required=of_role is None, initial=kept[place])
            if of_role:
                field.widget.attrs["placeholder"] = points(of_role[place])
            self.fields[f"{key}_{part}"] = field

    def clean(self) -> None:
        """Refuse a day that is smaller than one time: the larger number would mean nothing."""
        for key in [f"role_{role}" for role in self.roles] + [f"staff_{person.pk}" for person in self.people]:
            each, day = self.both(key)
            if each is not None and day is not None and day < each:
                self.add_error(f"{key}_day", _("A day cannot hold less than one time."))

    def both(self, key: str) -> tuple[int | None, int | None]:
        return self.cleaned_data.get(f"{key}_each"), self.cleaned_data.get(f"{key}_day")

    @property
    def role_rows(self) -> list[LimitRow]:
        return [self.row(f"role_{role}", str(Role(role).label), "") for role in self.roles]

    @property
    def person_rows(self) -> list[LimitRow]:
        return [self.row(f"staff_{one.pk}", str(one.user), one.get_role_display()) for one in self.people]

    def row(self, key: str, name: str, role: str) -> LimitRow:
        return LimitRow(name, role, self[f"{key}_each"], self[f"{key}_day"])
