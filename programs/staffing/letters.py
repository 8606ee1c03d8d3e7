"""The letter that carries an invitation."""

from __future__ import annotations

import logging
import smtplib

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from loyalty_site import mail
from programs.models import Invitation
from programs.staffing.roles import WORDS

logger = logging.getLogger(__name__)


def send(invitation: Invitation, *, link: str) -> bool:
    """Mail the link in the shop's language to whom it is for; False where no mail went, so somebody hands it on."""
    if not mail.reaches_people():
        return False
    with translation.override(invitation.merchant.language):
        subject = _("Work with %(shop)s on Regulars") % {"shop": invitation.merchant.name}
        context = {"invitation": invitation, "link": link, "words": WORDS[invitation.role]}  # type: ignore[index]
        body = render_to_string("programs/mail/invitation.txt", context)
    try:
        return bool(send_mail(subject, body, None, [invitation.email]))
    except (OSError, smtplib.SMTPException) as problem:
        logger.warning("An invitation could not be mailed: %s", type(problem).__name__)  # which may hold the address
        return False
