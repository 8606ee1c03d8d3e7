from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from demo import bean_and_leaf, loading


class Command(BaseCommand):
    help = "Fill a new shop like Bean & Leaf with members and a past, and say how long it took."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--members", type=int, default=2_000, help="about how many members join (2,000)")
        parser.add_argument("--months", type=int, default=18, help="how long the shop has been open (18)")
        parser.add_argument("--merchant", metavar="SLUG", default=bean_and_leaf.SLUG, help="the shop's address")

    def handle(self, *args: Any, members: int, months: int, merchant: str, **options: Any) -> None:
        try:
            self.stdout.write(loading.seed(merchant, members=members, months=months))
        except loading.CannotLoad as problem:
            raise CommandError(str(problem)) from problem
