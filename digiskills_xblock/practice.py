"""`digiskills_practice`: one task of the library in a course. Thin: fields, and which module does what."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from lxml import etree
from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.exceptions import NoSuchHandlerError
from xblock.fields import DateTime, Float, Integer, Scope, String, UserScope
from xblock.utils.studio_editable import StudioEditableXBlockMixin
from xblock.validation import ValidationMessage

from digiskills_xblock import attempts, correctness, settings_check, views
from digiskills_xblock.i18n import gettext
from digiskills_xblock.i18n import gettext_noop as _
from digiskills_xblock.json_http import answer, tell
from digiskills_xblock.runs import BOTH, RUNS
from digiskills_xblock.scoring import PracticeScoring


@XBlock.needs("i18n")
@XBlock.needs("user")
class DigiskillsPracticeXBlock(PracticeScoring, StudioEditableXBlockMixin, XBlock):  # type: ignore[misc]  # XBlock ships no types
    """A practice task, played in the browser on a simulated phone and scored on the server from the recorded actions."""

    display_name = String(
        display_name=_("Name"), help=_("Shown above the task and in the outline."), default=_("Practice task"), scope=Scope.settings
    )
    task_id = String(
        display_name=_("Task"),
        help=_("Which task of the library is practised. The list has those that suit the audience and school level chosen below."),
        default="S3-01",
        scope=Scope.content,
        values_provider=settings_check.task_choices,
    )
    task_version = Integer(
        display_name=_("Task version"),
        help=_("0 takes the newest version; a number stays with that version."),
        default=0,
        scope=Scope.content,
    )
    regulation = String(
        display_name=_("Regulation"),
        help=_("The rules under which results count, as id/version."),
        default="vn-default/1",
        scope=Scope.settings,
        values_provider=lambda _block: settings_check.regulation_choices(),
    )
    audience = String(
        display_name=_("Audience"),
        help=_("For whom the task counts."),
        default="citizen",
        scope=Scope.settings,
        values_provider=lambda _block: settings_check.audience_choices(),
    )
    school_level = String(
        display_name=_("School level"),
        help=_("For students only, for example TC1; empty for everybody else."),
        default="",
        scope=Scope.settings,
    )
    runs = String(
        display_name=_("Runs offered"),
        help=_("Both kinds of runs, only practice with guidance, or only scored runs. Guided practice never counts."),
        default=BOTH,
        scope=Scope.settings,
        values=list(RUNS),
    )
    weight = Float(display_name=_("Weight"), help=_("Points of this task in the course's grade."), default=1.0, scope=Scope.settings)
    max_attempts = Integer(
        display_name=_("Scored attempts"),
        help=_("How many scored attempts each learner has; empty for no limit. Guided practice is never limited."),
        default=None,
        scope=Scope.settings,
    )
    show_correctness = String(
        display_name=_("Show results"),
        help=_("When learners see score and feedback."),
        default=correctness.ALWAYS,
        scope=Scope.settings,
        values=list(correctness.VALUES),
    )
    due = DateTime(
        display_name=_("Due date"), help=_("Scored attempts end at this time."), default=None, scope=Scope.settings, enforce_type=True
    )

    editable_fields = (
        "display_name",
        "task_id",
        "task_version",
        "regulation",
        "audience",
        "school_level",
        "runs",
        "weight",
        "max_attempts",
        "show_correctness",
    )
    has_author_view = True
    icon_class = "problem"
    # Completed by its score: the platform does so for every block with a score that has no completion of its own, and thus also
    # for grades that the sweeper publishes. A guided run completes nothing.
    completion_mode = XBlockCompletionMode.COMPLETABLE

    @XBlock.supports("multi_device")
    def student_view(self, _context: object = None) -> Fragment:
        """The task for a learner."""
        return views.learner_fragment(self, timezone.now())

    def author_view(self, _context: object = None) -> Fragment:
        """The task for its teacher, in Studio."""
        return views.author_fragment(self, timezone.now())

    def studio_view(self, context: object = None) -> Fragment:
        """The settings for an author; the list of tasks follows the audience and school level that are chosen."""
        return views.settings_fragment(self, super().studio_view(context))

    @XBlock.handler
    def fallback_handler(self, handler_name: str, request: Request, suffix: str = "") -> Response:
        """The handlers ``start`` … ``replay`` (`attempts.ENDPOINTS`): JSON in, JSON out, POST only.

        They are no methods of these names: the platform gives every block a field ``start`` (xmodule/modulestore/inheritance.py),
        which a method would hide from its access checks. The runtime calls this for every name that is no handler.
        """
        del suffix
        if handler_name not in attempts.ENDPOINTS:
            raise NoSuchHandlerError(f"{handler_name!r} is no handler of {self.scope_ids.block_type}")
        return answer(attempts.ENDPOINTS[handler_name], self, request)

    def public_view(self, _context: object = None) -> Fragment:
        """The task for anybody who comes by, without an account: played and scored, never recorded."""
        return views.public_fragment(self, timezone.now())

    @XBlock.handler
    def student_view_user_state(self, request: Request, _suffix: str = "") -> Response:
        """For native apps, by GET: what the start page tells the learner of their attempts (see `page_state`)."""
        return tell(attempts.state, self, request)

    def student_view_data(self, _context: object = None) -> dict[str, Any]:
        """For the platform's course blocks API (mobile): which task it is; nothing of its content."""
        return {"task_id": self.task_id, "task_version": self.task_version}

    def index_dictionary(self) -> dict[str, Any]:
        """For course search; adds to what the platform's own mixins index."""
        inherited: dict[str, Any] = getattr(super(), "index_dictionary", dict)()
        entry = views.index_entry(self)
        return {**inherited, **entry, "content": {**inherited.get("content", {}), **entry["content"]}}

    def validate_field_data(self, validation: Any, data: Any) -> None:
        """Refuse what cannot work, when an author saves and when Studio shows the block."""
        for problem in settings_check.problems(data):
            validation.add(ValidationMessage(ValidationMessage.ERROR, problem))

    def ugettext(self, text: str) -> str:
        """Names and helps of fields, from our own catalogues."""
        return gettext(text)

    def add_xml_to_node(self, node: etree._Element) -> None:
        """Export content and settings; what belongs to a learner never leaves by OLX."""
        super().add_xml_to_node(node)
        for name, field in self.fields.items():
            # The scopes of parent and children are bare sentinels, without a user.
            if getattr(field.scope, "user", UserScope.NONE) is not UserScope.NONE and name in node.attrib:
                del node.attrib[name]

    @staticmethod
    def workbench_scenarios() -> list[tuple[str, str]]:
        """What the workbench shows."""
        return [("Practice task S3-01", '<digiskills_practice task_id="S3-01" regulation="demo-s3-a1/1" audience="citizen"/>')]
