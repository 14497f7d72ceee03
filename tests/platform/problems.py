"""An ordinary problem of the platform beside the practice tasks: two questions, each worth one point, of weight 2."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tests.platform.people import Person
from tests.platform.places import Course

NAME = "final-quiz"
RIGHT, WRONG = "yes", "no"


def add_problem(course: Course, *, skills: str = "") -> Any:
    """A published problem in the course's unit, to both of whose questions "yes" is right. Returns its key.

    The name becomes the block's id. openedx/edx-platform: xmodule/modulestore/tests/factories.py::BlockFactory
    """
    from xmodule.modulestore.django import modulestore
    from xmodule.modulestore.tests.factories import BlockFactory

    metadata = {"digiskills_skills": skills} if skills else {}
    found = BlockFactory.create(
        parent=modulestore().get_item(course.unit), category="problem", display_name=NAME, data=_xml(RIGHT), weight=2.0, metadata=metadata
    )
    return found.location


def change_key(block: Any, second_answer: str) -> None:
    """Another answer is right to the second question from now on.

    openedx/edx-platform: lms/djangoapps/instructor_task/tests/test_base.py::InstructorTaskModuleTestCase.redefine_option_problem
    """
    from xmodule.modulestore import ModuleStoreEnum
    from xmodule.modulestore.django import modulestore

    store = modulestore()
    with store.branch_setting(ModuleStoreEnum.Branch.draft_preferred, block.course_key):
        found = store.get_item(block)
        found.data = _xml(second_answer)
        store.update_item(found, ModuleStoreEnum.UserID.test)
        store.publish(block, ModuleStoreEnum.UserID.test)


def answer_problem(person: Person, block: Any, first: str, second: str) -> None:
    """Sends both answers as the problem's page does.

    openedx/edx-platform: xmodule/capa_block.py::ProblemBlock.handle_ajax, ``problem_check``
    """
    from openedx.core.lib.url_utils import quote_slashes

    where = {
        "course_id": str(block.course_key),
        "usage_id": quote_slashes(str(block)),
        "handler": "xmodule_handler",
        "suffix": "problem_check",
    }
    inputs = {f"input_{block.block_id}_2_1": first, f"input_{block.block_id}_3_1": second}
    assert person.client.post(reverse("xblock_handler", kwargs=where), inputs).status_code == 200


def _xml(second_answer: str) -> str:
    question = "<optionresponse><optioninput options=\"('yes','no')\" correct=\"{}\"/></optionresponse>"
    return f"<problem>{question.format(RIGHT)}{question.format(second_answer)}</problem>"
