"""What staff type about one member besides points: details, notes, tags, why a card is blocked, events that earn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from loyalty_site.refusals import Refused
from loyalty_site.web.forms import ReferencedForm
from members import events, finding, phones, segments
from members.forms.fields import PREFIX, OwnFields
from members.forms.portal import PhoneField
from members.languages import spoken_at
from members.models import Member, MemberField
from programs.languages import name_of

EVENT_NAMES = {
    "referral": _("Brought a friend"),
    "referred": _("Came with a friend"),
    "survey": _("Answered a survey"),
    "review": _("Wrote a review"),
    "check_in": _("Checked in"),
    "social_share": _("Shared on social media"),
    "profile_completed": _("Completed the profile"),
    "custom": _("Something else"),
}


class NoteForm(forms.Form):
    """One note about a member."""

    text = forms.CharField(
        label=_("Note"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Staff see it; the member does not."),
        error_messages={"required": _("Write what colleagues should know.")},
    )
    is_pinned = forms.BooleanField(
        label=_("Show it at the till"), required=False, help_text=_("Instead of the note that is shown there now.")
    )


class DetailsForm(OwnFields):
    """What staff know of a member: how to call and reach them, their birthday, and the shop's own fields.

    `seen` is what stood in the form when the page was made: only what differs from that was altered by this person.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    phone = PhoneField(label=_("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    born_on = forms.DateField(
        label=_("Birthday"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    customer_number = forms.CharField(label=_("Number in your own books"), max_length=64, required=False)
    language = forms.ChoiceField(label=_("Language of mails"), required=False)

    def __init__(self, *args: Any, member: Member, own: Sequence[MemberField], **kwargs: Any) -> None:
        known = {name: getattr(member, name) for name in ("name", "email", "born_on", "customer_number", "language")}
        super().__init__(*args, **kwargs)
        self.initial = known | {"phone": phones.readable(member.phone)}
        self.fields["phone"].country = member.merchant.country  # type: ignore[attr-defined]
        spoken = [(code, name_of(code)) for code in spoken_at(member.merchant)]
        self.fields["language"].choices = [("", _("The shop’s")), *spoken]  # type: ignore[attr-defined]
        if len(spoken) < 2:
            del self.fields["language"]
        self.ask_for(own, member.fields)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"  # the browser knows the person at the desk, not the member
        self.initial["seen"] = json.dumps({name: str(value or "") for name, value in self.initial.items()})

    @cached_property
    def changed_data(self) -> list[str]:
        """What this person altered, so that what a colleague kept meanwhile stays."""
        known = self.shown_before()
        return [name for name in super().changed_data if name != "seen" and self.data.get(name) != known.get(name)]

    def shown_before(self) -> dict[str, str]:
        """What the page showed, by the names of its controls; nothing where somebody wrote the form by hand."""
        try:
            known = json.loads(self["seen"].data or "{}")
        except (ValueError, RecursionError):
            return {}
        return known if isinstance(known, dict) else {}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def changed_facts(self) -> dict[str, Any]:
        """What was altered of the facts; call it on a valid form."""
        return {name: self.cleaned_data[name] for name in self.changed_data if not name.startswith(PREFIX)}


class BlockForm(forms.Form):
    """Why a card is blocked."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("Staff see it; the member does not."),
        error_messages={"required": _("Say why: whoever serves the member next will want to know.")},
    )


class TagsForm(forms.Form):
    """The tags of a member, as words between commas."""

    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=2_500, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, asked_for: Sequence[str], **kwargs: Any) -> None:
        """`asked_for` are the tags that rules look at."""
        super().__init__(*args, **kwargs)
        words = _("Words between commas. Rules look at: %(tags)s.") if asked_for else _("Words between commas.")
        self.fields["tags"].help_text = words % {"tags": ", ".join(asked_for)}

    def clean_tags(self) -> list[str]:
        try:
            return segments.tidy(self.cleaned_data["tags"].split(","))
        except Refused as refusal:
            raise ValidationError(str(refusal.words)) from refusal


class EventForm(ReferencedForm):
    """An event that the terms reward, and by whom a friend was brought."""

    event = forms.ChoiceField(label=_("What happened"))
    friend = forms.CharField(
        label=_("Card, phone or e-mail of the friend"),
        required=False,
        max_length=254,
        help_text=_("Only where a friend was brought: both earn."),
    )
    reason = forms.CharField(label=_("Note"), required=False, max_length=200, help_text=_("The member sees it."))

    def __init__(self, *args: Any, member: Member, choices: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self.fields["event"].choices = [(event, EVENT_NAMES[event]) for event in choices]  # type: ignore[attr-defined]
        if events.REFERRAL not in choices:
            del self.fields["friend"]

    def clean_friend(self) -> Member | None:
        sought = self.cleaned_data["friend"].strip()
        if not sought:
            return None
        friend = finding.exactly(self.member.merchant, sought)
        if friend is None:
            raise ValidationError(_("Nobody here has this card, phone or e-mail. Add the friend first."))
        return friend

    def as_new(self) -> dict[str, Any]:
        """What was reported; call it on a valid form."""
        typed = self.cleaned_data
        return {
            "event": typed["event"],
            "reference": typed["reference"],
            "reason": typed["reason"].strip(),
            "referred": typed.get("friend"),
        }
