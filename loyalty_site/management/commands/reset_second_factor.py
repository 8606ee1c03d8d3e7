from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from loyalty_site import auditing, clock, second_factor
from loyalty_site.models import User


class Command(BaseCommand):
    help = "Take somebody's second factors and recovery codes away, once you are sure who asks; they add another."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="by which they sign in")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {email}.")
        count = second_factor.reset(user)
        auditing.record("second-factor-reset", merchant=None, actor=user, at=clock.now(), count=count)
        self.stdout.write(f"{count} taken away. {email} is signed out everywhere and adds another next time.")
