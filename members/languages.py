"""In which language a shop speaks to its customers: their own, their browser's among the shop's, or its main one."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from members.models import Member
from programs.models import Merchant

OURS = dict(settings.LANGUAGES)


def speak(request: HttpRequest, merchant: Merchant, member: Member | None = None) -> None:
    """Answer this request in the language of whoever asks; a member's own choice comes first."""
    own = member.language if member else ""
    translation.activate(own if own in OURS else asked_for(request, spoken_at(merchant)))


def spoken_at(merchant: Merchant) -> list[str]:
    """The languages of the shop that we speak, its main one first."""
    return [code for code in merchant.languages if code in OURS] or [settings.LANGUAGE_CODE]


def asked_for(request: HttpRequest, spoken: Sequence[str]) -> str:
    """The language that the browser likes best among those spoken, else the first of them."""
    wished = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())
    found = (code for wish, _weight in wished for code in spoken if is_alike(wish, code))
    return next(found, spoken[0])


def is_alike(wish: str, code: str) -> bool:
    """Whether a wish (pl-PL, zh-CN) is met by a language (pl, zh-hans): by its first part."""
    return wish.split("-")[0] == code.split("-")[0]
