"""Where somebody is signed in: listed with device and time, ended one by one or all at once.

What ends all is one number on the person, which every session was signed with; it also ends those that no list knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.db.models import F, Max
from django.http import HttpRequest
from django.utils.translation import gettext as _

from loyalty_site import clock
from loyalty_site.models import User

SEEN = "seen_at"  # in the session: when it was last written down that it is used, in seconds
BETWEEN = timedelta(minutes=10)

# What browsers say of themselves; most claim to be the later ones, too.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One session in words: which browser on what, since when, and when it was last used."""

    number: int
    device: str
    address: str
    since: datetime
    seen_at: datetime
    is_current: bool


def of_user(user: User, request: HttpRequest) -> list[SignedIn]:
    """The sessions that are still good, the one that asks first, then the last used first."""
    found = [
        SignedIn(
            number=session.pk,
            device=device_of(session.user_agent),
            address=session.ip,
            since=session.created_at,
            seen_at=session.last_seen_at,
            is_current=session.session_key == request.session.session_key,
        )
        for session in UserSession.objects.purge_and_list(user)
    ]
    return sorted(found, key=lambda session: (not session.is_current, -session.seen_at.timestamp()))


def device_of(agent: str) -> str:
    """A browser and its system in words: Firefox on Windows."""
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


def last_seen(users: Iterable[int]) -> dict[int, datetime]:
    """When each of these people was last seen, by their numbers; those who never signed in are left out."""
    found = UserSession.objects.filter(user__in=[*users]).values("user").annotate(seen_at=Max("last_seen_at"))
    return {row["user"]: row["seen_at"] for row in found}


def end(user: User, number: int) -> bool:
    """End one session of this person; False if there is none of this number any more."""
    session = UserSession.objects.filter(user=user, pk=number).first()
    if session:
        session.end()
    return bool(session)


def end_all(user: User) -> None:
    """End every session of this person everywhere, at their next request."""
    User.objects.filter(pk=user.pk).update(sign_out_count=F("sign_out_count") + 1)
    UserSession.objects.filter(user=user).delete()
    user.refresh_from_db(fields=["sign_out_count"])


def end_others(request: HttpRequest, user: User) -> None:
    """End every session of this person but the one that asks."""
    asking = UserSession.objects.filter(session_key=request.session.session_key).first()
    end_all(user)
    renew(request, user)
    if asking:
        asking.session_key = request.session.session_key
        asking.save(force_insert=True)


def renew(request: HttpRequest, user: User) -> None:
    """Sign this session anew after what sessions are signed with has changed; the list goes on knowing it."""
    before = request.session.session_key
    update_session_auth_hash(request, user)
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


def seen(request: HttpRequest) -> None:
    """Write down, every ten minutes at most, that a session is in use."""
    last, now = request.session.get(SEEN), clock.now()
    if last is not None and now.timestamp() - last >= BETWEEN.total_seconds():
        request.session[SEEN] = int(now.timestamp())
        UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now)
