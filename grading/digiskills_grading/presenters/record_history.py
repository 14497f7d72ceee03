"""What happened, as sentences with their day: kindly, and without blame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digiskills_framework.api import FrameworkDataError
from digiskills_grading.advice import assurance_name
from digiskills_grading.data import HistoryEntry
from digiskills_grading.presenters.words import day
from digiskills_grading.sentences import points
from digiskills_grading.site_data import load_task

DECISIONS = {
    "completed": gettext_lazy("Everything that was required was complete."),
    "not_yet": gettext_lazy("Your results were looked at; something was still missing."),
    "withdrawn": gettext_lazy("What had been complete was no longer so."),
}
SOURCES = {
    "block": gettext_lazy("Result of an exercise in your course: %(skills)s"),
    "import": gettext_lazy("Result brought from elsewhere: %(skills)s"),
    "observation": gettext_lazy("Somebody saw you do it and wrote it down: %(skills)s"),
    "attempt": gettext_lazy("Result of a practice task: %(skills)s"),
    "exemption": gettext_lazy("You do not have to show this any more: %(skills)s"),
}


@frozen(kw_only=True)
class HistoryLine:
    """One line of the history; ``detail`` may be empty."""

    on: str
    machine_day: str
    text: str
    detail: str


def history_lines(entries: Iterable[HistoryEntry], names: Mapping[str, str], language: str) -> tuple[HistoryLine, ...]:
    """The entries in words.

    Args:
        names: of skills, by code.
    """
    return tuple(
        HistoryLine(
            on=day(entry.at),
            machine_day=localtime(entry.at).date().isoformat(),
            text=_text(entry, names, language),
            detail=_detail(entry, language),
        )
        for entry in entries
    )


def _text(entry: HistoryEntry, names: Mapping[str, str], language: str) -> str:
    if entry.kind == "decision" and entry.status is not None:
        return str(DECISIONS[entry.status])
    if entry.kind == "attempt":
        return _("Practice task “%(task)s”") % {"task": task_title(entry.task, language)}
    skills = ", ".join(names.get(code, code) for code in entry.skills)
    if entry.kind == "correction":
        return _("A result was looked at again and corrected: %(skills)s. This may happen, and it is not your fault.") % {"skills": skills}
    return str(SOURCES[entry.source]) % {"skills": skills}


def _detail(entry: HistoryEntry, language: str) -> str:
    parts = []
    if entry.value_milli is not None:
        parts.append(_("%(points)s of 100 points") % {"points": points(entry.value_milli, language)})
    if entry.assurance:
        parts.append(assurance_name(entry.assurance, language))
    return " · ".join(parts)


def task_title(task_id: str, language: str) -> str:
    """The title of a task, or its id where the library does not have it any more."""
    try:
        return load_task(task_id).title.text(language)
    except FrameworkDataError:
        return task_id
