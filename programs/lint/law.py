"""Expiry that a law forbids: Ontario and Québec do not let points expire by the passage of time alone.

Ontario: Consumer Protection Act, 2002, s. 47.1, and O. Reg. 17/05, ss. 43.1 and following (as made by O. Reg.
388/17, in force since 1 January 2018). What is forbidden is the passage of time alone: inactivity is another reason.
Not concerned are cards for one thing named from the start (the tenth coffee) and rewards worth up to 50 dollars each.
https://www.ontario.ca/laws/regulation/r17388

Québec: Consumer Protection Act, s. 187.8, and the Regulation respecting its application (P-40.1, r. 3), ss. 79.6.2 and
79.6.3 (in force since 1 August 2019). Expiry by inactivity is let be after a year or more without receiving or
exchanging any, if a notice about that alone is sent 30 to 60 days before. The same 50 dollars hold.
https://www.legisquebec.gouv.qc.ca/en/document/cr/P-40.1,%20r.%203

The law is that of the customer's province, and a shop's time zone does not tell Ontario from Québec: so every shop of
Canada is told, and nobody is kept from publishing. This is no advice of a lawyer.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from programs.lint.finding import Desk, Finding
from programs.terms import After, Dates, Inactivity

CANADA = "CA"
ZONES = {
    "America/Toronto", "America/Montreal", "America/Thunder_Bay", "America/Nipigon", "America/Rainy_River",
    "America/Atikokan", "America/Blanc-Sablon",
}  # fmt: skip
A_YEAR = 12  # months
AHEAD = range(30, 61)  # days in which Québec wants the notice


def findings(desk: Desk) -> Iterator[Finding]:
    if not is_concerned(desk):
        return
    match desk.terms.expiry:
        case After() | Dates():
            yield time_alone()
        case Inactivity(months=months):
            if months < A_YEAR:
                yield too_soon()
            if not any(days in AHEAD for days in desk.terms.expiry_notice_days):
                yield no_notice()


def is_concerned(desk: Desk) -> bool:
    return desk.shop.country == CANADA or str(desk.shop.zone) in ZONES


def time_alone() -> Finding:
    return Finding(
        "limits",
        "law-time-alone",
        "warn",
        _(
            "If you sell in Ontario or Québec: points may not expire by the passage of time alone there (Consumer "
            "Protection Acts). Stamp cards for one named thing and rewards of up to $50 are exempt."
        ),
        _("Let points never expire, or only after a year without any activity."),
    )


def too_soon() -> Finding:
    return Finding(
        "limits",
        "law-inactivity",
        "warn",
        _("If you sell in Québec: points may expire by inactivity only after a year or more."),
        _("Let them expire after 12 months without activity, or later."),
    )


def no_notice() -> Finding:
    return Finding(
        "limits",
        "law-notice",
        "warn",
        _("If you sell in Québec: members must be told 30 to 60 days before points expire by inactivity."),
        _("Tell members 30 days before."),
    )
