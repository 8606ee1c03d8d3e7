"""What people type about members: enrolling, a note, an adjustment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from loyalty_site.templatetags.regulars import points
from loyalty_site.web.forms import ReferencedForm
from members import phones
from members.consenting import Where
from members.enrolling import NewMember
from members.forms.consents import ConsentForm
from members.models import Account, Door
from programs import correcting
from programs.models import Merchant, Staff

MOST_POINTS = 1_000_000_000
MINUS = "\u2212"


class PointsField(forms.IntegerField):
    """A movement of points as people write it: 30, +30, -30 or −30; never 0."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").replace(MINUS, "-").replace(" ", "").replace("\u00a0", "").removeprefix("+")
        movement = super().to_python(text)
        if movement == 0:
            raise ValidationError(_("Enter how many points to add or take."))
        return movement


class EnrolForm(ConsentForm, ReferencedForm):
    """A new member; a card alone is enough, but something to find the person by again is asked for."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    born_on = forms.DateField(
        label=_("Birthday"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merchant = merchant
        self.ask_consents(merchant, merchant.language)

    def clean_phone(self) -> str:
        return phones.international(self.cleaned_data["phone"], self.merchant.country)

    def clean(self) -> None:
        """Refuse what another member has already, at the field it is about."""
        for name, known in {
            "phone": _("Another member has this phone number. Search for it."),
            "email": _("Another member has this e-mail address. Search for it."),
        }.items():
            value = self.cleaned_data.get(name)
            others = self.merchant.members.exclude(reference=self.cleaned_data.get("reference") or None)
            if value and others.filter(**{f"{name}__iexact": value}).exists():
                self.add_error(name, ValidationError(known))

    def person(self, *, by: Staff) -> NewMember:
        """The person to enrol, at the usual location of whoever does it; call it on a valid form."""
        typed = {name: self.cleaned_data[name] for name in ("name", "phone", "email", "born_on", "reference")}
        where = Where(door=Door.DASHBOARD, location=by.location, by=by)
        return NewMember(**typed, location=by.location, answers=self.answers(), where=where)


class WhyForm(forms.Form):
    """Asks why: one of the shop's reasons, and more about it if needed; together they are the `reason`."""

    reason = forms.ChoiceField(label=_("Why"))
    more = forms.CharField(
        label=_("More about it"),
        required=False,
        max_length=100,
        help_text=_("Members see both in their points history."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def offer_reasons(self, merchant: Merchant) -> None:
        offered = [(words, words) for words in correcting.offered(merchant)]
        self.fields["reason"].choices = [("", _("Choose a reason")), *offered]  # type: ignore[attr-defined]
        self.order_fields([name for name in self.fields if name not in {"reason", "more"}] + ["reason", "more"])

    def clean(self) -> None:
        more = self.cleaned_data.pop("more", "")
        if reason := self.cleaned_data.get("reason"):
            self.cleaned_data["reason"] = correcting.in_words(reason, more)


class AdjustForm(WhyForm, ReferencedForm):
    """Points to add or take, and why."""

    account = forms.ModelChoiceField(Account.objects.none(), label=_("Program"), empty_label=None)
    points = PointsField(
        label=_("Points"),
        min_value=-MOST_POINTS,
        max_value=MOST_POINTS,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, accounts: QuerySet[Account], merchant: Merchant, limit: int, **kwargs: Any) -> None:
        """`limit` is how many points this person may move alone."""
        super().__init__(*args, **kwargs)
        self.offer_reasons(merchant)
        words = _("30 adds points, −30 takes them. More than %(limit)s waits for a second person.")
        self.fields["points"].help_text = words % {"limit": points(limit)}
        choice = self.fields["account"]
        choice.queryset = accounts  # type: ignore[attr-defined]
        choice.label_from_instance = lambda account: account.program.name  # type: ignore[attr-defined]
        self.initial["account"] = accounts.first()
        if len(accounts) == 1:
            choice.widget = forms.HiddenInput()
