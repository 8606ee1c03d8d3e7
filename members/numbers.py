"""Card numbers: letters of the shop, random digits, and a check digit (Luhn, ISO/IEC 7812) against typing mistakes."""

from __future__ import annotations

import secrets

GROUP = 4


def check_digit(digits: str) -> str:
    """The Luhn digit of a row of digits."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def new(prefix: str, digits: int) -> str:
    """Draw a card number: `digits` counts the check digit."""
    body = "".join(secrets.choice("0123456789") for _ in range(digits - 1))
    return f"{prefix}{body}{check_digit(body)}"


def tidy(text: str) -> str:
    """A number as it is stored, however it was typed or scanned: bl 4821-7730 → BL48217730."""
    capitals = text.upper()
    return capitals if capitals.isalnum() else "".join(letter for letter in capitals if letter.isalnum())


def spaced(number: str) -> str:
    """A number as people read it: BL48217730 → BL 4821 7730."""
    digits = number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    groups = [digits[start : start + GROUP] for start in range(0, len(digits), GROUP)]
    return " ".join(filter(None, [number[: len(number) - len(digits)], *groups]))
