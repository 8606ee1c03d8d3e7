import os
from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from loyalty_site import clock
from members import csv_files, importing
from programs.models import Merchant

PROCESSES = min(os.cpu_count() or 1, 4)


class Command(BaseCommand):
    help = "Import a shop's orders from a CSV file; a second time changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--merchant", metavar="SLUG", required=True, help="the shop's address")
        parser.add_argument("--dry-run", action="store_true", help="count and report, keep nothing")
        parser.add_argument(
            "--map", metavar="OURS=THEIRS", nargs="+", action="extend", default=[], help="name a column by hand"
        )
        parser.add_argument("--processes", type=int, default=PROCESSES, help="how many share the work")
        parser.add_argument("--enrol", action=BooleanOptionalAction, default=True, help="make members of strangers")

    def handle(
        self, *args: Any, file: Path, merchant: str, dry_run: bool, enrol: bool, processes: int, **options: Any
    ) -> None:
        try:
            done = importing.import_orders(
                file,
                merchant=merchant_at(merchant),
                now=clock.now(),
                mapped=columns_by_hand(options["map"]),
                enrols=enrol,
                is_dry=dry_run,
                processes=1 if dry_run or connection.in_atomic_block else options["processes"],
                after_step=lambda so_far: self.stderr.write(f"{so_far}", ending="\r"),
            )
        except csv_files.Unreadable as problem:
            raise CommandError(str(problem)) from problem
        self.report(done, dry_run)

    def report(self, done: importing.Imported, is_dry: bool) -> None:
        self.stdout.write(f"{'Dry run, nothing kept. ' if is_dry else ''}{done}")
        if done.new:
            self.stdout.write(f"{done.points:,} points earned, {done.enrolled:,} members enrolled")
        for problem in done.by_row():
            self.stdout.write(f"  {problem}")


def merchant_at(slug: str) -> Merchant:
    found = Merchant.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no merchant “{slug}”.")
    return found


def columns_by_hand(pairs: list[str]) -> dict[str, str]:
    mapped = {}
    for pair in pairs:
        name, _is, column = pair.partition("=")
        if name not in csv_files.ALIASES or not column:
            raise CommandError(f"--map {pair}: write OURS=THEIRS, ours one of {', '.join(csv_files.ALIASES)}.")
        mapped[name] = column
    return mapped
