from loyalty_site.commands import JobCommand


class Command(JobCommand):
    help = "Look at a closed day for what may be abuse, and keep alerts with their evidence."
    kind = "radar"
