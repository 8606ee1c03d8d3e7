"""The radar: each night it looks for what may be abuse, and each finding says by which rows."""
