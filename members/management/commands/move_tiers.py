from typing import Any

from loyalty_site import clock
from loyalty_site.commands import JobCommand
from members import following


class Command(JobCommand):
    help = "Move members to the tiers of the versions that came into force and ask for it."
    kind = "move-tiers"

    def handle(self, *args: Any, **options: Any) -> None:
        following.sweep(now=clock.now())
        super().handle(*args, **options)
