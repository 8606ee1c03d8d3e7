"""The test's kinds of job by name: what a settings module may import before the models exist."""


def named(*names: str) -> dict[str, str]:
    return {name: f"loyalty_site.tests.kinds.{name.upper().replace('-', '_')}_JOB" for name in names}


KINDS = named("mark", "mark-more")
OTHERS = named("deadly", "broken", "empty", "sour", "sour-dated", "slow")
