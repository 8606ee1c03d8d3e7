"""What of the audit log is wanted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty_site.web.fields import DayField
from members.audit_log.deeds import Part
from members.audit_log.reading import Asked
from programs.models import Merchant


class AuditLogForm(forms.Form):
    """Filters of the audit log; what is left empty, or is not valid, does not filter."""

    part = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("Every change")), *Part.choices])
    who = forms.TypedChoiceField(label=_("Who"), required=False, coerce=int, empty_value=None)
    about = forms.CharField(
        label=_("About"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": _("Card or staff")}),
    )
    first = DayField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = DayField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = merchant.staff.select_related("user").order_by("user__name", "user__email")
        named = [(person.user_id, person.user.get_full_name()) for person in people]
        self.fields["who"].choices = [("", _("Everybody")), *named]  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        self.full_clean()
        typed = self.cleaned_data
        return Asked(
            part=typed.get("part", ""),
            actor=typed.get("who"),
            subject=typed.get("about", "").strip(),
            first_on=typed.get("first"),
            last_on=typed.get("last"),
        )
