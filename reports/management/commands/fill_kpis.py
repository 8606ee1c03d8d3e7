from loyalty_site.commands import JobCommand


class Command(JobCommand):
    help = "Fill the daily figures of a closed day, and of older days that late orders touched."
    kind = "fill-kpis"
