"""What people of a file have agreed to, in columns of yes and no: told elsewhere, so no text of ours was shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from members import own_fields
from members.consenting import Answer, Where
from members.csv_orders import BadRow
from members.models import Door

KEYS = {
    "marketing_email": "marketing:email",
    "marketing_sms": "marketing:sms",
    "marketing_phone": "marketing:phone",
    "marketing_post": "marketing:post",
    "profiling": "profiling:",
}
WHERE = Where(door=Door.IMPORT)


def answers_in(said: Mapping[str, str], agreed_at: datetime | None) -> tuple[Answer, ...]:
    """What a row agrees to; no, and an empty cell, are no answer. Raises BadRow, also for a yes without its day.

    A consent that nobody can date proves nothing, so that it is not taken over.
    """
    keys = [key for code, key in KEYS.items() if is_yes(said.get(code, ""))]
    if keys and agreed_at is None:
        raise BadRow(_("The row says yes to a consent, but not when. Fill in the day of the consent, or of joining."))
    return tuple(Answer(key, is_given=True) for key in keys)


def is_yes(text: str) -> bool:
    try:
        return bool(text) and own_fields.yes_or_no(text)
    except ValidationError as error:
        raise BadRow(_("A consent is neither yes nor no. Write one of the two, or leave it empty.")) from error
