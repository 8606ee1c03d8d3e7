"""Management commands that run one kind of job: name the kind and you have one."""

from argparse import ArgumentParser
from datetime import date
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from loyalty_site import clock, jobs, nights
from loyalty_site.models import Job


class JobCommand(BaseCommand):
    """Run one kind of job here and now, for one merchant or for all of them.

    Subclass it with `kind` and `help`. Running it again for the same day is safe: it finds what is left.
    """

    kind: ClassVar[str]
    is_without_day: ClassVar[bool] = False  # by hand it works on no day in particular

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--merchant", metavar="SLUG", help="one merchant; without it, all of them")
        parser.add_argument("--date", type=date.fromisoformat, help="the local day to close; without it, yesterday")

    def handle(self, *args: Any, merchant: str | None, date: date | None, **options: Any) -> None:
        only = self._id_of(merchant) if merchant else None
        problems: list[str] = []
        for merchant_id, zone, _first_day in nights.calendar():
            if only in (None, merchant_id):
                problems += self._run(merchant_id, date or self._day(zone))
        if problems:
            raise CommandError("\n".join(problems))

    def _day(self, zone: str) -> date | None:
        return None if self.is_without_day else nights.last_closed_day(zone, clock.now())

    def _run(self, merchant_id: int, business_on: date | None) -> list[str]:
        """Run the job of one merchant and say how it ended; return what went wrong, for the end of all of them."""
        job = jobs.drain(jobs.open_job(self.kind, merchant_id, business_on, again=True))
        said = f"{self.kind} of merchant {merchant_id} for {business_on or 'no day'}"
        self.stdout.write(f"{said}: {job.state} {job.result or ''}")
        if job.is_open:
            self.stdout.write("A part of it waits for other work; a worker takes it up within a minute.")
        return [f"{said}: {problem}" for problem in problems_of(job)]

    def _id_of(self, slug: str) -> int:
        found = apps.get_model(settings.MERCHANT_MODEL)._default_manager.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no merchant “{slug}”.")
        return int(found.pk)


def problems_of(job: Job) -> list[str]:
    """What went wrong in a job: by account where one was left out, else in one sentence."""
    if job.state != Job.State.FAILED:
        return []
    broken = [found for chunk in job.chunks.exclude(broken=[]).order_by("first_id") for found in chunk.broken]
    return [f"account {account_id}: {words}" for account_id, words in broken] or [job.error]
