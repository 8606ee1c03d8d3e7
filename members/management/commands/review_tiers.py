from loyalty_site.commands import JobCommand


class Command(JobCommand):
    help = "Review every account's tier as of the day after the one that closed."
    kind = "review-tiers"
