"""What the database refuses: changes to what is final, and emptying a table that must not be emptied.

Tests empty tables between them; their settings alone set `regulars.may_truncate`, see `loyalty_site/settings_test.py`.
"""

import pgtrigger

TRUNCATE = """
IF current_setting('regulars.may_truncate', true) = 'yes' THEN RETURN NULL; END IF;
RAISE EXCEPTION 'Cannot truncate %: what was written down stays.', TG_TABLE_NAME;
"""


def never_emptied(name: str) -> pgtrigger.Trigger:
    """Refuse TRUNCATE."""
    return pgtrigger.Trigger(
        name=f"{name}_is_not_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=TRUNCATE,
    )


def never_deleted(name: str) -> list[pgtrigger.Trigger]:
    """Refuse DELETE and TRUNCATE."""
    return [pgtrigger.Protect(name=f"{name}_stays", operation=pgtrigger.Delete), never_emptied(name)]


def final(name: str) -> list[pgtrigger.Trigger]:
    """Refuse UPDATE, DELETE and TRUNCATE: rows are only ever added."""
    return [
        pgtrigger.Protect(name=f"{name}_is_final", operation=pgtrigger.Update | pgtrigger.Delete),
        never_emptied(name),
    ]


def unchanged(name: str, *columns: str, condition: pgtrigger.Condition | None = None) -> pgtrigger.Trigger:
    """Refuse an UPDATE that names one of these columns, where the condition holds; other updates cost nothing."""
    operation = pgtrigger.UpdateOf(*columns)  # type: ignore[no-untyped-call]
    return pgtrigger.Protect(name=name, operation=operation, condition=condition)
