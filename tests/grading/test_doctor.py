"""The doctor: one line for each thing that can be wrong, and what to do about it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import celery
import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from pytest_django import Settings

import digiskills_xblock
from digiskills_grading import api, doctor, switches, worker_runs
from digiskills_grading.data import Finding
from digiskills_grading.data.operations import age_in_words
from digiskills_grading.doctor import surroundings
from digiskills_grading.models import BlockMapping, Inbox, Person, RegulationVersion
from tests.grading.helpers import NOW, account, attempt, block, later

pytestmark = pytest.mark.django_db
PUBLIC = Path(digiskills_xblock.__file__).parent / "public"


@pytest.fixture(autouse=True)
def _surroundings(settings: Settings) -> Iterator[None]:
    """Celery as in the platform's tests; nothing remembered of switches."""
    settings.DIGISKILLS_GRADE_SINK = "tests.grading.test_grades.Gradebook"
    app = celery.Celery("doctor", set_as_current=True)
    app.conf.task_always_eager = True
    switches.forget()
    yield
    switches.forget()
    app.close()


def found(check: str) -> Finding:
    """The one finding of this name."""
    (finding,) = [finding for finding in doctor.examine(now=timezone.now()) if finding.check == check]
    return finding


def level(check: str) -> str:
    return found(check).level


def test_a_fresh_installation_fails_in_nothing_and_says_what_is_left_to_do() -> None:
    findings = doctor.examine(now=timezone.now())
    assert [finding for finding in findings if finding.level == "fail"] == []
    assert {finding.check for finding in findings if finding.level == "warn"} == {
        "signing_keys",
        "runs.digiskills_grading.process_inbox",
        "runs.digiskills_grading.fold_counters",
        "runs.digiskills_grading.sweep",
        "runs.digiskills_grading.review_due",
        "runs.digiskills_grading.refresh_courses",
        "runs.digiskills_integrations.issue",
        "runs.digiskills_integrations.deliver",
        "runs.digiskills_integrations.sweep",
    }
    assert all(finding.todo for finding in findings if finding.level != "ok")


def test_our_apps_and_blocks_are_those_of_the_distribution() -> None:
    assert found("apps").what == "loaded: digiskills_grading, digiskills_integrations, digiskills_xblock.pages"
    assert "digiskills_practice" in found("blocks").what


def test_an_app_that_was_not_loaded_is_named(settings: Settings) -> None:
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if not app.startswith("digiskills_integrations")]
    assert found("apps").level == "fail"
    assert "digiskills_integrations" in found("apps").what


def test_a_migration_that_was_not_applied_is_named() -> None:
    ((app, name),) = MigrationLoader(connection).graph.leaf_nodes("digiskills_grading")
    MigrationRecorder(connection).record_unapplied(app, name)
    assert (found("migrations").level, found("migrations").what) == ("fail", f"not applied: {app}.{name}")


@pytest.mark.parametrize("keys", [[], ["no key"]])
def test_personal_data_needs_a_key(settings: Settings, keys: list[str]) -> None:
    settings.DIGISKILLS_PII_KEYS = keys
    assert level("pii_keys") == "fail"


def test_a_key_that_does_not_open_what_is_stored_is_no_key(settings: Settings) -> None:
    api.record_person(account("man"), name="Nguyễn Thị Lan")
    assert found("pii_keys").what.endswith("also what is stored")
    settings.DIGISKILLS_PII_KEYS = [Fernet.generate_key().decode()]
    assert level("pii_keys") == "fail"
    assert Person.objects.count() == 1


def test_a_sink_that_cannot_be_imported_fails(settings: Settings) -> None:
    settings.DIGISKILLS_GRADE_SINK = "no.such.sink"
    assert level("grade_sink") == "fail"


def test_a_switch_that_is_off_is_shown_with_its_reason() -> None:
    switches.turn("issuing", on=False, reason="a key was stolen", actor_id=None, now=timezone.now() - timedelta(hours=3))
    assert found("switch.issuing").level == "warn"
    assert found("switch.issuing").what == "issuing is off since 3 h: a key was stolen"
    assert level("switch.recording") == "ok"


@pytest.mark.parametrize("age, expected", [(1, "ok"), (10, "warn"), (60 * 24, "fail")])
def test_a_worker_is_judged_by_its_last_run(age: int, expected: str) -> None:
    worker_runs.note(worker_runs.FOLD_COUNTERS, now=timezone.now() - timedelta(minutes=age))
    assert level("runs.digiskills_grading.fold_counters") == expected


def test_a_run_is_noted_once_a_task() -> None:
    worker_runs.note(worker_runs.SWEEP, now=NOW)
    worker_runs.note(worker_runs.SWEEP, now=later(1))
    assert worker_runs.last() == {worker_runs.SWEEP: later(1)}


def test_a_broker_that_does_not_answer_fails() -> None:
    celery.current_app.conf.update(task_always_eager=False, broker_url="redis://127.0.0.1:1/0")
    assert level("broker") == "fail"


def test_a_broker_without_its_client_fails() -> None:
    celery.current_app.conf.update(task_always_eager=False, broker_url="digiskills-nowhere://127.0.0.1:1/0")
    assert (level("broker"), found("broker").todo) == ("fail", "install the client of the broker, e.g. the package redis")


def test_a_site_without_celery_is_told_to_use_cron() -> None:
    celery.current_app.conf.update(task_always_eager=False, broker_url=None)
    assert (found("broker").level, found("broker").todo) == ("warn", "run the commands from cron")


def test_grades_that_wait_are_counted_with_their_age() -> None:
    attempt(account("man"), block(), now=timezone.now() - timedelta(hours=1))
    assert found("backlog.grades").level == "warn"
    assert found("backlog.grades").what == "1 grades that the platform does not hold yet wait, the oldest for 1 h"


def test_scores_that_were_given_up_are_told() -> None:
    values = {"user_id": 1, "course_key": "c", "usage_key": "u", "modified_at": NOW, "received_at": NOW}
    Inbox.objects.create(**values, possible=1, earned=1, not_before=None)
    assert level("inbox.given_up") == "warn"
    assert level("backlog.inbox") == "ok"


@pytest.mark.parametrize("key, digest", [("demo-s3-a1/1", "0" * 64), ("no-such-regulation/1", None)])
def test_a_regulation_that_was_changed_or_is_gone_fails(key: str, digest: str | None) -> None:
    RegulationVersion.objects.update_or_create(key=key, defaults={"digest": digest})
    assert level("regulations") == "fail"
    assert key in found("regulations").what


@pytest.mark.parametrize("setting", ["DIGISKILLS_SKILLS_FIELD_COURSES", "DIGISKILLS_TAG_COURSES"])
def test_one_right_answer_must_not_stand_for_a_skill(settings: Settings, setting: str) -> None:
    """Questions that course teams declare count one by one; a regulation has to ask for practice beside them, or for several."""
    RegulationVersion.objects.update_or_create(key="vn-default/2", defaults={"digest": None})
    RegulationVersion.objects.update_or_create(key="demo-assured/1", defaults={"digest": None})
    assert level("questions") == "ok"
    settings.DIGISKILLS_TAXONOMY = "digiskills-vn"
    setattr(settings, setting, ["course-v1:MayTrang+*"])
    assert level("questions") == "warn"
    assert "vn-default/2 (citizen, enterprise_worker, public_sector, student)" in found("questions").what
    assert "demo-assured" not in found("questions").what


def test_questions_that_nobody_let_count_are_no_finding(settings: Settings) -> None:
    RegulationVersion.objects.update_or_create(key="vn-default/2", defaults={"digest": None})
    settings.DIGISKILLS_TAG_COURSES = ["course-v1:MayTrang+*"]  # without a taxonomy no tag says anything
    assert level("questions") == "ok"
    BlockMapping.objects.create(course_pattern="*", select="type", block_pattern="problem", skill="S3", practical=False, assurance="self")
    assert level("questions") == "warn"


def test_browser_files_are_looked_for_where_pages_ask_for_them(settings: Settings, tmp_path: Path) -> None:
    """The demo and the workbench serve them otherwise, so they are asked for in the platform alone."""
    assert "static" not in {finding.check for finding in doctor.examine(now=NOW)}
    settings.ROOT_URLCONF = "lms.urls"
    settings.STATIC_ROOT = str(tmp_path)
    assert level("static") == "fail"
    settings.STATICFILES_DIRS = [("xblock/resources/digiskills_xblock/public", str(PUBLIC))]
    assert level("static") == "warn"
    folder = tmp_path / "xblock/resources/digiskills_xblock/public"
    folder.mkdir(parents=True)
    for file in PUBLIC.iterdir():
        (folder / file.name).touch()
    assert level("static") == "ok"


def test_an_event_that_is_to_be_sent_needs_a_producer(settings: Settings) -> None:
    assert level("event_bus") == "ok"
    settings.EVENT_BUS_PRODUCER_CONFIG = {
        "org.digiskills.decision.made.v1": {"decisions": {"event_key_field": "decision.learner_id", "enabled": True}}
    }
    assert level("event_bus") == "fail"
    settings.EVENT_BUS_PRODUCER = "edx_event_bus_redis.create_producer"
    assert found("event_bus").what == "on the event bus: org.digiskills.decision.made.v1"


@pytest.fixture
def _no_table_of_switches(transactional_db: None) -> Iterator[None]:
    """As before the migration; the table is put back."""
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE digiskills_grading_switchchange RENAME TO switches_elsewhere")
    yield
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE switches_elsewhere RENAME TO digiskills_grading_switchchange")


@pytest.mark.usefixtures("_no_table_of_switches")
def test_a_check_that_cannot_be_made_is_a_finding_and_the_others_are_made() -> None:
    findings = doctor.examine(now=timezone.now())
    assert "could not be checked" in next(finding for finding in findings if finding.check == "switches_on").what
    assert "clock" in {finding.check for finding in findings}


@pytest.mark.parametrize(
    "prepare, code",
    [pytest.param(True, 1, id="warnings"), pytest.param(False, 2, id="a failure")],
)
def test_the_exit_code_is_the_worst_finding(settings: Settings, prepare: bool, code: int) -> None:
    if not prepare:
        settings.DIGISKILLS_PII_KEYS = []
    out = io.StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("digiskills_doctor", json=True, quiet=True, stdout=out)
    assert caught.value.code == code
    told = json.loads(out.getvalue())
    assert told["level"] == ("warn" if prepare else "fail")
    assert {finding["level"] for finding in told["findings"]} <= {"warn", "fail"}


def test_the_lines_say_what_to_do() -> None:
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("digiskills_doctor", stdout=out)
    lines = out.getvalue().splitlines()
    assert "ok    migrations: all migrations are applied" in lines
    todo = lines[lines.index("warn  runs.digiskills_integrations.issue: digiskills_integrations.tasks.issue never ran") + 1]
    assert todo.startswith("      → start a beat process")
    assert lines[-1].endswith("9 to look at, 0 failed")


@pytest.mark.parametrize(
    "age, words",
    [
        (timedelta(seconds=8), "8 s"),
        (timedelta(seconds=119), "1 min"),
        (timedelta(hours=47), "47 h"),
        (timedelta(hours=48), "2 days"),
    ],
)
def test_ages_are_told_in_their_largest_unit(age: timedelta, words: str) -> None:
    assert age_in_words(age) == words


def test_a_backlog_is_judged_by_its_oldest() -> None:
    judged = [
        Finding.of_backlog("x", "things", "do", count=1, oldest=NOW - timedelta(minutes=minutes), now=NOW).level
        for minutes in (15, 16, 241)
    ]
    assert judged == ["ok", "warn", "fail"]
    assert Finding.of_backlog("x", "things", "do", count=0, oldest=None, now=NOW).what == "no things wait"


OLD_LIBXML, NEW_LIBXML = (2, 13, 9), (2, 14, 0)


@pytest.mark.parametrize(
    "libxml, ignored, expected",
    [
        (OLD_LIBXML, None, "warn"),
        (OLD_LIBXML, ["DuplicateURLName"], "warn"),
        (OLD_LIBXML, ["InvalidHTML"], "ok"),
        (NEW_LIBXML, None, "ok"),
    ],
)
def test_a_studio_that_would_refuse_our_courses_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, libxml: tuple[int, int, int], ignored: list[str] | None, expected: str
) -> None:
    settings.FEATURES = {"ENABLE_COURSE_OLX_VALIDATION": True}
    settings.COURSE_OLX_VALIDATION_IGNORE_LIST = ignored
    monkeypatch.setattr("digiskills_grading.doctor.surroundings.LIBXML_VERSION", libxml)
    (finding,) = surroundings.course_import(NOW)
    assert finding.level == expected
    assert ("COURSE_OLX_VALIDATION_IGNORE_LIST" in finding.todo) is (expected == "warn")


@pytest.mark.parametrize("features", [{}, {"ENABLE_COURSE_OLX_VALIDATION": False}])
def test_a_studio_that_checks_no_import_has_nothing_to_hear(settings: Settings, features: dict[str, bool]) -> None:
    settings.FEATURES = features
    assert list(surroundings.course_import(NOW)) == []
