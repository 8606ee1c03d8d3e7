"""Files of rows, whatever program wrote them: what a file is, and its records one after another, never all at once."""

from members.sheets.dialects import Dialect, dialect_of
from members.sheets.records import Record, blocks, opening_of, records

__all__ = ["Dialect", "Record", "blocks", "dialect_of", "opening_of", "records"]
