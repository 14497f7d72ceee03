"""Which runs and questions the final assessment has: stratified over the skill groups, every required skill in it, always the same.

The rule (docs/reference/course.md):

1. Each skill group with required skills is a stratum.
2. A stratum has one scored run for every three, or part of three, of its required skills that have a task. Runs are chosen one after the
   other: the task that shows most skills of the stratum that no chosen task shows yet; then the later step (transfer before standard
   before guided); then the shorter one; then by id.
3. Of every required skill one question is asked if a chosen run shows the skill, else two, in the order of their file.
4. A skill without questions for the final, and without a task that was chosen, gets its first task in that order as a further run.
5. Where it has to fit into a time (pupils: one lesson at school), and does not: one question of every skill; then runs leave, the longest
   first and of equal ones the last, as long as every skill that they show is asked about, and one run stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from digiskills_framework.content_types import Question
from digiskills_framework.tasks import TaskDefinition

SKILLS_A_RUN = 3
QUESTIONS = 2
"""Asked of a skill that no run shows."""
QUESTION_MINUTES = 1
_STEPS = ("transfer", "standard", "guided")


@dataclass(frozen=True, slots=True)
class SkillContent:
    """A required skill with what may be asked of it; tasks are those that stand with it in the course."""

    code: str
    group: str
    tasks: tuple[TaskDefinition, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question, with the skill of the course's framework that it is asked for (a framework may borrow it from another)."""

    skill: str
    question: Question


@dataclass(frozen=True, slots=True)
class ChosenRun:
    """A scored run, with the skill in whose name it stands and all that it shows."""

    skill: str
    task: TaskDefinition
    shows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stratum:
    group: str
    runs: tuple[ChosenRun, ...]
    questions: tuple[AskedQuestion, ...]


@dataclass(frozen=True, slots=True)
class Final:
    """The final assessment; without strata there is none."""

    strata: tuple[Stratum, ...]

    @property
    def skills(self) -> frozenset[str]:
        """The required skills that it covers."""
        runs = (code for stratum in self.strata for run in stratum.runs for code in run.shows)
        return frozenset(runs) | {asked.skill for stratum in self.strata for asked in stratum.questions}

    @property
    def minutes(self) -> int:
        """About how long it takes."""
        runs = sum(run.task.minutes for stratum in self.strata for run in stratum.runs)
        return runs + QUESTION_MINUTES * sum(len(stratum.questions) for stratum in self.strata)


def choose_final(skills: Sequence[SkillContent], minutes: int | None = None) -> Final:
    """The final assessment of required skills, given in the course's order.

    Args:
        minutes: into which it should fit, None for as long as it takes. It is longer still where every skill could not be covered else.
    """
    final = _final(skills, QUESTIONS)
    if minutes is None or final.minutes <= minutes:
        return final
    final = _final(skills, 1)
    while final.minutes > minutes:
        run = _spared(final)
        if run is None:
            break
        final = Final(tuple(replace(stratum, runs=tuple(one for one in stratum.runs if one is not run)) for stratum in final.strata))
    return final


def _spared(final: Final) -> ChosenRun | None:
    """The run to leave out for time: None if it is the only one, or every run shows a skill that nothing else covers."""
    runs = [run for stratum in final.strata for run in stratum.runs]
    asked = {one.skill for stratum in final.strata for one in stratum.questions}
    spare = [run for run in runs if asked.issuperset(run.shows)]
    return max(reversed(spare), key=lambda run: run.task.minutes) if spare and len(runs) > 1 else None


def _final(skills: Sequence[SkillContent], most: int) -> Final:
    groups = dict.fromkeys(skill.group for skill in skills)
    strata = (_stratum(group, [skill for skill in skills if skill.group == group], most) for group in groups)
    return Final(tuple(stratum for stratum in strata if stratum.runs or stratum.questions))


def _stratum(group: str, skills: list[SkillContent], most: int) -> Stratum:
    candidates = [_run(skill.code, task, skills) for skill in skills for task in skill.tasks]
    practised = [skill for skill in skills if skill.tasks]
    runs = _chosen(candidates, -(-len(practised) // SKILLS_A_RUN))
    shown = {code for run in runs for code in run.shows}
    for skill in skills:
        if not skill.questions and skill.tasks and skill.code not in shown:
            runs += _chosen([run for run in candidates if run.skill == skill.code], 1)
    return Stratum(group, tuple(runs), _asked(skills, shown, most))


def _asked(skills: list[SkillContent], shown: set[str], most: int) -> tuple[AskedQuestion, ...]:
    """The first questions of each skill that no skill before it asks: two skills may borrow theirs from the same lesson."""
    asked: dict[tuple[str, str, str], AskedQuestion] = {}
    for skill in skills:
        fresh = [question for question in skill.questions if (question.framework, question.skill, question.id) not in asked]
        for question in fresh[: 1 if skill.code in shown else most]:
            asked[question.framework, question.skill, question.id] = AskedQuestion(skill.code, question)
    return tuple(asked.values())


def _run(code: str, task: TaskDefinition, skills: Iterable[SkillContent]) -> ChosenRun:
    """What a task shows: the skill that it stands with, and others of the stratum that it names."""
    named = [skill.code for skill in skills if skill.code == code or skill.code in task.skills]
    return ChosenRun(code, task, tuple(named))


def _chosen(candidates: list[ChosenRun], number: int) -> list[ChosenRun]:
    left, runs, shown = list(candidates), list[ChosenRun](), set[str]()
    while left and len(runs) < number:
        best = min(left, key=lambda run: (-len(set(run.shows) - shown), _STEPS.index(run.task.step), run.task.minutes, run.task.id))
        left.remove(best)
        runs.append(best)
        shown |= set(best.shows)
    return runs
