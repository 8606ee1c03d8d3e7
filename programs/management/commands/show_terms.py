from argparse import ArgumentParser
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError

from loyalty_site import clock
from programs import merchants, terms, versions


class Command(BaseCommand):
    help = "Write the terms of a program that are in force as YAML, ready to be edited and published."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--merchant", metavar="SLUG", required=True)
        parser.add_argument("--program", metavar="CODE", default="points")

    def handle(self, *args: Any, merchant: str, program: str, **options: Any) -> None:
        found = merchants.program_at(merchant, program)
        if found is None:
            raise CommandError(f"There is no program “{program}” at “{merchant}”.")
        if not found.versions.exists():
            raise CommandError(f"The program “{program}” of “{merchant}” is not published yet.")
        document = terms.dump(versions.current(found, now=clock.now()).terms)
        self.stdout.write(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), ending="")
