"""Which of two members' fields the one member has that they become."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from members import phones
from members.merging.persons import CHOSEN
from members.models import Member

INTO, MEMBER = "into", "member"
LABELS = {
    "name": _("Name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "born_on": _("Birthday"),
    "customer_number": _("Number in the shop's own books"),
    "language": _("Language of mails"),
}


class MergeForm(forms.Form):
    """One choice for each field in which two members differ; where one of them has nothing there is none."""

    def __init__(self, *args: Any, into: Member, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CHOSEN:
            own, other = getattr(into, name), getattr(member, name)
            if own and other and own != other:
                choices = [(INTO, shown(into, name)), (MEMBER, shown(member, name))]
                self.fields[name] = forms.ChoiceField(
                    label=LABELS[name], choices=choices, initial=INTO, required=False, widget=forms.RadioSelect
                )

    @property
    def taken(self) -> list[str]:
        """The fields that are to come from the member that ends."""
        return [name for name, whose in self.cleaned_data.items() if whose == MEMBER]


def shown(member: Member, name: str) -> str:
    """A field as people read it, "" where there is nothing."""
    value = getattr(member, name)
    if not value:
        return ""
    match name:
        case "phone":
            return phones.readable(value)
        case "born_on":
            return date_format(value, "j F Y")
        case "language":
            return str(member.get_language_display())
    return str(value)
