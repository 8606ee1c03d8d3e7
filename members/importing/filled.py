"""The tables that an import fills, counted when it is over."""

from django.db.models import Model

from loyalty_site import sql
from members.models import Account, LedgerEntry, LotDraw, Member, Order, OrderLine, PointsLot

FILLED: tuple[type[Model], ...] = (Member, Account, LedgerEntry, PointsLot, LotDraw, Order, OrderLine)


def analyze() -> None:
    """Have the database count them, so that pages and jobs are fast right after an import, too."""
    sql.analyze([table._meta.db_table for table in FILLED])
