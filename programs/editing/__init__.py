"""Parts of a terms document as form values, and back. Pure; what a form leaves as it was stays, letter by letter."""

from programs.editing.simple import edited, expiry_of, field_of, values_of

__all__ = ["edited", "expiry_of", "field_of", "values_of"]
