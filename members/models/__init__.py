"""Who holds what: members, their accounts, what they bought, and the ledger of points."""

from members.models.ledger import Account, EntryKind, LedgerEntry, RuleIssue, TierChange
from members.models.lots import LotDraw, PointsLot
from members.models.marks import KeptBooks, TierMark, VersionJob
from members.models.member import Member
from members.models.notices import Notice
from members.models.orders import Adjustment, Order, OrderLine, Refund, RefundLine

__all__ = [
    "Account",
    "Adjustment",
    "EntryKind",
    "KeptBooks",
    "LedgerEntry",
    "LotDraw",
    "Member",
    "Notice",
    "Order",
    "OrderLine",
    "PointsLot",
    "Refund",
    "RefundLine",
    "RuleIssue",
    "TierChange",
    "TierMark",
    "VersionJob",
]
