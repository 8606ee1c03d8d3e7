"""Forms of members, by area."""
