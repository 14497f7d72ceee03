"""What staff do to a learner's answers with the instructor's tools, to any block."""

from __future__ import annotations

from typing import Any

from django.test import RequestFactory
from django.urls import reverse

from tests.platform.people import Person


def delete_state(teacher: Person, block: Any, learner: Person) -> None:
    """The button "Delete learner's state".

    openedx/edx-platform: lms/djangoapps/instructor/views/api.py::ResetStudentAttempts.post
    """
    _reset(teacher, block, learner, delete_module=True)


def reset_attempts(teacher: Person, block: Any, learner: Person) -> None:
    """The button "Reset attempts": the number of attempts, not the score."""
    _reset(teacher, block, learner, delete_module=False)


def rescore(teacher: Person, block: Any, learner: Person, *, only_if_higher: bool = False) -> None:
    """The button "Rescore learner's submission"; its task runs at once under the platform's test settings.

    openedx/edx-platform: lms/djangoapps/instructor_task/tasks_helper/module_state.py::rescore_problem_module_state
    """
    from celery.states import SUCCESS
    from lms.djangoapps.instructor_task.api import submit_rescore_problem_for_student
    from lms.djangoapps.instructor_task.models import InstructorTask

    task = submit_rescore_problem_for_student(staff_request(teacher), block, learner.user, only_if_higher)
    assert InstructorTask.objects.get(id=task.id).task_state == SUCCESS


def override(teacher: Person, block: Any, learner: Person, score: float) -> None:
    """The button "Override learner's score".

    openedx/edx-platform: lms/djangoapps/instructor_task/tasks_helper/module_state.py::override_score_module_state
    """
    from lms.djangoapps.instructor_task.api import submit_override_score

    submit_override_score(staff_request(teacher), block, learner.user, score)


def staff_request(teacher: Person) -> Any:
    """A request from which the platform starts a task. openedx/edx-platform: lms/djangoapps/instructor_task/api_helper.py"""
    request = RequestFactory().post("/")
    request.user = teacher.user
    return request


def _reset(teacher: Person, block: Any, learner: Person, *, delete_module: bool) -> None:
    url = reverse("reset_student_attempts", kwargs={"course_id": str(block.course_key)})
    body = {"problem_to_reset": str(block), "unique_student_identifier": learner.user.email, "delete_module": delete_module}
    assert teacher.client.post(url, body).status_code == 200
