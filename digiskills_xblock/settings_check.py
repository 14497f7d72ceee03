"""Are a block's settings usable? Messages for the author, each naming the field, the value and what is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from digiskills_framework.api import FrameworkDataError, Regulation, list_regulations, load_framework, load_pack, load_regulation
from digiskills_framework.tasks import list_tasks, load_task, task_ids
from digiskills_grading.api import country_pack, data_dirs
from digiskills_xblock import correctness, runs
from digiskills_xblock.i18n import current_language, gettext
from digiskills_xblock.i18n import gettext_noop as _

MAX_WEIGHT = 1000.0


def problems(data: Any) -> Iterator[str]:
    """What is wrong with the settings in ``data`` (a block, or the fields that an author wants to save), translated."""
    yield from _task(data)
    yield from _regulation(data)
    if data.runs not in runs.RUNS:
        yield _say(_("Runs offered"), data.runs, ", ".join(runs.RUNS))
    if data.weight is not None and not 0 <= data.weight <= MAX_WEIGHT:
        yield _say(_("Weight"), data.weight, _("a number from 0 to 1000"))
    if data.max_attempts is not None and data.max_attempts < 1:
        yield _say(_("Scored attempts"), data.max_attempts, _("a whole number from 1, or empty for no limit"))
    if data.show_correctness not in correctness.VALUES:
        yield _say(_("Show results"), data.show_correctness, ", ".join(correctness.VALUES))


def task_choices() -> list[dict[str, str]]:
    """The library for the author's menu: code, and title in the request's language."""
    language = current_language()
    tasks = list_tasks(pack=country_pack(), extra=data_dirs())
    return [{"display_name": f"{task.id} – {task.title.text(language)}", "value": task.id} for task in tasks]


def regulation_choices() -> list[str]:
    """Keys of all regulations."""
    return list(list_regulations(data_dirs()))


def audience_choices() -> list[str]:
    """Codes of all audiences that any regulation knows, in the order of the first regulation that names them."""
    found = (load_regulation(key, data_dirs()).audience_codes() for key in list_regulations(data_dirs()))
    return list(dict.fromkeys(str(code) for codes in found for code in codes))


def school_levels(regulation: Regulation) -> list[str]:
    """Codes of the school levels of the regulation's country pack."""
    return [level.code for level in load_pack(load_framework(regulation.framework, data_dirs()).pack, data_dirs()).school_levels]


def _task(data: Any) -> Iterator[str]:
    if data.task_id not in task_ids(extra=data_dirs()):
        yield _say(_("Task"), data.task_id, ", ".join(task_ids(extra=data_dirs())))
        return
    try:
        load_task(data.task_id, data.task_version or None, pack=country_pack(), extra=data_dirs())
    except FrameworkDataError as error:
        yield _say(_("Task version"), data.task_version, str(error.findings[0].remedy))


def _regulation(data: Any) -> Iterator[str]:
    if data.regulation not in list_regulations(data_dirs()):
        yield _say(_("Regulation"), data.regulation, ", ".join(list_regulations(data_dirs())))
        return
    regulation = load_regulation(data.regulation, data_dirs())
    audiences = [str(code) for code in regulation.audience_codes()]
    if data.audience not in audiences:
        yield _say(_("Audience"), data.audience, ", ".join(audiences))
    if data.school_level and data.school_level not in school_levels(regulation):
        yield _say(_("School level"), data.school_level, ", ".join(school_levels(regulation)))


def _say(field: str, value: object, allowed: str) -> str:
    return gettext("%(field)s: “%(value)s” is not possible. Allowed: %(allowed)s.") % {
        "field": gettext(field),
        "value": value,
        "allowed": gettext(allowed),
    }
