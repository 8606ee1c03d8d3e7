from loyalty_site.commands import JobCommand


class Command(JobCommand):
    help = "Prove every account's balance against its entries, lots and debt."
    kind = "audit-books"
