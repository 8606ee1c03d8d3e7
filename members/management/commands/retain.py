from loyalty_site.commands import JobCommand


class Command(JobCommand):
    help = "Erase members who no longer come and let old notices go, as each shop set it."
    kind = "retain"
