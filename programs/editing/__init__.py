"""Parts of a terms document as form values, and back. Pure; what a form leaves as it was stays, letter by letter."""
