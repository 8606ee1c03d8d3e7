"""Speech for customers: places by name, and no codes of products, channels or groups that only the shop knows."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from programs.terms import Terms
from programs.wording.reasons import CHANNELS
from programs.wording.speech import Speech, speech


class CustomerSpeech(Speech):
    """Speech that keeps the shop's codes to the shop."""

    def stuff(self, products: Sequence[str], categories: Sequence[str]) -> list[str]:
        return [*([_("the products it is for")] if products else []), *categories]

    def ways(self, channels: Sequence[str]) -> str:
        if all(channel in CHANNELS for channel in channels):
            return self.one_of(dict.fromkeys(str(CHANNELS[channel]) for channel in channels))
        return _("in the way it is meant for")

    def groups(self, segments: Sequence[str]) -> str:
        return _("members whom the shop chooses")


def to_customers(terms: Terms, currency: str, places: Mapping[str, str] | None = None) -> CustomerSpeech:
    """Speak to customers in the active language; `places` names locations by their codes."""
    plain = speech(currency, terms.unit, places)
    return CustomerSpeech(plain.currency, plain.unit, plain.locale, plain.places)
