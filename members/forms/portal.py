"""What the portal asks of people: their address on the way in, and how they want to be called and reached."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from loyalty_site.accounts import RequestCodeForm, newcomer
from members import phones
from members.forms.consents import ConsentForm
from members.languages import spoken_at
from members.models import Member
from programs.languages import name_of


class JoinForm(RequestCodeForm):
    """Asks for an address; a new one gets a user to whom the code is sent, and nothing else before it is typed in."""

    def clean_email(self) -> str:
        email: str = super().clean_email()  # counts the attempts first
        self._user = self._user or newcomer(email)
        return email


class PhoneField(forms.CharField):
    """A phone number in any form, kept in the international one; `country` is the shop's."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})
    country = ""

    def clean(self, value: Any) -> str:
        return phones.international(super().clean(value), self.country)


class NewCardForm(ConsentForm):
    """How a person who joins wants to be called and reached."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = PhoneField(
        label=_("Phone"),
        required=False,
        max_length=40,
        help_text=_("With it the shop finds your card when you have no phone in hand."),
    )

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].country = country  # type: ignore[attr-defined]


class JoiningForm(NewCardForm):
    """The same, with the number of a card that was handed out before its owner signed up."""

    card = forms.CharField(
        label=_("Card number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("Only if the shop has handed you a card already. Its points stay on it."),
    )


class DetailsForm(NewCardForm):
    """The same for a member, the language of a shop that has several, and the birthday until the shop knows it."""

    language = forms.ChoiceField(label=_("Language"))
    born_on = forms.DateField(
        label=_("Birthday"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        help_text=_("It can be set once. Afterwards the shop changes it for you."),
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        kept = {"name": member.name, "phone": phones.readable(member.phone), "language": get_language()}
        super().__init__(*args, country=member.merchant.country, initial=kept, **kwargs)
        spoken = spoken_at(member.merchant)
        if len(spoken) < 2:
            del self.fields["language"]
        else:
            self.fields["language"].choices = [(code, name_of(code)) for code in spoken]  # type: ignore[attr-defined]
        if member.born_on:
            del self.fields["born_on"]
