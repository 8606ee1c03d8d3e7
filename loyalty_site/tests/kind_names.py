"""The test's kinds of job by name: what a settings module may import before the models exist."""

KINDS = {name: f"loyalty_site.tests.kinds.{name.upper().replace('-', '_')}" for name in ("mark", "mark-more")}
OTHERS = {name: f"loyalty_site.tests.kinds.{name.upper()}" for name in ("deadly", "broken", "empty")}
