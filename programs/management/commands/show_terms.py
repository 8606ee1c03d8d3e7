from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from loyalty_site import clock
from programs import drafts, exporting, merchants


class Command(BaseCommand):
    help = "Write the terms of a program that are in force as YAML, ready to be edited and published."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--merchant", metavar="SLUG", required=True)
        parser.add_argument("--program", metavar="CODE", default="points")
        parser.add_argument(
            "--of", dest="chosen", default="live", help="live (so without it), draft, or a version's number"
        )

    def handle(self, *args: Any, merchant: str, program: str, chosen: str, **options: Any) -> None:
        found = merchants.program_at(merchant, program)
        if found is None:
            raise CommandError(f"There is no program “{program}” at “{merchant}”.")
        if not found.versions.exists():
            raise CommandError(f"The program “{program}” of “{merchant}” is not published yet.")
        file = exporting.export(drafts.working(found, now=clock.now()), chosen, now=clock.now())
        if file is None:
            raise CommandError(f"The program “{program}” of “{merchant}” has no version {chosen}.")
        self.stdout.write(file.text, ending="")
