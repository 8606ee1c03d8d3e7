from loyalty_site.commands import JobCommand


class Command(JobCommand):
    help = "Post what has expired, one entry per lot, effective at the lot's own instant."
    kind = "expire"
