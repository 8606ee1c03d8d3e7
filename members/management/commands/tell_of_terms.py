from typing import Any

from loyalty_site import clock
from loyalty_site.commands import JobCommand
from members import following


class Command(JobCommand):
    help = "Tell members of the versions that were published with a notice."
    kind = "tell-of-terms"

    def handle(self, *args: Any, **options: Any) -> None:
        following.sweep(now=clock.now())
        super().handle(*args, **options)
