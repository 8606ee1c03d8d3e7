from loyalty_site.commands import JobCommand


class Command(JobCommand):
    help = "Write the notices of the day after the one that closed: which points will expire soon. Mail follows."
    kind = "notices"
