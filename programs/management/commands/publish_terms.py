from argparse import ArgumentParser, FileType
from datetime import date
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError

from loyalty_site import clock
from loyalty_site.refusals import Refused
from programs import calendar, merchants, terms, terms_files, versions


class Command(BaseCommand):
    help = "Publish terms from a YAML or JSON file as the next version of a program."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=FileType("rb"), help="the terms; - reads the terminal")
        parser.add_argument("--merchant", metavar="SLUG", required=True)
        parser.add_argument("--program", metavar="CODE", default="points")
        parser.add_argument("--from", dest="first_day", type=date.fromisoformat, help="a later day; without it, now")
        parser.add_argument("--note", default="", help="why, for the version history")

    def handle(
        self,
        *args: Any,
        file: IO[bytes],
        merchant: str,
        program: str,
        first_day: date | None,
        note: str,
        **options: Any,
    ) -> None:
        found = merchants.program_at(merchant, program)
        if found is None:
            raise CommandError(f"There is no program “{program}” at “{merchant}”.")
        now = clock.now()
        effective_at = calendar.start_of_day(first_day, found.merchant.zone) if first_day else now
        if effective_at < now:
            raise CommandError(f"{first_day} has begun already: choose a later day, or leave --from out.")
        try:
            document = terms.dump(terms_files.read(file.read()))
            version = versions.publish(found, document, effective_at=effective_at, author=None, note=note)
        except Refused as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"Version {version.number} of {found} holds from {effective_at:%Y-%m-%d %H:%M} UTC.")
