"""The till: find a member, record a purchase, adjust points, undo."""
