"""What an export is to have: of what, in which format, of which days."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from loyalty_site.web.fields import DayField
from loyalty_site.web.forms import ReferencedForm
from members.models import Export


class ExportForm(ReferencedForm):
    """A file that somebody asks for. Of members the days are those on which they joined."""

    kind = forms.ChoiceField(
        label=_("Of"), choices=Export.Kind.choices, widget=forms.RadioSelect, initial=Export.Kind.MEMBERS
    )
    format = forms.ChoiceField(
        label=_("As"), choices=Export.Format.choices, widget=forms.RadioSelect, initial=Export.Format.CSV
    )
    since = DayField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = DayField(
        label=_("Through"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: all. Of members, the days on which they joined."),
    )

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            raise ValidationError({"until": _("Choose a last day that is not before the first.")})

    @property
    def chosen(self) -> dict[str, Any]:
        """The days, as the export keeps them."""
        days = {name: self.cleaned_data[name] for name in ("since", "until")}
        return {name: day.isoformat() for name, day in days.items() if day}
