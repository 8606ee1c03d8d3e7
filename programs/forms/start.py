"""What a new owner says: who they are, and what their shop is called and where it is."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from loyalty_site.accounts import RequestCodeForm, newcomer
from loyalty_site.models import User
from loyalty_site.web.fields import MarkedSelect
from programs import addresses, currencies, languages, zones
from programs.models import Merchant
from programs.wording.speech import active_locale

CHOOSE = ("", _("Choose"))


class AddressForm(RequestCodeForm):
    """Asks a new owner for an address; a new one gets a user, to whom the code is sent, and nothing else yet."""

    def clean_email(self) -> str:
        email: str = super().clean_email()  # counts the attempts first
        self._user = self._user or newcomer(email)
        return email


class OwnerForm(forms.Form):
    """How an owner is called, and the password by which they sign in."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. A few words are easier to remember than a riddle."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"name": user.name}
        self.user = user

    def clean(self) -> None:
        password = self.cleaned_data.get("password")
        if password:
            self.user.name = self.cleaned_data.get("name", "")
            try:
                password_validation.validate_password(password, self.user)
            except ValidationError as error:
                self.add_error("password", error)


class FirstOwnerForm(OwnerForm):
    """The same with the address, on a site whose mail reaches nobody: the very first owner is believed."""

    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    field_order = ("email", "name", "password")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("Somebody signs in with this address already. If it is you, sign in first."))
        self.user.email = email
        return email


class ShopForm(forms.ModelForm):  # type: ignore[type-arg]
    """A shop's name and place; a zone that was kept under a former name is offered under its present one."""

    class Meta:
        model = Merchant
        fields = ("name", "country", "currency", "zone_name", "language", "other_languages")
        labels = {
            "name": _("Name of the shop"),
            "country": _("Country"),
            "currency": _("Currency"),
            "zone_name": _("Time zone"),
            "language": _("Main language"),
        }
        help_texts = {
            "country": _("For phone numbers without a country code."),
            "zone_name": _("Points expire, and days begin, at midnight here."),
            "language": _("Members whose language you do not write read this one."),
        }
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "organization"})}

    other_languages = forms.MultipleChoiceField(
        label=_("You also write in"), choices=(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = [(code, languages.name_of(code)) for code, _name in settings.LANGUAGES]
        self.choose("language", spoken)
        self.fields["other_languages"].choices = spoken  # type: ignore[attr-defined]
        self.choose("currency", [CHOOSE, *currencies.named(locale=active_locale())])
        self.choose("country", [CHOOSE, *zones.countries(locale=active_locale())], country_marks())
        kept = self.initial["zone_name"] = zones.present_name(self.instance.zone_name)
        self.choose("zone_name", [CHOOSE, *zones.by_region(kept)], zone_marks())

    def choose(self, name: str, choices: list[Any], marks: dict[str, dict[str, str]] | None = None) -> None:
        """Make a field a list to choose from."""
        known = self.fields[name]
        field = forms.ChoiceField(
            label=known.label, help_text=known.help_text, choices=choices, widget=MarkedSelect, initial=known.initial
        )
        field.widget.marks = marks or {}
        self.fields[name] = field

    def clean_other_languages(self) -> list[str]:
        return [code for code in self.cleaned_data["other_languages"] if code != self.cleaned_data.get("language")]


class NewShopForm(ShopForm):
    """A shop that is being opened. Its address is suggested from the name, and what is left empty is suggested anew."""

    slug = forms.CharField(label=_("Address"), max_length=addresses.LONGEST, required=False)
    field_order = ("name", "slug", "country", "currency", "zone_name", "language", "other_languages")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"language": get_language() or "en", "country": "", "currency": "", "zone_name": "", "slug": ""}
        self.fields["zone_name"].widget.attrs["data-guess"] = "zone"

    def clean_slug(self) -> str:
        """An address as it will be; whether it is taken, opening the shop says, which knows a second click."""
        typed: str = self.cleaned_data["slug"].strip().lower()
        if not typed:
            return addresses.suggested(self.cleaned_data.get("name", ""))
        if typed != addresses.address_of(typed) or len(typed) < addresses.SHORTEST:
            raise ValidationError(_("Use small letters, digits and hyphens, such as corner-cafe."))
        return typed


@cache
def country_marks() -> dict[str, dict[str, str]]:
    """What a country implies: the money that is paid with there, and its zone if it has no other."""
    found: dict[str, list[str]] = {}
    for zone, country in zones.country_of_zone().items():
        found.setdefault(country, []).append(zone)
    return {
        country: {"data-zone": known[0] if len(known) == 1 else "", "data-currency": currencies.of_country(country)}
        for country, known in found.items()
    }


@cache
def zone_marks() -> dict[str, dict[str, str]]:
    """What a zone implies: its country, and the name by which browsers may still call it."""
    former = zones.former_names()
    known = zones.country_of_zone().items()
    return {zone: {"data-country": country, "data-formerly": former.get(zone, "")} for zone, country in known}
