"""The end of a program: the last day on which it gives points, and what is promised about those that are left."""

from datetime import date
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import AfterValidator

from .part import CalendarDate, Part, refuse

YEARS = range(1970, 3000)  # beyond them, days that are counted from one may not exist


def near(day: date) -> date:
    """Let through a day of years that clocks and people speak of."""
    if day.year not in YEARS:
        raise refuse(_("must be a day of the years %(first)s to %(last)s") % {"first": YEARS[0], "last": YEARS[-1]})
    return day


NearDate = Annotated[CalendarDate, AfterValidator(near)]


class Closing(Part):
    """Nothing is earned after `last_day`. Points left then are kept by their own terms, or good through `until`."""

    last_day: NearDate
    points: Literal["keep", "until"] = "keep"
    until: NearDate | None = None
