"""What a finished course must be (docs/reference/course.md): whole, graded, tagged, self-contained. Works on the course's files alone.

`olxcleaner`'s own findings are added by the command, since it reads from a folder.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey
from opaque_keys.edx.locator import BlockUsageLocator

from digiskills_framework.api import FrameworkDataError, Regulation, list_regulations, load_regulation
from digiskills_framework.tasks import load_task
from digiskills_xblock.course.identity import MAX_NAME, Names
from digiskills_xblock.course.manifest import read_manifest
from digiskills_xblock.course.model import MANIFEST, PRACTICE, Block, Course, shown
from digiskills_xblock.course.plan import CoursePlan, plan_course
from digiskills_xblock.course.request import CourseRequest
from digiskills_xblock.course.sentences import Sentence
from digiskills_xblock.course.sentences import gettext_noop as _

Level = Literal["error", "warning"]
_HREF = re.compile(r"""\b(?:src|href|poster|data|action)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_SCRIPT = re.compile(r"<\s*(script|iframe|object|embed)\b|\bon[a-z]+\s*=\s*[\"']", re.IGNORECASE)
_INSIDE = ("/static/", "/jump_to_id/", "#", "mailto:", "tel:")
_TOLERANCE = 1e-9
BOTH = "both"
KINDS = ("pages", "guided", "counted", "questions", "final runs", "final questions")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a course.

    Attributes:
        rule: stable code, as in the table of docs/reference/course.md.
        where: ``sequential/ds-s1-…``, ``policy.json``, a skill's code; empty for the course as a whole.
    """

    rule: str
    where: str
    message: Sentence
    level: Level = "error"

    def as_json(self) -> dict[str, str]:
        return {"rule": self.rule, "where": self.where, "message": self.message, "level": self.level}

    def __str__(self) -> str:
        return f"{self.level}: {self.rule}{f' at {self.where}' if self.where else ''}: {self.message}"


@dataclass(frozen=True, slots=True)
class Report:
    """What the lint found, and what it saw.

    Attributes:
        skills: of every skill of the course what there is: numbers of pages, guided and counted runs, questions, final runs and questions.
    """

    problems: tuple[Problem, ...]
    figures: Mapping[str, int]
    skills: Mapping[str, Mapping[str, int]]

    @property
    def ok(self) -> bool:
        return not any(problem.level == "error" for problem in self.problems)


def lint_course(course: Course, name: str, extra: tuple[Path, ...] = ()) -> Report:
    """Checks a course.

    Raises:
        CourseFileError: it has no manifest of ours, or one that cannot be read.
    """
    plan = plan_course(_request(course, name), extra)
    skills = what_there_is(course, plan, Names.of(plan.framework, extra))
    problems = [
        *_keys(course),
        *_practice(course, extra),
        *_grading(course),
        *_pass_mark(course, plan),
        *_skills(plan, skills),
        *_links(course),
        *_settings(course),
    ]
    figures = Counter(block.type for block in course.root.walk())
    figures["static files"] = sum(path.startswith("static/") for path in course.files)
    return Report(tuple(problems), dict(sorted(figures.items())), skills)


def _request(course: Course, name: str) -> CourseRequest:
    key = {"org": course.org, "course": course.course, "run": course.run}
    return CourseRequest.from_json({**read_manifest(course, name).request, **key})


def _keys(course: Course) -> Iterator[Problem]:
    """Usage keys that the platform accepts, and no name twice."""
    try:
        key = CourseKey.from_string(course.key)
    except InvalidKeyError:
        yield Problem("key", "course.xml", Sentence.of(_("{key} is no key of a course"), key=course.key))
        return
    names = Counter(block.name for block in course.root.walk())
    for block in course.root.walk():
        where = shown(block.ref)
        if names[block.name] > 1:
            yield Problem("key", where, Sentence.of(_("another block has the same url_name; learners' state could be mixed up")))
        if len(block.name) > MAX_NAME or not re.fullmatch(r"[A-Za-z0-9._~-]+", block.name):
            message = _("the name has more than {most} characters, or others than letters, digits and . _ ~ -")
            yield Problem("key", where, Sentence.of(message, most=MAX_NAME))
        elif (
            block.type != "course" and BlockUsageLocator.from_string(str(key.make_usage_key(block.type, block.name))).block_id != block.name
        ):
            yield Problem("key", where, Sentence.of(_("its usage key does not come back as it was")))


def _practice(course: Course, extra: tuple[Path, ...]) -> Iterator[Problem]:
    for block in course.root.walk():
        if block.type == PRACTICE:
            for message in _practice_problems(block, extra):
                yield Problem("practice", shown(block.ref), message)


def _practice_problems(block: Block, extra: tuple[Path, ...]) -> Iterator[Sentence]:
    settings = block.settings
    version = settings.get("task_version", "0")
    try:
        task = load_task(settings.get("task_id", ""), int(version), extra=extra)
        if not task.serves(settings.get("audience", ""), settings.get("school_level")):
            whom = f"{settings.get('audience')} {settings.get('school_level', '')}".rstrip()
            yield Sentence.of(_("task {task} is not for {audience}"), task=task.id, audience=whom)
    except (FrameworkDataError, ValueError):
        yield Sentence.of(_("there is no task {task} in version {version}"), task=settings.get("task_id"), version=version)
    if version == "0":
        yield Sentence.of(_("takes the newest version of its task: it may change under a learner; name a version"))
    regulation = _regulation(settings.get("regulation", ""), extra)
    if regulation is None:
        yield Sentence.of(_("there is no regulation {regulation}"), regulation=settings.get("regulation"))
    elif settings.get("audience") not in regulation.audience_codes():
        message = _("regulation {regulation} says nothing of {audience}")
        yield Sentence.of(message, regulation=regulation.key, audience=settings.get("audience"))
    if settings.get("runs", BOTH) == "guided" and float(settings.get("weight", "1")) != 0:
        yield Sentence.of(_("a block of guided runs can never be scored: give it weight 0"))


def _regulation(key: str, extra: tuple[Path, ...]) -> Regulation | None:
    return load_regulation(key, extra) if key in list_regulations(extra) else None


def _grading(course: Course) -> Iterator[Problem]:
    """Weights add up to the whole, types and graded sequences fit each other, the pass mark is possible."""
    graders: list[Mapping[str, Any]] = list(course.grading.get("GRADER", []))
    total = sum(grader.get("weight", 0) for grader in graders)
    if abs(total - 1) > _TOLERANCE:
        message = Sentence.of(_("the weights add up to {total} %, not to 100 %"), total=f"{100 * total:g}")
        yield Problem("grading", "grading_policy.json", message)
    used = Counter(block.settings.get("format", "") for block in course.root.walk() if block.settings.get("graded") == "true")
    for grader in graders:
        kind, needed = grader.get("type"), grader.get("min_count", 0)
        if used[str(kind)] != needed:
            pattern = _("there are {number} graded sequences of this type, the policy counts {needed}")
            yield Problem("grading", str(kind), Sentence.of(pattern, number=used[str(kind)], needed=needed))
        if not 0 <= grader.get("drop_count", 0) < max(needed, 1):
            dropped = Sentence.of(_("drops {number} of {needed}"), number=grader.get("drop_count"), needed=needed)
            yield Problem("grading", str(kind), dropped)
    for unknown in sorted(set(used) - {str(grader.get("type")) for grader in graders}):
        yield Problem("grading", unknown, Sentence.of(_("graded sequences have this type, the policy does not")))
    cutoffs = course.grading.get("GRADE_CUTOFFS", {})
    if not cutoffs or not all(0 < value <= 1 for value in cutoffs.values()):
        yield Problem("grading", "grading_policy.json", Sentence.of(_("no mark is passed with {cutoffs}"), cutoffs=cutoffs))


def _pass_mark(course: Course, plan: CoursePlan) -> Iterator[Problem]:
    """A teacher may set another one; then passing the course and mastering its skills are two things."""
    wanted = plan.regulation.values(plan.request.audience, plan.request.school_level).mastery_threshold_milli / 1000
    marks = course.grading.get("GRADE_CUTOFFS", {}).values()
    if marks and abs(min(marks) - wanted) > _TOLERANCE:
        pattern = _("the course is passed with {mark}, regulation {regulation} asks for {wanted}")
        message = Sentence.of(pattern, mark=f"{min(marks):g}", regulation=plan.regulation.key, wanted=f"{wanted:g}")
        yield Problem("grading", "grading_policy.json", message, "warning")


def what_there_is(course: Course, plan: CoursePlan, names: Names) -> dict[str, dict[str, int]]:
    """Of each skill of the plan how much the course has of what teaches, practises and assesses it."""
    found = {skill.code: dict.fromkeys(KINDS, 0) for skill in plan.skills}
    sequences = {names.skill(skill.code, "sequence"): skill.code for skill in plan.skills}
    for block in course.root.walk():
        if block.type == "sequential" and block.name in sequences:
            found[sequences[block.name]]["pages"] = sum(inside.type == "html" for inside in block.walk())
    final = names.course("final-chapter")
    for chapter in course.root.children:
        for block in chapter.walk():
            for code in _asked(block, plan):
                for kind in _kinds(block, final=chapter.name == final):
                    found[code][kind] += 1
    return found


def _asked(block: Block, plan: CoursePlan) -> list[str]:
    """Codes of the skills that a block practises or asks about."""
    if block.type == PRACTICE:
        return [skill.code for skill in plan.skills if any(task.id == block.settings.get("task_id") for task in skill.tasks)]
    declared = {word.partition("/")[0] for word in block.settings.get("digiskills_skills", "").split()}
    return [skill.code for skill in plan.skills if skill.code in declared]


def _kinds(block: Block, *, final: bool) -> tuple[str, ...]:
    if block.type != PRACTICE:
        return ("final questions",) if final else ("questions",)
    runs = block.settings.get("runs", BOTH)
    kinds = ("guided", "counted") if runs == BOTH else (runs,)
    return tuple("final runs" if final and kind == "counted" else kind for kind in kinds)


def _skills(plan: CoursePlan, skills: Mapping[str, Mapping[str, int]]) -> Iterator[Problem]:
    """Every required skill is taught, practised and assessed; a task that is not written yet is a warning."""
    for skill in plan.skills:
        there = skills[skill.code]
        level: Level = "error" if skill.required else "warning"
        if not there["pages"]:
            yield Problem("taught", skill.code, Sentence.of(_("no page teaches this skill")), level)
        if not there["questions"]:
            yield Problem("assessed", skill.code, Sentence.of(_("no question asks about this skill at the end of its sequence")), level)
        if not there["guided"] or not there["counted"]:
            message = _("its task is not in the course") if skill.tasks else _("the library has no task for this skill and audience yet")
            yield Problem("practised", skill.code, Sentence.of(message), "error" if skill.required and skill.tasks else "warning")
        if skill.required and not there["final runs"] and not there["final questions"]:
            yield Problem("final", skill.code, Sentence.of(_("the final assessment does not cover this skill")))


def _links(course: Course) -> Iterator[Problem]:
    """Nothing points outside, everything pointed to is there, nothing runs in the page."""
    names = {block.name for block in course.root.walk()}
    for where, text in _texts(course):
        if _SCRIPT.search(text):
            yield Problem("outside", where, Sentence.of(_("runs a script of its own, or shows another site")))
        for quoted in _HREF.findall(text):
            target = (quoted[0] or quoted[1]).strip()
            path = target.removeprefix("/").partition("#")[0].partition("?")[0]
            if target and not target.startswith(_INSIDE):
                yield Problem("outside", where, Sentence.of(_("points outside of the course: {target}"), target=target))
            elif target.startswith("/static/") and path not in course.files:
                yield Problem("link", where, Sentence.of(_("points to a file that is not in the course: {target}"), target=target))
            elif target.startswith("/jump_to_id/") and path.removeprefix("jump_to_id/") not in names:
                yield Problem("link", where, Sentence.of(_("points to a block that is not in the course: {target}"), target=target))


def _texts(course: Course) -> Iterable[tuple[str, str]]:
    for block in course.root.walk():
        if block.body:
            yield shown(block.ref), block.body
    for path, content in course.files.items():
        if path.startswith(("about/", "info/", "tabs/")) or path.endswith((".svg", ".html")):
            yield path, _without_names(content.decode(errors="replace"))


def _without_names(text: str) -> str:
    """A picture's namespaces look like addresses and point nowhere."""
    return re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", text)


def _settings(course: Course) -> Iterator[Problem]:
    if PRACTICE not in course.policy.get("advanced_modules", []):
        message = Sentence.of(_("advanced_modules does not name {block}: Studio offers no further tasks"), block=PRACTICE)
        yield Problem("settings", "policy.json", message, "warning")
    for needed in ("display_name", "start", "language"):
        if not course.policy.get(needed):
            yield Problem("settings", "policy.json", Sentence.of(_("{setting} is not set"), setting=needed))
    image = course.policy.get("course_image")
    if image and f"static/{image}" not in course.files:
        yield Problem("link", "policy.json", Sentence.of(_("the course's picture is not in the course: {image}"), image=image))
    if MANIFEST not in course.files:
        yield Problem("settings", MANIFEST, Sentence.of(_("is missing: the course cannot be updated")))
