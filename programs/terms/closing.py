"""The end of a program: the last day on which it gives points, and what is promised about those that are left."""

from typing import Literal

from .part import CalendarDate, Part


class Closing(Part):
    """Nothing is earned after `last_day`. Points left then are kept by their own terms, or good through `until`."""

    last_day: CalendarDate
    points: Literal["keep", "until"] = "keep"
    until: CalendarDate | None = None
