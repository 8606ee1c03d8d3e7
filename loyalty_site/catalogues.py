"""Catalogues of translations: people write the `.po` files of `locale/`, and the `.mo` beside each is made of it.

Both are kept, so that a machine without gettext speaks every language. `make messages` runs this.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from loyalty_site.environment import BASE_DIR


def catalogues() -> list[Path]:
    """Every catalogue, as people write it."""
    return sorted((BASE_DIR / "locale").glob("*/LC_MESSAGES/*.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def tidied(path: Path) -> bytes:
    """A catalogue without the guesses that gettext makes of similar sentences, each of which says something else."""
    catalogue, made = read(path), BytesIO()
    for message in catalogue:
        if message.id and message.fuzzy:
            message.string = "" if isinstance(message.id, str) else ("",) * catalogue.num_plurals
            message.flags.discard("fuzzy")
    write_po(made, catalogue, width=0)
    return made.getvalue()


def compiled(path: Path) -> bytes:
    """What a catalogue is when a process reads it; the same bytes for the same catalogue."""
    made = BytesIO()
    write_mo(made, read(path))
    return made.getvalue()


def main() -> None:
    for path in catalogues():
        path.write_bytes(tidied(path))
        path.with_suffix(".mo").write_bytes(compiled(path))


if __name__ == "__main__":
    main()
