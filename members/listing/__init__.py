"""The list of members: what it is filtered by, how it is ordered and cut into pages, and which columns it shows."""
