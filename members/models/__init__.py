"""Who holds what: members, their accounts, what they bought, and the ledger of points."""

from members.models.about import MemberField, MemberNote, Referral
from members.models.bulk import Bulk, BulkRow
from members.models.cards import CardNumber, PhoneCode
from members.models.consents import Channel, Consent, ConsentText, Door, Purpose
from members.models.files import Export, FilePart, KeptFile
from members.models.imports import ColumnMap, Import, ImportRow
from members.models.joining import JoinedFrom
from members.models.ledger import Account, EntryKind, LedgerEntry, RuleIssue, TierChange
from members.models.listing import SavedList
from members.models.lots import LotDraw, PointsLot
from members.models.marks import KeptBooks, TierMark, VersionJob
from members.models.member import Member
from members.models.merges import Duplicate, LotMove, Merge
from members.models.notices import Notice
from members.models.orders import Adjustment, Order, OrderLine, Refund, RefundLine
from members.models.retention import Retention

__all__ = [
    "Account",
    "Adjustment",
    "Bulk",
    "BulkRow",
    "CardNumber",
    "Channel",
    "ColumnMap",
    "Consent",
    "ConsentText",
    "Door",
    "Duplicate",
    "EntryKind",
    "Export",
    "FilePart",
    "Import",
    "ImportRow",
    "JoinedFrom",
    "KeptBooks",
    "KeptFile",
    "LedgerEntry",
    "LotDraw",
    "LotMove",
    "Member",
    "MemberField",
    "MemberNote",
    "Merge",
    "Notice",
    "Order",
    "OrderLine",
    "PhoneCode",
    "PointsLot",
    "Purpose",
    "Referral",
    "Refund",
    "RefundLine",
    "Retention",
    "RuleIssue",
    "SavedList",
    "TierChange",
    "TierMark",
    "VersionJob",
]
