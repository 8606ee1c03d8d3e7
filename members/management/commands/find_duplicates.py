from loyalty_site.commands import JobCommand


class Command(JobCommand):
    help = "Look for members who may be one person."
    kind = "find-duplicates"
