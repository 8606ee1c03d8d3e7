"""Importing a shop's orders from a CSV file: block by block, as often as one likes.

Rows that stand together and share an order_id are the lines of one order; its amount is their sum. A day without a time
means noon in the merchant's zone. What is known already stays as it is, and a bad row never stops the others.
"""

from members.importing.running import import_orders
from members.importing.tally import Imported, Problem

__all__ = ["Imported", "Problem", "import_orders"]
