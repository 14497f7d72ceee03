"""The fragments of a practice block: for learners, for authors, for the index."""

from __future__ import annotations

import hmac
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.template import Context, Engine, Template
from web_fragments.fragment import Fragment
from xblock.utils.resources import ResourceLoader

from digiskills_framework.api import FrameworkDataError, load_framework, load_regulation
from digiskills_framework.tasks import TaskDefinition
from digiskills_grading.api import course_page_url, data_dirs
from digiskills_xblock import assignment, browser_files, messages, ui_strings
from digiskills_xblock.i18n import Language, current_language, gettext, interface_language
from digiskills_xblock.json_http import RequestRefused
from digiskills_xblock.page_state import page_state
from digiskills_xblock.recording import Learner, Refused, bound_learner, recording_context
from digiskills_xblock.settings_check import task_menu

PUBLIC = Refused("public_view")
_loader = ResourceLoader(__name__)


def learner_fragment(block: Any, now: datetime) -> Fragment:
    """The player, ready to start. Holds nothing of the task but what its start page says."""
    return _player(block, recording_context(block), now)


def public_fragment(block: Any, now: datetime) -> Fragment:
    """The same for whoever comes by: the player asks the handlers without the session, so that nothing is ever recorded."""
    return _player(block, PUBLIC, now)


def _player(block: Any, context: Learner | Refused, now: datetime) -> Fragment:
    language = current_language()
    try:
        task = assignment.dressed(block, assignment.task_of(block))
    except RequestRefused as refusal:
        return _notice(block, messages.status_and_text(refusal.code)[1])
    fragment = Fragment(render("practice", {**_frame(block, task, language), **_for_the_team(context)}))
    fragment.add_css_url(block.runtime.local_resource_url(block, "public/player.css"))
    fragment.add_javascript_url(block.runtime.local_resource_url(block, "public/player.js"))
    fragment.initialize_js("DigiskillsPractice", _init_args(block, task, language, context, now))
    return fragment


def author_fragment(block: Any, now: datetime) -> Fragment:
    """What a teacher sees in Studio: what the task is about, what it counts for, and the task itself to try; nothing is stored."""
    language = current_language()
    try:
        task = assignment.dressed(block, assignment.task_of(block))
    except RequestRefused as refusal:
        return _notice(block, messages.status_and_text(refusal.code)[1])
    preview = learner_fragment(block, now)
    fragment = Fragment(render("author", {**_summary(block, task, language), **_for_the_team(bound_learner(block), author=True)}))
    fragment.add_content(preview.content)
    fragment.add_fragment_resources(preview)
    fragment.initialize_js(preview.js_init_fn, preview.json_init_args)
    return fragment


def settings_fragment(block: Any, form: Fragment) -> Fragment:
    """The author's form of fields, with the script that keeps its list of tasks to those that suit."""
    form.add_javascript_url(block.runtime.local_resource_url(block, "public/settings.js"))
    form.initialize_js("DigiskillsPracticeSettings", task_menu())
    return form


def task_page(task: TaskDefinition, language: Language) -> dict[str, Any]:
    """What the start page tells of a task: title, goal, why, lesson, minutes, in which other equal ways it may be asked for."""
    return {
        "id": task.id,
        "title": task.title.text(language),
        "goal": task.goal.text(language),
        "why": task.why.text(language),
        "minutes": task.minutes,
        "variants": list(task.variants),
        "lesson": [{"title": title.text(language), "body": body.text(language)} for title, body in task.lesson],
    }


def index_entry(block: Any) -> dict[str, Any]:
    """What course search indexes: the task's public texts in both languages, no answers, no variables."""
    try:
        task = assignment.task_of(block)
    except RequestRefused:
        return {"content_type": "Practice", "content": {"display_name": block.display_name}}
    public = [task.title, task.goal, task.why, *(text for page in task.lesson for text in page)]
    words = " ".join(part for text in public for part in (text.vi, text.en))
    return {"content_type": "Practice", "content": {"display_name": block.display_name, "task": words}}


def _init_args(block: Any, task: TaskDefinition, language: Language, context: Learner | Refused, now: datetime) -> dict[str, Any]:
    """What the player is started with; see ``init`` in public/player.js.

    Nobody's runs are kept on the device while nobody is signed in, and nobody's are wiped then: a session that ended is not another
    person.
    """
    signed_out = context in (Refused("not_signed_in"), PUBLIC)
    return {
        "strings": ui_strings.translated(language),
        "task": task_page(task, language),
        "state": page_state(block, context, now),
        "user": "" if signed_out else _opaque("user", str(block.scope_ids.user_id)),
        "usage": _opaque("usage", str(block.scope_ids.usage_id)),
        "language": language,
        "public": context == PUBLIC,
        # Fetched by the player when a run begins.
        "files": browser_files.addresses(block, task),
    }


def _frame(block: Any, task: TaskDefinition, language: Language) -> dict[str, Any]:
    return {
        "language": interface_language(language),
        "content_language": language,
        "title": task.title.text(language),
        "loading": gettext("Loading the exercise…"),
        "needs_script": gettext("This exercise needs JavaScript. Please switch it on in your browser."),
        "block_id": _opaque("usage", str(block.scope_ids.usage_id)),
    }


def _for_the_team(person: Learner | Refused | None, *, author: bool = False) -> dict[str, str]:
    """The link to the page of the course, for its team alone: in Studio everybody belongs to it, else those whom the runtime names so."""
    if not isinstance(person, Learner) or not (author or person.is_staff):
        return {"team_url": ""}
    return {"team_url": course_page_url(person.course_key), "team_link": gettext("For the course team: skills and tasks (opens a new tab)")}


def _summary(block: Any, task: TaskDefinition, language: Language) -> dict[str, Any]:
    return {
        "language": interface_language(language),
        "heading": gettext("Practice task"),
        "rows": [
            (gettext("Task"), f"{task.id} – {task.title.text(language)}"),
            (gettext("Task version"), str(task.version)),
            (gettext("Skills"), ", ".join(_skill_names(block.regulation, task, language))),
            (gettext("Audiences"), ", ".join(task.audiences)),
            (gettext("Counts under"), f"{block.regulation}, {block.audience} {block.school_level}".strip()),
            (gettext("Runs offered"), block.runs),
            (gettext("Scored attempts"), str(block.max_attempts or gettext("no limit"))),
            (gettext("Weight"), str(block.weight)),
        ],
        "preview": gettext("See it as a learner. Nothing is recorded here."),
        "facilitator": _notes(task.raw.get("facilitator", {}), language),
        "facilitator_heading": gettext("For the person who helps"),
    }


def _skill_names(regulation: str, task: TaskDefinition, language: Language) -> list[str]:
    """Codes with names from the framework of the regulation, codes alone where that does not know them."""
    try:
        framework = load_framework(load_regulation(regulation, data_dirs()).framework, data_dirs())
    except FrameworkDataError:
        return list(task.skills)
    names = {skill.code: skill.name.text(language) for skill in framework.skills}
    return [f"{code} {names[code]}" if code in names else code for code in task.skills]


def _notes(notes: dict[str, Any], language: Language) -> list[str]:
    """For who leads a group: one text, or what to say and how to share phones."""
    texts = [notes] if language in notes else [notes[part] for part in ("say", "groups") if part in notes]
    return [text[language] for text in texts]


def _notice(block: Any, text: str) -> Fragment:
    return Fragment(render("notice", {"text": text, "name": block.display_name}))


def render(name: str, context: dict[str, Any]) -> str:
    """A template of ours, ``templates/<name>.html``, filled; values are escaped."""
    return str(_template(name).render(Context(context)))


@cache
def _template(name: str) -> Template:
    """A template of ours, compiled once: `ResourceLoader.render_django_template` compiles for every page, which costs 0.5 ms."""
    return Engine().from_string(_loader.load_unicode(f"templates/{name}.html"))


def _opaque(kind: str, value: str) -> str:
    """A key for the browser's storage that names neither person nor course."""
    return hmac.new(settings.SECRET_KEY.encode(), f"digiskills-practice/{kind}/{value}".encode(), sha256).hexdigest()[:32]
