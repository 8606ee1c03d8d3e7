"""What somebody types or scans into a search, taken apart into what has to be found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby

from members import numbers

SHORTEST = 2
TRIGRAM = re.compile(r"[^\W_]{3}")  # what the index of parts knows members by
MOST_PARTS = 6
LAST_ACCENT = "\u036f"


def tidy(text: str) -> str:
    """The text with single spaces, each letter in one piece."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def is_too_short(text: str) -> bool:
    """Whether it says too little: one letter, unless one letter may be a whole name, as in Chinese."""
    typed = tidy(text)
    return len(typed) < SHORTEST and not is_spelled_out(typed)


def escaped(part: str) -> str:
    """Text as LIKE takes it, so that nobody types a wildcard."""
    return re.sub(r"([\\%_])", r"\\\1", part)


def parts_of(text: str) -> list[str]:
    """What has to be found, each anywhere: words as they are, and digits together however they were grouped.

    Zeros that only lead into a country (00 48 601, 0601) stand in no number.
    """
    parts: list[str] = []
    for is_number, run in groupby(tidy(text).split(), is_digits):
        words = list(run)
        parts += [digits_of(words)] if is_number else map(without_signs, words)
    return parts[:MOST_PARTS]


def digits_of(words: Iterable[str]) -> str:
    digits = "".join(letter for letter in "".join(words) if letter.isdigit())
    return re.sub(r"^0{1,2}(?=[1-9])", "", digits)


def is_digits(word: str) -> bool:
    """Whether a word is a piece of a number: digits, with nothing but signs around them."""
    return any(map(str.isdigit, word)) and not any(letter.isalpha() or letter == "@" for letter in word)


def without_signs(word: str) -> str:
    """A word as it is, unless it mixes letters and digits as a card does, and an address does not: BL-48 is BL48."""
    is_card = any(map(str.isdigit, word)) and "@" not in word and "." not in word
    return numbers.tidy(word) if is_card else word


def have_trigrams(parts: Sequence[str]) -> bool:
    """Whether the index of parts can find any of them; it takes three letters or digits in a row."""
    return any(TRIGRAM.search(part) or is_spelled_out(part) for part in parts)


def is_spelled_out(text: str) -> bool:
    """Whether letters stand in it that the database spells in several of ours: all but Latin ones."""
    return any(letter > LAST_ACCENT and letter.isalnum() for letter in unicodedata.normalize("NFKD", text))
