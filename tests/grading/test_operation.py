"""What operators and support staff have in hand: commands, admin, settings."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client, override_settings

from digiskills_grading import api, handlers, sweeping
from digiskills_grading.apps import DigiskillsGradingConfig
from digiskills_grading.models import Attempt, ClassSession, Decision, Evidence, Trace
from digiskills_grading.settings import common, production
from tests.grading.helpers import account, attempt, block, later
from tests.grading.test_grades import Gradebook

APPEND_ONLY = (Attempt, Evidence, Decision)
SINK = "tests.grading.test_grades.Gradebook"


@pytest.mark.django_db
def test_the_sweep_command_does_all_three_and_says_so() -> None:
    learner = account("man")
    attempt(learner, block(), now=later(-60 * 24 * 91))
    context = block("other")
    attempt(learner, context, now=later(-60 * 24 * 91))
    api.request_reset(learner, course_key=context.course_key, usage_key=context.usage_key, actor=None)
    out = io.StringIO()
    with override_settings(DIGISKILLS_GRADE_SINK=SINK):
        call_command("digiskills_sweep", json=True, stdout=out)
        call_command("digiskills_sweep", stdout=out)
    first, second = out.getvalue().splitlines()
    assert json.loads(first) == {"grades": 1, "requests": 1, "purged": 2, "certificates": 0, "reviewed": 0}
    assert second == "0 grades published, 0 requests done, 0 traces purged, 0 certificates asked for again, 0 learners reviewed"


@pytest.mark.django_db
def test_a_trace_is_purged_when_its_time_has_come_and_the_result_stays() -> None:
    result = attempt(account("man"), block())
    keep = 60 * 24 * 90
    assert sweeping.purge_traces(now=later(keep - 1), limit=10) == 0
    assert sweeping.sweep(Gradebook(), now=later(keep), limit=10).purged == 1
    assert not Trace.objects.exists()
    assert api.attempt_result(account("man"), result.public_id).score_milli == 1000


@pytest.fixture
def superuser() -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root"))
    return client


@pytest.mark.django_db
def test_every_admin_list_opens(superuser: Client) -> None:
    attempt(account("man"), block())
    ours = [model for model in admin.site._registry if model._meta.app_label == "digiskills_grading"]
    assert {Attempt, Evidence, Decision} < set(ours)
    for model in ours:
        assert superuser.get(f"/admin/digiskills_grading/{model._meta.model_name}/", {"q": "x"}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("model", APPEND_ONLY)
def test_not_even_a_superuser_changes_what_is_append_only(superuser: Client, model: type[Attempt | Evidence | Decision]) -> None:
    attempt(account("man"), block())
    row = model.objects.get()
    base = f"/admin/digiskills_grading/{model._meta.model_name}"
    assert superuser.get(f"{base}/{row.pk}/change/").status_code == 200
    assert [superuser.post(url).status_code for url in (f"{base}/add/", f"{base}/{row.pk}/change/", f"{base}/{row.pk}/delete/")] == [
        403
    ] * 3


@pytest.mark.django_db
def test_the_admin_does_not_tell_a_seed(superuser: Client) -> None:
    attempt(account("man"), block())
    row = Attempt.objects.get()
    page = superuser.get(f"/admin/digiskills_grading/attempt/{row.pk}/change/").content.decode()
    assert row.public_id in page
    assert str(row.seed) not in page


@pytest.mark.django_db
def test_a_class_session_made_in_the_admin_gets_its_outward_id(superuser: Client) -> None:
    values = {"kind": "lesson", "title": "Buổi 1", "starts_at_0": "2026-11-22", "starts_at_1": "08:00:00", "minutes": "90"}
    assert superuser.post("/admin/digiskills_grading/classsession/add/", values).status_code == 302
    assert len(ClassSession.objects.get().public_id) == 26


def test_settings_keep_what_the_operator_gave() -> None:
    untouched = SimpleNamespace()
    common.plugin_settings(untouched)
    assert untouched.DIGISKILLS_GRADE_SINK == "digiskills_grading.platform.lms_grade_sink"
    assert untouched.DIGISKILLS_PII_KEYS == []
    given = SimpleNamespace(DIGISKILLS_GRADE_SINK="theirs", ENV_TOKENS={}, AUTH_TOKENS={"DIGISKILLS_PII_KEYS": ["key"]})
    common.plugin_settings(given)
    production.plugin_settings(given)
    assert (given.DIGISKILLS_GRADE_SINK, given.DIGISKILLS_PII_KEYS) == ("theirs", ["key"])


def test_the_platform_finds_settings_and_urls_where_the_plugin_says() -> None:
    config = apps.get_app_config("digiskills_grading")
    assert isinstance(config, DigiskillsGradingConfig)
    settings_config = config.plugin_app["settings_config"]
    assert set(settings_config) == {"lms.djangoapp", "cms.djangoapp"}
    modules = {f"digiskills_grading.{entry['relative_path']}" for kinds in settings_config.values() for entry in kinds.values()}
    assert {__import__(name, fromlist=["x"]).plugin_settings.__name__ for name in modules} == {"plugin_settings"}
    for receiver in config.plugin_app["signals_config"]["lms.djangoapp"]["receivers"]:
        assert callable(getattr(handlers, receiver["receiver_func_name"]))
    assert config.plugin_app["url_config"]["lms.djangoapp"]["namespace"] == "digiskills"
