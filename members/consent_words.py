"""What a shop asks of those who join: its own texts in their language, or ours until it has written some."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from members.models import Channel, ConsentText, Purpose
from programs.models import Merchant

OUR_CHANNELS = (Channel.EMAIL.value, Channel.SMS.value)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it is shown: whole, or channel by channel. `number` 0 is our text, which nobody published."""

    purpose: str
    language: str
    body: str
    channels: tuple[str, ...] = ()
    number: int = 0

    @property
    def keys(self) -> list[str]:
        """What can be agreed to, as `Member.consents` spells it: terms:, marketing:email."""
        return [f"{self.purpose}:{channel}" for channel in self.channels or ("",)]

    @property
    def digest(self) -> str:
        """By which a form tells whether the text is still the one that was read."""
        return hashlib.sha256(f"{self.language}\n{self.body}".encode()).hexdigest()[:10]


def asked(merchant: Merchant, language: str) -> list[Asked]:
    """What the shop asks of everybody who joins, in a language, the shop's main one, or any that there is."""
    found = [in_language(merchant, texts, language) for texts in latest(merchant).values()]
    return [one for one in found if one.body]


def latest(merchant: Merchant) -> dict[str, dict[str, ConsentText]]:
    """The texts that hold, by purpose and language: the shop's own, or ours until somebody wrote one."""
    texts: dict[str, dict[str, ConsentText]] = {purpose: {} for purpose in Purpose.values}
    for text in ConsentText.objects.filter(merchant=merchant).order_by("number"):
        texts[text.purpose][text.language] = text
    return {purpose: with_ours(merchant, purpose, found) for purpose, found in texts.items()}


def with_ours(merchant: Merchant, purpose: str, found: dict[str, ConsentText]) -> dict[str, ConsentText]:
    """What was published; where nobody wrote it, as when one of ours was answered, with ours in other languages."""
    is_written = any(text.author_id for text in found.values())
    return found if is_written else ours(merchant, purpose) | found


def ours(merchant: Merchant, purpose: str) -> dict[str, ConsentText]:
    """Our own text in each language of the shop, unsaved; without words for what only some shops ask."""
    return {language: our_text(merchant, purpose, language) for language in merchant.languages}


def our_text(merchant: Merchant, purpose: str, language: str) -> ConsentText:
    with translation.override(language):
        body = our_words(purpose, merchant.name)
    channels = list(OUR_CHANNELS) if purpose == Purpose.MARKETING else []
    return ConsentText(merchant=merchant, purpose=purpose, language=language, number=0, body=body, channels=channels)


def our_words(purpose: str, shop: str) -> str:
    words = {
        Purpose.TERMS.value: _("I take part in the loyalty program of %(shop)s and know how it works."),
        Purpose.MARKETING.value: _("%(shop)s may send me news and offers by"),
    }
    return words[purpose] % {"shop": shop} if purpose in words else ""


def in_language(merchant: Merchant, texts: dict[str, ConsentText], language: str) -> Asked:
    text = texts.get(language) or texts.get(merchant.language) or next(iter(texts.values()))
    return Asked(text.purpose, text.language, text.body, tuple(text.channels), text.number)
