from datetime import date
from typing import Any

from loyalty_site.commands import JobCommand
from members.models import KeptBooks


class Command(JobCommand):
    help = "Prove every account and every program, record by record; with --date as the night of that day does."
    kind = "audit-books"
    is_without_day = True

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--forget-totals", action="store_true", help="accept totals of earlier days that differ from those kept"
        )

    def handle(self, *args: Any, merchant: str | None, date: date | None, **options: Any) -> None:
        if options["forget_totals"]:
            chosen = KeptBooks.objects.filter(program__merchant__slug=merchant) if merchant else KeptBooks.objects.all()
            chosen.delete()
        super().handle(*args, merchant=merchant, date=date, **options)
