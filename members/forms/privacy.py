"""What an owner sets about personal data: the texts that members are asked, and how long things are kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.consent_texts import Wording
from members.consent_words import latest
from members.models import Channel, Purpose
from programs.languages import name_of
from programs.models import Merchant

CHANNELS = [(channel.value, channel.label) for channel in Channel if channel]
MONTHS = (6, 12, 18, 24, 36, 60)
HINTS = {
    Purpose.TERMS: _("Nobody gets a card without agreeing to this. An empty text asks nothing."),
    Purpose.MARKETING: _("Asked for each of the ways that you tick below."),
    Purpose.PROFILING: _("Asked where you choose offers by what a member bought."),
}


class ConsentTextsForm(forms.Form):
    """The text of each purpose in each language of the shop, and the ways by which news are sent."""

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merchant, held = merchant, latest(merchant)
        for purpose in Purpose:
            texts = held[purpose.value]
            for language in merchant.languages:
                body = texts[language].body if language in texts else ""
                self.fields[f"body_{purpose}_{language}"] = body_field(language, body)
        self.fields["channels"] = forms.MultipleChoiceField(
            choices=CHANNELS,
            label=_("Ways to send news and offers"),
            widget=forms.CheckboxSelectMultiple,
            required=False,
            initial=next(iter(held[Purpose.MARKETING].values())).channels,
        )

    def clean(self) -> None:
        """News need a way to travel."""
        asks = any(self.cleaned_data.get(f"body_{Purpose.MARKETING}_{code}") for code in self.merchant.languages)
        if asks and not self.cleaned_data.get("channels"):
            self.add_error("channels", gettext("Tick at least one way, or leave the text of news and offers empty."))

    def parts(self) -> list[tuple[Any, Any, list[Any]]]:
        """Each purpose with its hint and its fields, as the page shows them."""
        return [
            (purpose.label, HINTS[purpose], [self[f"body_{purpose}_{code}"] for code in self.merchant.languages])
            for purpose in Purpose
        ]

    def wordings(self) -> dict[str, Wording]:
        """What is to be asked; call it on a valid form."""
        return {purpose.value: self.wording(purpose) for purpose in Purpose}

    def wording(self, purpose: Purpose) -> Wording:
        bodies = {code: self.cleaned_data[f"body_{purpose}_{code}"] for code in self.merchant.languages}
        channels = tuple(self.cleaned_data["channels"]) if purpose == Purpose.MARKETING else ()
        return Wording({code: " ".join(body.split()) for code, body in bodies.items()}, channels)


def body_field(language: str, body: str) -> forms.CharField:
    return forms.CharField(
        label=name_of(language),
        required=False,
        max_length=2_000,
        initial=body,
        widget=forms.Textarea(attrs={"rows": 2, "lang": language}),
    )


class EraseForm(forms.Form):
    """Nothing to fill in but the word that the person who asks is the member."""

    is_asked_for = forms.BooleanField(
        label=_("The member asked for it, or the law does."),
        error_messages={"required": _("Tick this once you know who asks. Nothing brings the data back.")},
    )


class LeaveForm(forms.Form):
    """What a member ticks who gives the card up."""

    is_meant = forms.BooleanField(
        label=_("I give my card up, with everything on it."),
        error_messages={"required": _("Tick this if you mean it. Nothing brings the card back.")},
    )


class RetentionForm(forms.Form):
    """After how many months things go by themselves."""

    unseen_months = forms.TypedChoiceField(
        label=_("Members who no longer come"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_(
            "Erased when they have not bought, earned, spent or signed in for so long, and have no points left."
        ),
    )
    notice_months = forms.TypedChoiceField(
        label=_("Notices that were sent"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("What members were told about expiring points and tiers."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [(months, gettext("For %(months)s months") % {"months": months}) for months in MONTHS]
        for field in self.fields.values():
            field.choices = [("", gettext("Keep them")), *words]  # type: ignore[attr-defined]
