"""What staff type at the till: an amount, an adjustment, a new member. Money has its currency's own decimals."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site.web.forms import ReferencedForm
from members import phones
from members.consenting import Where
from members.enrolling import NewMember
from members.forms.consents import ConsentForm
from members.models import Door
from members.reading.purses import Purse
from programs import correcting, currencies
from programs.models import Merchant, Staff
from programs.staffing import marks

AMOUNT = re.compile(r"\d{1,9}([.,]\d*)?", re.ASCII)
SPACES = re.compile(r"[\s\u00a0\u202f]")
ADD, TAKE = "add", "take"
OLDEST_KEPT = timedelta(days=30)


class MoneyField(forms.Field):
    """An amount as people type it, 48.50 or 48,50; no thousands separators, because 1,234 means two things."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency = currency

    def to_python(self, value: Any) -> Decimal | None:
        text = SPACES.sub("", str(value or ""))
        if not text:
            return None
        if not AMOUNT.fullmatch(text):
            raise ValidationError(_("Write the amount in digits, such as 48.50."))
        amount = Decimal(text.replace(",", "."))
        if not currencies.fits(amount, self.currency):
            raise ValidationError(decimals_words(self.currency))
        return amount


def decimals_words(currency: str) -> str:
    places = currencies.decimals_of(currency)
    if not places:
        return _("%(currency)s has no decimals. Write a whole amount.") % {"currency": currency}
    words = _("%(currency)s has %(places)d decimals. Write the amount with no more than that.")
    return words % {"currency": currency, "places": places}


class PurchaseForm(ReferencedForm):
    """The amount that was paid."""

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merchant = merchant
        self.fields["amount"] = MoneyField(
            currency=merchant.currency,
            error_messages={"required": _("Type the amount that was paid.")},
        )

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount == 0:
            raise ValidationError(_("Type an amount above 0."))
        return amount


class KeptPurchaseForm(PurchaseForm):
    """A purchase that the browser kept: whose, how many seconds ago, and by whom, as this site has signed it."""

    customer = forms.CharField(max_length=254)
    age = forms.IntegerField(
        min_value=0,
        max_value=int(OLDEST_KEPT.total_seconds()),
        error_messages={
            "max_value": gettext_lazy("This purchase is more than 30 days old. A manager can add its points.")
        },
    )
    by = forms.CharField(max_length=200)

    def clean_by(self) -> Staff:
        staff = marks.marked(self.cleaned_data["by"], self.merchant)
        if staff is None:
            raise ValidationError(_("It cannot be told any more who made this purchase. Record it anew."))
        return staff

    @property
    def waited(self) -> timedelta:
        """How long ago the purchase was made, by the clock of the browser."""
        return timedelta(seconds=self.cleaned_data["age"])


class AdjustForm(ReferencedForm):
    """Points to add or take, and why: one of the shop's reasons, and more about it if needed."""

    direction = forms.ChoiceField(
        choices=[(ADD, gettext_lazy("Add")), (TAKE, gettext_lazy("Take"))], initial=ADD, widget=forms.RadioSelect
    )
    size = forms.IntegerField(
        label=gettext_lazy("Points"),
        min_value=1,
        max_value=1_000_000,
        error_messages={
            "required": gettext_lazy("Type how many points."),
            "invalid": gettext_lazy("Type a whole number of points."),
            "min_value": gettext_lazy("Type a number above 0, and choose Add or Take."),
        },
    )
    common = forms.ChoiceField(
        required=False,  # what is missing is said in words of our own
        widget=forms.RadioSelect,
    )
    own = forms.CharField(label=gettext_lazy("More about it"), max_length=100, required=False)
    account = forms.ChoiceField(label=gettext_lazy("Program"), required=False)

    def __init__(self, *args: Any, held: list[Purse], merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["common"].choices = [(words, words) for words in correcting.offered(merchant)]  # type: ignore[attr-defined]
        self.purses = {str(purse.account.pk): purse for purse in held}
        self.fields["account"].choices = [(pk, purse.account.program.name) for pk, purse in self.purses.items()]  # type: ignore[attr-defined]
        self.fields["account"].initial = next(iter(self.purses), None)

    def clean(self) -> None:
        chosen = self.cleaned_data.get("common", "")
        if not chosen and "common" not in self.errors:
            self.add_error("common", _("Say why: choose a reason. The member sees it in the history."))
        self.cleaned_data["reason"] = correcting.in_words(chosen, self.cleaned_data.get("own", ""))

    @property
    def points(self) -> int:
        """The adjustment with its sign, once the form is valid."""
        size: int = self.cleaned_data["size"]
        return size if self.cleaned_data["direction"] == ADD else -size

    @property
    def purse(self) -> Purse:
        """The account it is for: the chosen one, or the first."""
        return self.purses[self.cleaned_data["account"] or next(iter(self.purses))]


class NewcomerForm(ConsentForm, ReferencedForm):
    """A person who joins at the counter: something to be found by again, and a name if there is time."""

    contact = forms.CharField(
        label=gettext_lazy("Phone or e-mail"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        error_messages={"required": gettext_lazy("Type a phone number or an e-mail address.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, by: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.merchant = by, by.merchant
        self.ask_consents(self.merchant, self.merchant.language)

    def clean_contact(self) -> str:
        contact: str = self.cleaned_data["contact"].strip()
        if "@" in contact:
            return str(forms.EmailField().clean(contact))
        return phones.international(contact, self.merchant.country)

    @property
    def newcomer(self) -> NewMember:
        contact, name, reference = (self.cleaned_data[field] for field in ("contact", "name", "reference"))
        known_by = {"email": contact} if "@" in contact else {"phone": contact}
        where = Where(door=Door.TILL, location=self.by.location, by=self.by)
        return NewMember(
            name=name,
            reference=reference,
            location=self.by.location,
            answers=self.answers(),
            where=where,
            **known_by,
        )
