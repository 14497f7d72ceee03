"""`digiskills_regulation` and the operator's own rules: checked, compared, tried, adopted, and refused once they were changed."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from digiskills_framework import api as framework
from digiskills_grading import api, dimensions
from digiskills_grading.data import LearnerRef
from digiskills_grading.errors import ConfigurationError, RegulationChanged, UnitNotFound
from digiskills_grading.models import AdminUnit, Decision, Learner, Mastery, RegulationVersion, Track
from tests.grading.helpers import AUDIENCE, account, later, observe
from tests.grading.regulations.rulebook import NEW, OLD, write

pytestmark = pytest.mark.django_db
A1 = {"skill": "A1"}
A1_AND_S3 = {"all": [{"skill": "A1"}, {"skill": "S3"}]}


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("digiskills_regulation", *arguments, stdout=out, stderr=io.StringIO(), verbosity=0)
    return out.getvalue()


def province(number: int) -> str:
    row, _ = AdminUnit.objects.get_or_create(code=f"u{number}", defaults={"name": f"Unit {number}", "level": "province"})
    return row.code


def completed_people(count: int, unit: str) -> None:
    for number in range(count):
        learner = account(f"{unit}-{number}")
        api.ensure_learner(learner, admin_unit=unit)
        api.ensure_track(learner, regulation=OLD, audience=AUDIENCE)
        observe(learner)


def tables() -> list[Any]:
    return [list(table.objects.values()) for table in (Track, Decision, Mastery, RegulationVersion, Learner)]


def test_a_simulation_tells_by_unit_and_why_and_writes_nothing(rulebook: Path) -> None:
    write(rulebook, 1, A1)
    write(rulebook, 2, A1_AND_S3)
    completed_people(5, province(1))
    completed_people(6, province(2))
    before = tables()
    report = json.loads(run("simulate", NEW, "--json"))
    assert tables() == before
    assert [(row["unit"], row["learners"], row["lost"]) for row in report["rows"]] == [("u1", 5, 5), ("u2", 6, 6)]
    assert [(one["reason"]["code"], one["reason"]["params"]["skill"], one["learners"]) for one in report["blame"]] == [
        ("not_assessed", "S3", 11)
    ]
    lines = run("simulate", NEW, "--unit", "u2", "--audience", AUDIENCE).splitlines()
    assert lines[0].endswith("6 learners")
    assert lines[1].startswith("everybody (citizen): learners 6, moved 6, completed before 6, completed after 0")
    assert run("simulate", NEW, "--csv").count("\n") == 3


def test_figures_of_very_few_people_are_kept_back_unless_asked_for(rulebook: Path) -> None:
    write(rulebook, 1, A1)
    write(rulebook, 2, A1_AND_S3)
    completed_people(2, province(1))
    completed_people(7, province(2))
    report = api.simulate_regulation(NEW, now=later(1))
    assert report.kept_back
    assert [row.lost for row in report.rows] == [None, None]
    assert report.totals[0].lost == 9
    shown = api.simulate_regulation(NEW, now=later(1), protect=False)
    assert [row.lost for row in shown.rows] == [2, 7]
    with pytest.raises(UnitNotFound):
        api.simulate_regulation(NEW, now=later(1), unit="nowhere")


def test_a_version_can_be_tried_against_one_that_it_does_not_supersede(rulebook: Path) -> None:
    write(rulebook, 1, A1)
    write(rulebook, 2, A1_AND_S3)
    completed_people(1, province(1))
    report = api.simulate_regulation("vn-default/1", old=OLD, now=later(1), protect=False)
    assert (report.who, report.completed, report.totals[0].lost) == ("all", "withdraw", 1)


def test_adopting_asks_for_the_key(rulebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(rulebook, 1, A1)
    write(rulebook, 2, A1_AND_S3)
    completed_people(1, province(1))
    monkeypatch.setattr("builtins.input", lambda _prompt: "yes")
    with pytest.raises(CommandError, match="nothing was changed"):
        run("adopt", NEW)
    run("adopt", NEW, "--dry-run")
    assert Track.objects.filter(successor=None).get().regulation.key == OLD
    monkeypatch.setattr("builtins.input", lambda _prompt: NEW)
    assert run("adopt", NEW).splitlines()[-1] == f"{NEW} for {OLD}: 1 learners, 1 moved, 0 stayed, 0 to be decided"
    assert json.loads(run("adopt", NEW, "--yes", "--json"))["moved"] == 0


def test_reviews_are_listed_and_settled(rulebook: Path) -> None:
    write(rulebook, 1, A1)
    write(rulebook, 2, A1_AND_S3, completed="review")
    completed_people(1, province(1))
    run("adopt", NEW, "--yes")
    learner = Learner.objects.get().public_id
    listed = run("reviews", NEW).splitlines()
    assert listed[0].startswith(f"{learner} {AUDIENCE}: You have not done a counted task")
    run("settle", NEW, learner, "--audience", AUDIENCE, "--keep", "--reason", "Đã xem lại")
    assert run("reviews", NEW) == f"0 to be decided under {NEW}\n"


def test_validate_takes_keys_and_files_of_regulations_and_coverage_rules(rulebook: Path, tmp_path: Path) -> None:
    write(rulebook, 1, A1)
    draft = tmp_path / "draft"
    write(draft, 1, A1, name="other")
    assert run("validate", OLD).startswith(f"regulations/{OLD} is in order (sha256:")
    assert "other/1 is in order" in run("validate", str(draft / "regulations/other/1.yaml"))
    assert "coverage/household-five-basic/1 is in order" in run("validate", "household-five-basic/1")
    file = Path(framework.__file__).parent / "data/coverage/household-five-basic/1.yaml"
    assert json.loads(run("validate", str(file), "--json"))["kind"] == "coverage"
    write(draft, 1, {"skill": "Z9"}, name="other-one")
    with pytest.raises(CommandError, match="Z9"):
        run("validate", str(draft / "regulations/other-one/1.yaml"))
    (tmp_path / "loose.yaml").write_text("schema: regulation/1\n", encoding="utf-8")
    with pytest.raises(CommandError, match="move it there"):
        run("validate", str(tmp_path / "loose.yaml"))


def test_diff_says_what_is_stricter(rulebook: Path) -> None:
    write(rulebook, 1, A1)
    write(rulebook, 2, A1, mastery_threshold_milli=800)
    lines = run("diff", OLD, NEW).splitlines()
    assert any(line.startswith("+ ") and "80" in line for line in lines)
    assert json.loads(run("diff", OLD, NEW, "--json"))["changes"]


def test_a_version_that_was_changed_after_its_first_use_is_refused(rulebook: Path, tmp_path: Path, settings: Settings) -> None:
    write(rulebook, 1, A1)
    completed_people(1, province(1))
    assert RegulationVersion.objects.get(key=OLD).digest is not None
    # What a restart after the change would read.
    settings.DIGISKILLS_DATA_DIRS = [str(tmp_path / "changed")]
    write(tmp_path / "changed", 1, A1_AND_S3)
    dimensions.forget()
    learner = LearnerRef(public_id=Learner.objects.get().public_id)
    with pytest.raises(RegulationChanged, match=r"regulations/mine/1.yaml.*restore the file, and put the change into a new version"):
        api.ensure_track(account("duoc"), regulation=OLD, audience=AUDIENCE)
    with pytest.raises(RegulationChanged):
        observe(account("u1-0"))
    with pytest.raises(CommandError, match="restore the file"):
        run("validate", OLD)
    assert api.track_overviews(learner)[0].regulation == OLD


def test_a_version_used_before_its_content_was_pinned_is_pinned_at_its_next_use(rulebook: Path) -> None:
    write(rulebook, 1, A1)
    RegulationVersion.objects.create(key=OLD)
    completed_people(1, province(1))
    assert RegulationVersion.objects.get(key=OLD).digest == dimensions.pinned_digest(OLD)


def test_a_directory_that_is_not_there_is_named(settings: Settings, tmp_path: Path) -> None:
    settings.DIGISKILLS_DATA_DIRS = [str(tmp_path / "nowhere")]
    with pytest.raises(ConfigurationError, match=r"DIGISKILLS_DATA_DIRS names .*nowhere"):
        api.data_dirs()
