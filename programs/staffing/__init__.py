"""Who works at a shop: coming by an invitation, roles and places, PINs for the till, and leaving."""
