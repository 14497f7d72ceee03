"""English sentences that can be said in another language later: what the checks and readers of courses tell people.

The commands speak English and need no more than the text. A page translates the pattern by its catalogue and fills in the values.
"""

from __future__ import annotations

from typing import Self


class Sentence(str):
    """A text in English, and what it was made from.

    Attributes:
        pattern: as in the catalogues, with ``{names}``.
        values: by name; those that are sentences themselves are translated, too.
    """

    pattern: str
    values: dict[str, str]

    @classmethod
    def of(cls, pattern: str, /, **values: object) -> Self:
        """The pattern with its values.

        Raises:
            KeyError: the pattern asks for a value that is not given.
        """
        told = {name: value if isinstance(value, str) else str(value) for name, value in values.items()}
        sentence = cls(pattern.format(**told))
        sentence.pattern, sentence.values = pattern, told
        return sentence


def gettext_noop(text: str) -> str:
    """Marks a pattern for the catalogues; it is translated where it is shown."""
    return text
