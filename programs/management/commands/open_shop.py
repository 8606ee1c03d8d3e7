from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from loyalty_site import clock
from loyalty_site.refusals import Refused
from programs import opening
from programs.opening import NewShop
from programs.price_levels import suited
from programs.terms import PRESETS


class Command(BaseCommand):
    help = "Open a shop with its owner and a first program."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the shop's part of the address, such as corner-cafe")
        parser.add_argument("--name", required=True)
        parser.add_argument("--owner", required=True, metavar="EMAIL", help="who publishes its terms")
        parser.add_argument("--currency", required=True, metavar="CODE", help="such as PLN, EUR or JPY")
        parser.add_argument("--zone", required=True, metavar="NAME", help="such as Europe/Warsaw")
        parser.add_argument("--country", default="PL", metavar="CODE", help="for phone numbers (PL)")
        parser.add_argument("--language", default="en", metavar="CODE", help="en, pl or zh-hans (en)")
        parser.add_argument("--colour", default="#2e5b3c", metavar="#RRGGBB", help="of buttons and cards")
        parser.add_argument("--letters", default="", help="what card numbers begin with, such as CC")
        parser.add_argument("--preset", default="points-per-spend", choices=PRESETS, help="terms to begin with")

    def handle(self, *args: Any, **options: Any) -> None:
        new = NewShop(
            name=options["name"],
            slug=options["slug"],
            currency=options["currency"],
            zone_name=options["zone"],
            country=options["country"],
            language=options["language"],
            accent=options["colour"],
            card_prefix=options["letters"],
        )
        try:
            document = suited(PRESETS[options["preset"]], new.currency.upper())
            merchant = opening.open_shop(new, owner=options["owner"], document=document, now=clock.now())
        except Refused as refusal:
            raise CommandError(str(refusal.words)) from refusal
        self.stdout.write(
            f"{merchant} is open at /m/{merchant.slug}/, for {options['owner']}. "
            f"Whoever has no password yet chooses one at {reverse('account_reset_password')}."
        )
