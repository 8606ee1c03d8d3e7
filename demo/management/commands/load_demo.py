from typing import Any

from django.core.management.base import BaseCommand, CommandError

from demo import loading


class Command(BaseCommand):
    help = "Load the demo shops unless they are there, and say who signs in how."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loading.load()
        except loading.CannotLoad as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(loading.LOGINS)
