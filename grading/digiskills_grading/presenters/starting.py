"""The page on which a learner says where to begin."""

from __future__ import annotations

from attrs import frozen
from django.utils.translation import gettext_lazy

from digiskills_framework.api import Framework, StartAnswer
from digiskills_grading.progress import StartProfile
from digiskills_grading.site_data import list_placements, load_framework, load_placement

ANSWERS = {
    StartAnswer.NOT_YET: gettext_lazy("This is new to me"),
    StartAnswer.A_LITTLE: gettext_lazy("I know a little"),
    StartAnswer.WELL: gettext_lazy("I do this well"),
}


@frozen(kw_only=True)
class Choice:
    """One possible answer."""

    value: str
    text: str
    chosen: bool


@frozen(kw_only=True)
class GroupQuestion:
    """The question about one skill group; ``skills`` says what belongs to it."""

    code: str
    name: str
    skills: str
    choices: tuple[Choice, ...]


@frozen(kw_only=True)
class StartPage:
    """The questions, and what is said of the order that follows."""

    notice: str
    questions: tuple[GroupQuestion, ...]


def start_groups() -> tuple[str, ...]:
    """Codes of the skill groups that are asked about."""
    return tuple(dict.fromkeys(group.code for framework in _frameworks() for group in framework.groups))


def start_page(start: StartProfile, language: str) -> StartPage:
    """The questions, with the answers given before.

    Args:
        start: by skill group.
    """
    questions = {group.code: _question(framework, group.code, start, language) for framework in _frameworks() for group in framework.groups}
    notices = [load_placement(key).notice.text(language) for key in list_placements()]
    return StartPage(notice=notices[-1] if notices else "", questions=tuple(questions.values()))


def _frameworks() -> list[Framework]:
    return [load_framework(key) for key in dict.fromkeys(load_placement(key).framework for key in list_placements())]


def _question(framework: Framework, code: str, start: StartProfile, language: str) -> GroupQuestion:
    group = next(group for group in framework.groups if group.code == code)
    return GroupQuestion(
        code=code,
        name=group.name.text(language),
        skills=", ".join(skill.name.text(language) for skill in framework.skills if skill.group == code),
        choices=tuple(Choice(value=answer, text=str(text), chosen=start.get(code) is answer) for answer, text in ANSWERS.items()),
    )
