"""Are a block's settings usable? Messages for the author, each naming the field, the value and what is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from digiskills_framework.api import FrameworkDataError, Regulation, list_regulations, load_framework, load_pack, load_regulation
from digiskills_framework.tasks import TaskDefinition, list_tasks, load_task, task_ids
from digiskills_framework.types import Audience
from digiskills_grading.api import country_pack, data_dirs
from digiskills_xblock import correctness, runs
from digiskills_xblock.i18n import current_language, gettext
from digiskills_xblock.i18n import gettext_noop as _

MAX_WEIGHT = 1000.0
UNSUITED = _("%(task)s (does not suit this audience and school level)")


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


def task_choices(data: Any) -> list[dict[str, str]]:
    """The author's menu: the tasks that suit the audience and school level in ``data``, and, marked, one that it has though it does not."""
    tasks = list_tasks(pack=country_pack(), extra=data_dirs())
    suiting = [task for task in tasks if task.serves(data.audience, data.school_level or None)]
    held = [task for task in tasks if task.id == data.task_id and task not in suiting]
    marked = [{"display_name": gettext(UNSUITED) % {"task": _named(task)}, "value": task.id} for task in held]
    return marked + [{"display_name": _named(task), "value": task.id} for task in suiting]


def task_menu() -> dict[str, Any]:
    """For public/settings.js, so that the menu follows what an author chooses before it is saved.

    Returns:
        ``tasks``: code to what the menu calls it; ``suits``: the codes by audience, and by ``audience/level`` for students; ``unsuited``:
        what stands beside a task that does not suit, with ``%(task)s`` in it.
    """
    tasks = list_tasks(pack=country_pack(), extra=data_dirs())
    levels = dict.fromkeys(level.code for level in load_pack(country_pack(), data_dirs()).school_levels)
    levels |= dict.fromkeys(level for task in tasks for level in task.school_levels)
    columns: list[tuple[str, str | None]] = [(audience, None) for audience in audience_choices()]
    columns += [(str(Audience.STUDENT), level) for level in levels]
    suits = {
        audience if level is None else f"{audience}/{level}": [task.id for task in tasks if task.serves(audience, level)]
        for audience, level in columns
    }
    return {"tasks": {task.id: _named(task) for task in tasks}, "suits": suits, "unsuited": gettext(UNSUITED)}


def _named(task: TaskDefinition) -> str:
    return f"{task.id} – {task.title.text(current_language())}"


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
        task = load_task(data.task_id, data.task_version or None, pack=country_pack(), extra=data_dirs())
    except FrameworkDataError as error:
        yield _say(_("Task version"), data.task_version, str(error.findings[0].remedy))
        return
    if data.audience in audience_choices() and not task.serves(data.audience, data.school_level or None):
        yield _unsuited(task, data)


def _unsuited(task: TaskDefinition, data: Any) -> str:
    """Which of the two does not fit, and what to do."""
    if data.audience not in task.audiences:
        message = _("Task: “%(task)s” is not for audience %(value)s, but for: %(allowed)s. Choose another task, or another audience.")
        return gettext(message) % {"task": _named(task), "value": data.audience, "allowed": ", ".join(task.audiences)}
    message = _("Task: “%(task)s” is not for school level %(value)s, but for: %(allowed)s. Choose another task, or another school level.")
    return gettext(message) % {"task": _named(task), "value": data.school_level, "allowed": ", ".join(task.school_levels)}


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
