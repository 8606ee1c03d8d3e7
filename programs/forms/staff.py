"""What is said of somebody who works at a shop: their role, their place, their own PIN; and how they join."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from loyalty_site.web.forms import ReferencedForm
from programs.models import Location, Merchant, Role, Staff
from programs.staffing import pins
from programs.staffing.roles import WORDS, may_give


class RoleForm(forms.Form):
    """A role, each said in words, and a place."""

    role = forms.TypedChoiceField(label=_("Role"), coerce=lambda value: Role(int(value)), widget=forms.RadioSelect)
    location = forms.ModelChoiceField(
        queryset=Location.objects.none(),
        label=_("Works at"),
        required=False,
        empty_label=_("Every location"),
        help_text=_("Purchases they record count for this location."),
    )

    def __init__(self, *args: Any, by: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, described(role)) for role in may_give(by)]  # type: ignore[attr-defined]
        self.fields["location"].queryset = by.merchant.locations.all()  # type: ignore[attr-defined]


def described(role: Role) -> str:
    return format_html('<span><b>{}</b> <span class="soft">{}</span></span>', role.label, WORDS[role])


class InviteForm(ReferencedForm, RoleForm):
    """Who comes to work here, and as what."""

    email = forms.EmailField(
        label=_("E-mail"), max_length=254, help_text=_("The link works for this address alone, once, for seven days.")
    )
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    field_order = ("email", "name", "role", "location")


class PinForm(forms.Form):
    """One's own PIN, twice: a slip of the finger locks nobody out."""

    pin = forms.CharField(
        label=_("PIN"),
        max_length=pins.LONGEST,
        help_text=_("Four to six digits that nobody would try first."),
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    again = forms.CharField(
        label=_("The same again"),
        max_length=pins.LONGEST,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean(self) -> None:
        first, again = self.cleaned_data.get("pin"), self.cleaned_data.get("again")
        if first and again and first != again:
            self.add_error("again", _("These are not the same digits."))


class PlaceForm(forms.Form):
    """What a place is called; two of a shop cannot be called the same."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As customers call it, such as “Old Town”."))
    is_online = forms.BooleanField(label=_("This is the web shop"), required=False)

    def __init__(self, *args: Any, merchant: Merchant, place: Location | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merchant, self.place = merchant, place
        if place:
            self.initial = {"name": place.name, "is_online": place.is_online}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        called = self.merchant.locations.filter(name__iexact=name)
        if self.place and called.exclude(pk=self.place.pk).exists():
            raise forms.ValidationError(_("Another location is called so."))
        return name
