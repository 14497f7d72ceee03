"""A course certificate waits until the learner has completed, and comes then by itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from digiskills_grading import certificates
from digiskills_grading.models import HeldCertificate
from digiskills_grading.settings.hooks import hook_certificates
from tests.platform.people import Person
from tests.platform.places import REGULATION, Course

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def _certificates_wait(settings: Any, course: Course) -> None:
    """A rule for the course, the way our settings put it into force; the platform makes certificates.

    openedx/edx-platform: lms/djangoapps/certificates/utils.py::has_html_certificates_enabled
    """
    settings.FEATURES = {**settings.FEATURES, "CERTIFICATES_HTML_VIEW": True}
    settings.DIGISKILLS_CERTIFICATE_RULES = [{"courses": "course-v1:MayTrang+*", "regulation": REGULATION, "audience": "citizen"}]
    hook_certificates(settings)


@pytest.fixture
def entitled(course: Course, learner: Person) -> Person:
    """To whom the platform would give a certificate now: on the allowlist, in a mode with certificates.

    openedx/edx-platform: lms/djangoapps/certificates/generation_handler.py::_can_generate_allowlist_certificate
    """
    from common.djangoapps.student.models import CourseEnrollment
    from lms.djangoapps.certificates.tests.factories import CertificateAllowlistFactory

    CourseEnrollment.enroll(learner.user, course.key, mode="honor")
    CertificateAllowlistFactory(user=learner.user, course_id=course.key)
    return learner


def ask(learner: Person, course: Course) -> bool:
    """openedx/edx-platform: lms/djangoapps/certificates/api.py::generate_certificate_task"""
    from lms.djangoapps.certificates.api import generate_certificate_task

    return bool(generate_certificate_task(learner.user, course.key))


def status(learner: Person, course: Course) -> str | None:
    """openedx/edx-platform: lms/djangoapps/certificates/models.py::GeneratedCertificate.certificate_for_student"""
    from lms.djangoapps.certificates.models import GeneratedCertificate

    found = GeneratedCertificate.certificate_for_student(learner.user, course.key)
    return None if found is None else str(found.status)


def test_without_a_rule_the_platform_makes_certificates_as_ever(settings: Any, course: Course, entitled: Person) -> None:
    settings.FEATURES = {**settings.FEATURES, "CERTIFICATES_HTML_VIEW": True}
    assert ask(entitled, course)
    assert status(entitled, course) == "downloadable"


@pytest.mark.usefixtures("_certificates_wait")
def test_it_waits_and_comes_after_completion(course: Course, entitled: Person) -> None:
    """openedx/edx-platform: lms/djangoapps/certificates/generation_handler.py::_generate_certificate_task runs the filter."""
    assert not ask(entitled, course)
    assert status(entitled, course) is None
    assert HeldCertificate.objects.get().user_id == entitled.user.id
    assert certificates.ask_again(now=timezone.now(), limit=10) == 0
    for usage_key in course.tasks.values():
        entitled.play(usage_key)
    assert certificates.ask_again(now=timezone.now(), limit=10) == 1
    assert status(entitled, course) == "downloadable"
    assert not HeldCertificate.objects.exists()


@pytest.mark.usefixtures("_certificates_wait")
def test_who_has_completed_before_does_not_wait(course: Course, entitled: Person) -> None:
    for usage_key in course.tasks.values():
        entitled.play(usage_key)
    assert ask(entitled, course)
    assert status(entitled, course) == "downloadable"


@pytest.mark.usefixtures("_certificates_wait")
def test_a_refusal_breaks_nothing_where_the_platform_asks_by_itself(course: Course, learner: Person) -> None:
    """A learner who changes to a mode with certificates: openedx/edx-platform:
    lms/djangoapps/certificates/signals.py::_listen_for_enrollment_mode_change."""
    from common.djangoapps.student.models import CourseEnrollment
    from lms.djangoapps.certificates.tests.factories import CertificateAllowlistFactory

    CertificateAllowlistFactory(user=learner.user, course_id=course.key)
    CourseEnrollment.enroll(learner.user, course.key, mode="honor")
    assert status(learner, course) is None
