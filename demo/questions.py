"""The two kinds of questions that our courses have, as the platform's problem XML writes them: read, and graded. Pure.

For the demo alone. An LMS shows and grades these problems with its own block, which needs much of the platform around it.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen
from lxml import etree

from digiskills_xblock.course.model import Block


@frozen
class Choice:
    """One answer to choose; ``because`` is told to whoever chose it."""

    text: str
    right: bool
    because: str


@frozen
class Question:
    """A question in one language.

    Attributes:
        note: how many answers to choose, where it may be several.
        several: several answers may be right, and all of them and no others have to be chosen.
        why: the explanation, shown when nothing is left to try; empty where it stays with the course.
    """

    name: str
    title: str
    ask: str
    note: str
    several: bool
    choices: tuple[Choice, ...]
    max_attempts: int
    why: tuple[str, ...]

    def cleaned(self, picks: Iterable[str]) -> tuple[int, ...]:
        """Numbers of choices among what a form sent; what is none is left out, and where one may be chosen, all but the first."""
        numbers = {int(pick) for pick in picks if pick.isascii() and pick.isdigit()}
        known = tuple(sorted(number for number in numbers if number < len(self.choices)))
        return known if self.several else known[:1]

    def is_right(self, picked: Iterable[int]) -> bool:
        """Whether exactly the right answers were chosen; nothing in between, as the platform grades without partial credit."""
        return set(picked) == {number for number, choice in enumerate(self.choices) if choice.right}


def question_of(block: Block) -> Question:
    """The question of a problem that the course builder made.

    Raises:
        ValueError: a response of another kind.
    """
    response = next(iter(etree.fromstring(f"<problem>{block.body}</problem>")))
    if response.tag not in ("multiplechoiceresponse", "choiceresponse"):
        raise ValueError(f"{block.name}: the demo shows no {response.tag}")
    told = response.findall("solution//p") if block.settings.get("showanswer") == "finished" else []
    return Question(
        name=block.name,
        title=block.title,
        ask=_text(response.find("label")),
        note=_text(response.find("description")),
        several=response.tag == "choiceresponse",
        choices=tuple(_choice(element) for element in response.iter("choice")),
        max_attempts=int(block.settings["max_attempts"]),
        why=tuple(_text(paragraph) for paragraph in told),
    )


def _choice(element: etree._Element) -> Choice:
    return Choice((element.text or "").strip(), element.get("correct") == "true", _text(element.find("choicehint")))


def _text(element: etree._Element | None) -> str:
    return "" if element is None else "".join(str(part) for part in element.itertext()).strip()
