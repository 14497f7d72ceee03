"""Are the rules by which people were assessed still those, and do they ask for enough?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from digiskills_framework.api import CountedAttempts, FrameworkDataError, Regulation, evidence_leaves
from digiskills_grading import dimensions
from digiskills_grading.data import Finding
from digiskills_grading.mapping import Declarations
from digiskills_grading.models import BlockMapping, RegulationVersion
from digiskills_grading.site_data import load_regulation

RESTORE = "restore the file from the package or your backup; a changed rule needs a version of its own"
ASK_FOR_PRACTICE = (
    "ask for practical evidence in a new version of the regulation, or let these questions count for the course's grade only "
    "(docs/how-to/build-a-course.md: What the questions count for)"
)


def regulations_unchanged(_now: datetime) -> Iterator[Finding]:
    """Every regulation that was ever used can be read, and its file is the one that was used first."""
    rows = list(RegulationVersion.objects.order_by("key"))
    bad = [problem for row in rows if (problem := _problem(row)) is not None]
    for problem in bad:
        yield Finding(check="regulations", level="fail", what=problem, todo=RESTORE)
    if not bad:
        yield Finding(check="regulations", level="ok", what=f"{len(rows)} regulations in use, none changed since")


def questions_alone(_now: datetime) -> Iterator[Finding]:
    """Where questions count one by one, a regulation that takes the best and asks for no practice calls a skill mastered after one."""
    counted = _counted_questions()
    lax = [found for key in RegulationVersion.objects.order_by("key").values_list("key", flat=True) if (found := _lax(key))]
    if not counted:
        yield Finding(check="questions", level="ok", what="no question is evidence of a skill")
    elif not lax:
        yield Finding(
            check="questions", level="ok", what="questions are evidence of skills; every regulation in use asks for more than one answer"
        )
    else:
        what = f"questions are evidence of skills ({', '.join(counted)}), and one right answer is enough under {'; '.join(lax)}"
        yield Finding(check="questions", level="warn", what=what, todo=ASK_FOR_PRACTICE)


def _counted_questions() -> list[str]:
    """Where questions count: patterns of courses, and the table."""
    declared = Declarations.configured()
    courses = {*declared.field_courses, *(declared.tag_courses if declared.taxonomy else ())}
    table = ["the table of mapped blocks"] if BlockMapping.objects.filter(practical=False).exists() else []
    return [*sorted(courses), *table]


def _lax(key: str) -> str:
    """The regulation with its audiences of which one answer is enough; empty where there is none, or where the file is gone."""
    try:
        regulation = load_regulation(key)
    except FrameworkDataError:
        return ""  # regulations_unchanged says so
    audiences = sorted({entry.audience for entry in regulation.audiences if _one_is_enough(regulation, entry.audience, entry.level)})
    return f"{key} ({', '.join(audiences)})" if audiences else ""


def _one_is_enough(regulation: Regulation, audience: str, level: str | None) -> bool:
    values = regulation.values(audience, level)
    several = values.counted_attempts is CountedAttempts.M_OF_N and (values.counted_m or 1) > 1
    return not several and not any(leaf.practical for leaf in evidence_leaves(regulation.requires(audience, level)))


def _problem(row: RegulationVersion) -> str | None:
    try:
        digest = dimensions.pinned_digest(row.key)
    except FrameworkDataError as error:
        return f"{row.key} cannot be read: {error}"
    if row.digest not in (None, digest):
        return f"{row.key} was changed after it was first used"
    return None
