"""Catalogues of translations: people write the `.po` files of `locale/`, and the `.mo` beside each is made of it.

Both are kept, so that a machine without gettext speaks every language. `make messages` runs this.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from loyalty_site.environment import BASE_DIR


def catalogues() -> list[Path]:
    """Every catalogue, as people write it."""
    return sorted((BASE_DIR / "locale").glob("*/LC_MESSAGES/*.po"))


def compiled(catalogue: Path) -> bytes:
    """What a catalogue is when a process reads it; the same bytes for the same catalogue."""
    made = BytesIO()
    with catalogue.open("rb") as file:
        write_mo(made, read_po(file))
    return made.getvalue()


def main() -> None:
    for catalogue in catalogues():
        catalogue.with_suffix(".mo").write_bytes(compiled(catalogue))


if __name__ == "__main__":
    main()
