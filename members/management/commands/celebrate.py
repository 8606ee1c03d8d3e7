from loyalty_site.commands import JobCommand


class Command(JobCommand):
    help = "Award the birthdays and anniversaries of the day after the one that closed."
    kind = "celebrate"
