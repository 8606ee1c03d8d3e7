"""Every deed that is written down, in words: what it is called, and which part of the shop it is about.

An action that is missing here is shown by its code; `tests/test_audit_log.py` keeps none missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Part(TextChoices):
    """What a deed is about."""

    MEMBERS = "members", _("Members and cards")
    POINTS = "points", _("Points and tiers")
    PROGRAM = "program", _("Program and rewards")
    SHOP = "shop", _("Shop and settings")
    STAFF = "staff", _("Staff and sign-in")
    DATA = "data", _("Files, bulk changes and jobs")
    LOOKED = "looked", _("Looking at personal data")


@dataclass(frozen=True, slots=True)
class Deed:
    """One kind of deed; `words` may say %(subject)s."""

    part: Part
    words: str | Promise


def of(part: Part, **words: str | Promise) -> dict[str, Deed]:
    """Deeds of one part, by their actions with _ for the hyphen."""
    return {name.replace("_", "-"): Deed(part, said) for name, said in words.items()}


DEEDS: dict[str, Deed] = {
    **of(
        Part.MEMBERS,
        member_added=_("Added %(subject)s"),
        member_details=_("Changed the details of %(subject)s"),
        member_fields=_("Changed the fields of %(subject)s"),
        member_note=_("Wrote a note about %(subject)s"),
        member_note_pin=_("Pinned a note about %(subject)s for the till"),
        member_note_unpin=_("Unpinned a note about %(subject)s"),
        member_note_remove=_("Removed a note about %(subject)s"),
        member_segments=_("Changed the tags of %(subject)s"),
        member_block=_("Blocked %(subject)s"),
        member_unblock=_("Unblocked %(subject)s"),
        member_erased=_("Erased %(subject)s"),
        members_withdrawn=_("Erased members whom import %(subject)s had added"),
        merge_members=_("Merged another card into %(subject)s"),
        unmerge_members=_("Parted a merged card from %(subject)s"),
        dismiss_duplicate=_("Said that two cards are of two people: %(subject)s"),
        card_replaced=_("Replaced the card of %(subject)s"),
        card_stopped=_("Stopped a card of %(subject)s"),
        card_claimed=_("Claimed the card %(subject)s"),
        card_found=_("Recovered the card number %(subject)s"),
    ),
    **of(
        Part.POINTS,
        points_adjusted=_("Adjusted points of %(subject)s"),
        points_asked=_("Asked to adjust points of %(subject)s"),
        points_approved=_("Approved an adjustment of %(subject)s"),
        points_declined=_("Declined an adjustment of %(subject)s"),
        points_undone=_("Undid an adjustment of %(subject)s"),
        pin_tier=_("Pinned a tier for %(subject)s"),
        radar_settled=_("Settled an alert of the radar"),
    ),
    **of(
        Part.PROGRAM,
        terms_published=_("Published terms of %(subject)s"),
        terms_withdrawn=_("Withdrew terms of %(subject)s"),
        program_added=_("Added the program %(subject)s"),
        draft_discarded=_("Discarded the draft of %(subject)s"),
        reward_added=_("Added the reward %(subject)s"),
        reward_changed=_("Changed the reward %(subject)s"),
    ),
    **of(
        Part.SHOP,
        open_shop=_("Opened the shop"),
        demo_loaded=_("Loaded the demo"),
        shop_settings=_("Changed the shop's name and place"),
        shop_look=_("Changed the shop's colour and logo"),
        location_added=_("Added the location %(subject)s"),
        location_changed=_("Changed the location %(subject)s"),
        field_add=_("Added the field %(subject)s"),
        field_change=_("Changed the field %(subject)s"),
        field_move=_("Moved the field %(subject)s"),
        field_remove=_("Removed the field %(subject)s"),
        consent_text_published=_("Published a consent text: %(subject)s"),
        retention_changed=_("Changed how long data are kept"),
        radar_limits=_("Changed what the radar looks for"),
        reason_added=_("Added the reason %(subject)s"),
        reason_offered=_("Offered the reason %(subject)s"),
        reason_retired=_("Retired the reason %(subject)s"),
        limits_of_roles=_("Changed the limits of roles"),
        limits_of_person=_("Changed the limits of %(subject)s"),
        api_key_made=_("Made the key %(subject)s"),
        api_key_revoked=_("Revoked the key %(subject)s"),
    ),
    **of(
        Part.STAFF,
        staff_invited=_("Invited %(subject)s"),
        staff_invited_again=_("Made another link for %(subject)s"),
        invitation_withdrawn=_("Withdrew the invitation of %(subject)s"),
        staff_joined=_("%(subject)s came to work here"),
        staff_changed=_("Changed role or place of %(subject)s"),
        staff_ended=_("Ended the work of %(subject)s here"),
        staff_returned=_("Took %(subject)s back"),
        staff_signed_out=_("Signed %(subject)s out everywhere"),
        pin_set=_("%(subject)s set a PIN"),
        pin_changed=_("%(subject)s changed their PIN"),
        pin_removed=_("Removed the PIN of %(subject)s"),
        pin_rests=_("Too many wrong PINs for %(subject)s"),
        second_factor_reset=_("A second step was taken away"),
    ),
    **of(
        Part.DATA,
        job_run=_("Ran a job: %(subject)s"),
        bulk_started=_("Started bulk change %(subject)s"),
        bulk_asked_for=_("Asked for bulk change %(subject)s"),
        bulk_approved=_("Approved bulk change %(subject)s"),
        bulk_declined=_("Declined bulk change %(subject)s"),
        bulk_taken_back=_("Took back bulk change %(subject)s"),
        import_start=_("Started import %(subject)s"),
        import_undo=_("Took back import %(subject)s"),
        export_asked=_("Asked for an export: %(subject)s"),
        export_fetched=_("Downloaded an export: %(subject)s"),
        export_download=_("Downloaded an export: %(subject)s"),
    ),
    **of(
        Part.LOOKED,
        lookups_held_back=_("Looked up very many members, and was held back"),
        member_seen=_("Looked at %(subject)s"),
        members_listed=_("Looked at a list of members"),
        audit_log_taken=_("Took along the audit log"),
        member_data=_("Took along the data of %(subject)s"),
    ),
}


def actions_of(part: Part) -> list[str]:
    return [action for action, deed in DEEDS.items() if deed.part == part]


FACTS: dict[str, str | Promise] = {  # what the keys of details are called
    "role": _("Role"),
    "location": _("Works at"),
    "name": _("Name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "born_on": _("Birthday"),
    "number": _("Card"),
    "card": _("Card"),
    "tag": _("Tag"),
    "points": _("Points"),
    "reason": _("Reason"),
    "kind": _("Kind"),
    "what": _("What"),
    "narrowed": _("Narrowed by"),
    "until": _("Until"),
    "tier": _("Tier"),
    "members": _("Members"),
    "rows": _("Rows"),
    "accent": _("Colour"),
    "logo": _("Logo"),
    "changed": _("Changed"),
    "choices": _("Choices"),
    "is_online": _("Web shop"),
    "is_at_till": _("Shown at the till"),
    "version": _("Version"),
    "note": _("Note"),
    "finding": _("Finding"),
    "alert": _("Alert"),
    "scopes": _("It may"),
    "wrong_count": _("Wrong tries"),
    "segments": _("Tags"),
    "tags": _("Tags"),
    "zone_name": _("Time zone"),
    "currency": _("Currency"),
    "country": _("Country"),
    "language": _("Main language"),
    "other_languages": _("Also writes in"),
    "program": _("Program"),
    "effective_at": _("In force from"),
    "wish": _("Asked by"),
    "points_price": _("Price"),
    "money_value": _("Worth in the shop"),
    "stock": _("Stock"),
    "min_tier": _("Who can have it"),
    "limit_times": _("Times a member"),
    "is_active": _("On offer"),
    "adjustment": _("Adjustment"),
}
