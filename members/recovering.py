"""Finding a lost card by a code to its phone, without telling anybody whether a number is known here."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site import short_messages
from loyalty_site.refusals import Refused
from loyalty_site.retrying import retried
from loyalty_site.sql import rows
from members.models import Member, PhoneCode
from programs.models import Merchant

GOOD_FOR = timedelta(minutes=10)
MOST_TRIES = 5  # of one code
MOST_CODES, PER = 3, timedelta(hours=1)  # to one phone
KEPT = timedelta(days=1)
DIGITS = 6


# Who asks for codes to one phone waits for whoever asks already, until their transactions end.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('code to a phone'), hashtext(%s))"


class WrongCode(Refused):
    """The same words for a code that is wrong, too old, tried too often, or was never sent."""

    code = "wrong-code"
    words = gettext_lazy("This is not the code, or it is too old. Look again, or have a new one sent.")


@retried
def ask(merchant: Merchant, phone: str, *, now: datetime) -> UUID:
    """Write down that a code is wanted for a phone, in international form; the ticket is what it is typed in with.

    The answer is the same for every number. Beyond three an hour nothing is sent, however many ask at once.
    """
    rows(ONE_AT_A_TIME, [f"{merchant.pk}:{phone}"])
    lately = PhoneCode.objects.filter(merchant=merchant, phone=phone, asked_at__gt=now - PER)
    if lately.count() >= MOST_CODES:
        return uuid4()
    return PhoneCode.objects.create(merchant=merchant, phone=phone, asked_at=now).ticket


def sweep(*, now: datetime) -> None:
    """Send what a lost message of the queue left over, and forget the rows of yesterday."""
    PhoneCode.objects.filter(asked_at__lt=now - KEPT).delete()
    send_due(now=now)


def send_due(*, now: datetime) -> int:
    """Send the codes that are wanted and not too old, to phones that belong to members; say how many."""
    wanted = PhoneCode.objects.filter(sent_at=None, asked_at__gt=now - GOOD_FOR).select_related("merchant")
    return sum(sent(code, now=now) for code in wanted.order_by("pk"))


def sent(wanted: PhoneCode, *, now: datetime) -> bool:
    """Send one code; two workers send it once, and where the gateway fails nobody sends it again."""
    code = "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
    mine = PhoneCode.objects.filter(pk=wanted.pk, sent_at=None)
    member = owner_of(wanted)
    if not mine.update(sent_at=now, digest=digest_of(wanted.ticket, code) if member else "") or member is None:
        return False
    with translation.override(member.language or wanted.merchant.language):
        words = _("%(code)s is your code for your card at %(shop)s. It works for ten minutes.")
        text = words % {"code": code, "shop": wanted.merchant.name}
    return short_messages.send(wanted.phone, text)


def owner_of(wanted: PhoneCode) -> Member | None:
    """The member whose phone it is; nobody's, or a blocked member's, is sent nothing."""
    present = Member.objects.present().filter(merchant=wanted.merchant_id, phone=wanted.phone, is_blocked=False)
    return present.first() if wanted.phone else None


@retried
def tried(merchant: Merchant, ticket: str, code: str, *, now: datetime) -> Member | None:
    """Count one try at a code; the member whose card it finds, or None."""
    held = PhoneCode.objects.select_for_update().filter(merchant=merchant, ticket=ticket).first()
    if held is None or not held.digest or held.tries >= MOST_TRIES or held.asked_at <= now - GOOD_FOR:
        return None
    is_right = constant_time_compare(held.digest, digest_of(held.ticket, "".join(code.split())))
    held.tries = MOST_TRIES if is_right else held.tries + 1
    held.save(update_fields=["tries"])
    return owner_of(held) if is_right else None


def prove(merchant: Merchant, ticket: str, code: str, *, now: datetime) -> Member:
    """The member whose card a code finds; it works once. Raises WrongCode."""
    member = tried(merchant, ticket, code, now=now)
    if member is None:
        raise WrongCode
    return member


def digest_of(ticket: UUID, code: str) -> str:
    return salted_hmac("members.recovering", f"{ticket}:{code}", algorithm="sha256").hexdigest()
