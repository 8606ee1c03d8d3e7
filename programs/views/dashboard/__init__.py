"""The dashboard of a program, and of the keys to it."""
