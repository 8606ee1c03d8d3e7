"""A refusal: the domain says no, with a stable code for machines and a sentence for people."""

from typing import ClassVar

from django.utils.functional import Promise


class Refused(Exception):
    """Base of every typed "no". Nothing was changed; `words` says what to do instead.

    `code` is one of the documented refusal codes (`insufficient-points`, `conflict`, ...).
    """

    code: ClassVar[str] = "refused"
    words: "str | Promise" = ""

    def __init__(self, words: "str | Promise" = "") -> None:
        self.words = words or self.words
        super().__init__(str(self.words))

    @property
    def to_customer(self) -> "str | Promise":
        """The words for the member's own pages, where they differ from those for staff."""
        return self.words
