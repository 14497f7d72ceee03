"""What a learner reads when a request is refused, by the error's code, and the HTTP status that goes with it."""

from __future__ import annotations

from digiskills_xblock.i18n import gettext
from digiskills_xblock.i18n import gettext_noop as _

CODES: dict[str, tuple[int, str]] = {
    "attempt_closed": (409, _("Your teacher has reset this exercise. Please start again.")),
    "attempt_limit_reached": (403, _("You have used all scored attempts. You can still practise with guidance.")),
    "attempt_not_found": (404, _("This attempt was not found. Please start again.")),
    "bad_request": (400, _("Something in the request is wrong. Reload the page and try again.")),
    "body_invalid": (400, _("Something in the request is wrong. Reload the page and try again.")),
    "body_too_large": (413, _("There were too many steps in this attempt. Please start again.")),
    "internal_error": (500, _("Something went wrong on our side. Your work is kept on this device; please try again later.")),
    "method_not_allowed": (405, _("Something in the request is wrong. Reload the page and try again.")),
    "not_handed_in": (409, _("First hand in your work; then you can see how it is done.")),
    "not_permitted": (403, _("Somebody who was with you noted that they helped. Please ask them if that is not right.")),
    "past_due": (403, _("The due date is over. You can still practise with guidance.")),
    "recording_stopped": (
        503,
        _("Scored attempts are paused for a short time. What you did is kept on this device. You can practise with guidance now."),
    ),
    "retest_too_soon": (403, _("It is too early for another scored attempt. You can practise with guidance now.")),
    "result_hidden": (403, _("Your teacher has chosen to show results later or not at all.")),
    "run_kind_invalid": (400, _("Something in the request is wrong. Reload the page and try again.")),
    "run_not_offered": (403, _("This exercise does not offer this kind of run. Reload the page.")),
    "run_unreadable": (
        410,
        _("This run was made with another version of the task. It can no longer be shown step by step; its result is kept."),
    ),
    "task_changed": (409, _("This exercise was updated in the meantime. Please start again.")),
    "task_unavailable": (409, _("This exercise is not set up correctly. Please tell your teacher.")),
    "token_expired": (410, _("This trial run is more than 12 hours old. Please start again.")),
    "token_invalid": (400, _("This trial run does not belong to this page. Please start again.")),
    "too_many_requests": (429, _("That was a little fast. Your work is kept on this device; please wait a minute and try again.")),
    "trace_gone": (410, _("What was done in this run is no longer kept; its result is.")),
    "trace_invalid": (400, _("The recorded steps cannot be read. Please start again.")),
    "unknown_context": (409, _("This exercise is not set up correctly. Please tell your teacher.")),
}


def status_and_text(code: str) -> tuple[int, str]:
    """HTTP status and translated message; a code that is not in the table is answered as ``bad_request``."""
    status, message = CODES.get(code, CODES["bad_request"])
    return status, gettext(message)
