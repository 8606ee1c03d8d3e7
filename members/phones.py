"""Phone numbers: typed in any form, kept in the international one (E.164)."""

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def international(text: str, country: str) -> str:
    """The number in E.164, such as +48601234567; "" for no number.

    Raises ValidationError for text that is no phone number of the country it says, or of `country` if it says none.
    """
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise ValidationError(not_a_phone(text)) from error
    if not phonenumbers.is_possible_number(number):
        raise ValidationError(not_a_phone(text))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_one(text: str, country: str) -> bool:
    """Whether the text may be a phone number."""
    try:
        return bool(international(text, country))
    except ValidationError:
        return False


def not_a_phone(text: str) -> str:
    words = _("“%(text)s” is not a phone number. Write it with its country code, such as +48 601 234 567.")
    return words % {"text": text}


def readable(number: str) -> str:
    """An E.164 number as people write it."""
    if not number:
        return ""
    parsed = phonenumbers.parse(number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
