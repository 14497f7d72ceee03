"""Course certificates that wait for "completed", through the real openedx-filters."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from opaque_keys.edx.keys import CourseKey
from openedx_filters.learning.filters import CertificateCreationRequested
from pytest_django import Settings

from digiskills_grading import api, certificates, doctor, handlers, platform
from digiskills_grading.data import LearnerRef
from digiskills_grading.errors import ConfigurationError
from digiskills_grading.models import HeldCertificate, Track
from digiskills_grading.settings import common, production
from digiskills_grading.settings.hooks import FILTER, STEP
from tests.grading.helpers import AUDIENCE, COURSE, NOW, REGULATION, account, later

RULE = {"courses": "course-v1:MayTrang+*", "regulation": REGULATION, "audience": AUDIENCE}
OTHER_COURSE = "course-v1:Elsewhere+X+2026"


@pytest.fixture(autouse=True)
def _a_rule(settings: Settings) -> None:
    settings.DIGISKILLS_CERTIFICATE_RULES = [RULE]
    common.plugin_settings(settings)


def request(learner: LearnerRef, course: str = COURSE) -> tuple[Any, ...]:
    """What the platform does before it makes a certificate."""
    user = get_user_model().objects.get(pk=learner.user_id)
    result: tuple[Any, ...] = CertificateCreationRequested.run_filter(
        user=user, course_key=CourseKey.from_string(course), mode="honor", status=None, grade=0.9, generation_mode="batch"
    )
    return result


def is_held(learner: LearnerRef, course: str = COURSE) -> bool:
    try:
        request(learner, course)
    except CertificateCreationRequested.PreventCertificateCreation:
        return True
    return False


def completed(name: str) -> LearnerRef:
    learner = account(name)
    api.ensure_track(learner, regulation=REGULATION, audience=AUDIENCE)
    Track.objects.filter(learner__user_id=learner.user_id).update(status=Track.Status.COMPLETED)
    return learner


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """What the platform was asked for again."""
    requests: list[tuple[int, str]] = []

    def ask(user_id: int, course_key: str) -> bool:
        requests.append((user_id, course_key))
        return True

    monkeypatch.setattr(platform, "request_certificate", ask)
    return requests


@pytest.mark.django_db
def test_a_certificate_waits_with_a_message_and_is_noted_once() -> None:
    learner = account("man")
    with pytest.raises(CertificateCreationRequested.PreventCertificateCreation, match="all digital skills"):
        request(learner)
    assert is_held(learner)
    row = HeldCertificate.objects.get()
    assert (row.user_id, row.course_key, row.regulation, row.audience) == (learner.user_id, COURSE, REGULATION, AUDIENCE)


@pytest.mark.django_db(transaction=True)
def test_who_has_completed_and_other_courses_get_theirs_unchanged() -> None:
    learner = completed("lan")
    user, course_key, *rest = request(learner)
    assert (user.pk, str(course_key), rest) == (learner.user_id, COURSE, ["honor", None, 0.9, "batch"])
    assert not is_held(account("man"), OTHER_COURSE)
    assert not HeldCertificate.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_platform_is_asked_again_after_completion_and_only_then(asked: list[tuple[int, str]]) -> None:
    learner, other = account("man"), account("lan")
    assert is_held(learner)
    assert is_held(other)
    assert certificates.ask_again(now=NOW, limit=10) == 0
    completed("man")
    assert certificates.ask_again(now=later(1), limit=10) == 1
    assert asked == [(learner.user_id, COURSE)]
    assert certificates.ask_again(now=later(2), limit=10) == 0
    assert [row.user_id for row in HeldCertificate.objects.all()] == [other.user_id]


@pytest.mark.django_db(transaction=True)
def test_one_that_is_held_again_meanwhile_stays_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    learner = account("man")
    assert is_held(learner)
    completed("man")

    def ask(user_id: int, course_key: str) -> bool:
        Track.objects.update(status=Track.Status.WITHDRAWN)
        assert is_held(learner)
        return False

    monkeypatch.setattr(platform, "request_certificate", ask)
    assert certificates.ask_again(now=later(1), limit=10) == 0
    assert HeldCertificate.objects.count() == 1


@pytest.fixture
def _broken(transactional_db: None) -> Iterator[None]:
    """Our tables cannot be read."""
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE digiskills_grading_heldcertificate RENAME TO held_elsewhere")
    yield
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE held_elsewhere RENAME TO digiskills_grading_heldcertificate")


@pytest.mark.usefixtures("_broken")
@pytest.mark.parametrize("on_error, held", [("allow", False), ("hold", True)])
def test_our_own_failure_lets_pass_unless_it_is_to_hold(settings: Settings, on_error: str, held: bool) -> None:
    settings.DIGISKILLS_CERTIFICATE_ON_ERROR = on_error
    assert is_held(account("man")) is held


@pytest.mark.django_db
@pytest.mark.parametrize("entry", ["course", {}, {**RULE, "audience": ""}, {**RULE, "course": "x"}])
def test_a_wrong_rule_is_refused_by_name_and_lets_certificates_pass(settings: Settings, entry: object) -> None:
    settings.DIGISKILLS_CERTIFICATE_RULES = [entry]
    with pytest.raises(ConfigurationError, match=r"DIGISKILLS_CERTIFICATE_RULES\[0\]"):
        certificates.rules()
    assert not is_held(account("man"))
    assert {finding.level for finding in doctor.examine(now=NOW) if finding.check == "certificates"} == {"fail"}


@pytest.mark.django_db
def test_the_doctor_says_whether_certificates_wait_and_whether_the_filter_runs(settings: Settings) -> None:
    def finding() -> tuple[str, str]:
        (one,) = [one for one in doctor.examine(now=NOW) if one.check == "certificates"]
        return one.level, one.what

    assert finding() == ("ok", "certificates wait in course-v1:MayTrang+*; 0 wait now")
    settings.OPEN_EDX_FILTERS_CONFIG = {}
    assert finding()[0] == "fail"
    settings.DIGISKILLS_CERTIFICATE_RULES = []
    assert finding() == ("ok", "course certificates do not wait for a decision")


@pytest.mark.parametrize(
    "given, pipeline",
    [
        (None, [STEP]),
        ("own.Step", ["own.Step", STEP]),
        (["own.Step"], ["own.Step", STEP]),
        ({"pipeline": ["own.Step", STEP], "fail_silently": False}, ["own.Step", STEP]),
    ],
)
def test_the_step_is_added_behind_the_operators_own_and_only_with_a_rule(given: object, pipeline: list[str]) -> None:
    site = SimpleNamespace(OPEN_EDX_FILTERS_CONFIG={} if given is None else {FILTER: given})
    common.plugin_settings(site)
    assert ({} if given is None else {FILTER: given}) == site.OPEN_EDX_FILTERS_CONFIG
    site.ENV_TOKENS = {"DIGISKILLS_CERTIFICATE_RULES": [RULE]}
    production.plugin_settings(site)
    assert site.OPEN_EDX_FILTERS_CONFIG[FILTER]["pipeline"] == pipeline
    assert site.OPEN_EDX_FILTERS_CONFIG[FILTER]["fail_silently"] is not isinstance(given, dict)


@pytest.mark.django_db(transaction=True)
def test_nothing_waits_for_a_retired_account() -> None:
    learner = account("man")
    assert is_held(learner)
    handlers.retire(get_user_model().objects.get(pk=learner.user_id))
    assert not HeldCertificate.objects.exists()
