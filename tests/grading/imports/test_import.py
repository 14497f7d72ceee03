"""Importing results from elsewhere: once, whatever is sent how often."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from django.contrib.auth import get_user_model
from django.db import transaction

from digiskills_framework.api import Assurance
from digiskills_grading import api
from digiskills_grading.data import LearnerRef, RowError
from digiskills_grading.errors import ImportRefused, NotPermitted, OrganisationNotFound, UnknownContext
from digiskills_grading.models import (
    Decision,
    Evidence,
    EvidenceNote,
    ImportBatch,
    ImportedResult,
    Learner,
    LearnerReference,
    Mastery,
    Organisation,
    Track,
)
from tests.grading.helpers import A1_FACETS, AUDIENCE, REGULATION, account
from tests.grading.imports.helpers import CLERK, OPTIONS, csv_file, load, problems, row

pytestmark = pytest.mark.django_db
DRY = evolve(OPTIONS, dry_run=True)
WHOLE = evolve(OPTIONS, all_or_nothing=True)
JOINING = evolve(OPTIONS, framework=None, regulation=REGULATION, audience=AUDIENCE)


@pytest.fixture
def man() -> str:
    return api.ensure_learner(account("man"))


@pytest.fixture
def duoc() -> str:
    return api.create_learner()


def in_force() -> list[tuple[str, str, int, str]]:
    """Learner, skill, value and assurance of the evidence that counts."""
    rows = list(Evidence.objects.select_related("learner", "skill").order_by("id"))
    gone = {item.retracts for item in rows}
    kept = [item for item in rows if item.kind != "retraction" and item.source_key not in gone]
    return sorted((item.learner.public_id, item.skill.code, item.value_milli, item.assurance) for item in kept)


def counts(report: Any) -> tuple[int, int, int, int]:
    return report.added, report.corrected, report.unchanged, report.rejected


def test_rows_become_evidence_with_where_it_is_from(man: str, duoc: str) -> None:
    report = load(csv_file([row(man, "S3", "72,5", "r1", note="Thi tại xã"), row(duoc, "K1", 40, "r2", note="")]))
    assert (counts(report), report.errors, report.written) == ((2, 0, 0, 0), (), True)
    assert in_force() == sorted([(man, "S3", 725, "imported"), (duoc, "K1", 400, "imported")])
    evidence = Evidence.objects.get(skill__code="S3")
    assert (evidence.source, evidence.practical, evidence.actor_id, evidence.kind) == ("import", False, CLERK, "score")
    assert EvidenceNote.objects.get().text == "Thi tại xã"
    batch = ImportBatch.objects.get()
    assert (batch.public_id, batch.state, batch.added, batch.actor_id) == (report.batch_id, "finished", 2, CLERK)


def test_mastery_and_decision_follow_at_once_where_the_learner_is_on_the_way(man: str) -> None:
    rows = [row(man, "A1", 90, facet, facet=facet) for facet in A1_FACETS] + [row(man, "S3", 90, "s", facet="")]
    load(csv_file(rows), JOINING)
    assert Track.objects.get().joined_at is not None
    assert Decision.objects.get().status == "completed"
    assert set(Mastery.objects.values_list("state", flat=True)) == {"mastered"}
    assert api.recompute(check=True).differences == ()


def test_the_same_file_again_changes_nothing(man: str) -> None:
    content = csv_file([row(man, ref="a"), row(man, "K1", ref="b")])
    load(content)
    before = (in_force(), Evidence.objects.count())
    assert counts(load(content)) == (0, 0, 2, 0)
    assert (in_force(), Evidence.objects.count()) == before


def test_a_row_that_says_something_else_corrects(man: str) -> None:
    load(csv_file([row(man, value=80)]), JOINING)
    assert counts(load(csv_file([row(man, value=30)]), JOINING)) == (0, 1, 0, 0)
    assert in_force() == [(man, "S3", 300, "imported")]
    assert list(Evidence.objects.order_by("id").values_list("kind", flat=True)) == ["score", "retraction", "score"]
    assert Mastery.objects.get().state == "not_yet"


def test_an_old_file_sent_again_does_not_undo_a_correction(man: str) -> None:
    old, new = csv_file([row(man, value=80)]), csv_file([row(man, value=30)])
    load(old)
    load(new)
    assert counts(load(old)) == (0, 0, 1, 0)
    assert in_force() == [(man, "S3", 300, "imported")]


def test_the_same_file_read_by_another_scale_corrects(man: str) -> None:
    content = csv_file([row(man, value=8)])
    load(content)
    load(content, evolve(OPTIONS, scale="ten"))
    assert in_force() == [(man, "S3", 800, "imported")]


def test_revisions_decide_whatever_arrives_first(man: str) -> None:
    load(csv_file([row(man, value=30, revision=2)]))
    assert counts(load(csv_file([row(man, value=80, revision=1)]))) == (0, 0, 1, 0)
    assert in_force() == [(man, "S3", 300, "imported")]
    report = load(csv_file([row(man, value=50, revision=2)]))
    assert (problems(report), counts(report)) == ([(2, "revision")], (0, 0, 0, 1))
    assert problems(load(csv_file([row(man, value=50)]))) == [(2, "revision")]


def test_a_result_can_be_withdrawn_and_come_back(man: str) -> None:
    load(csv_file([row(man)]))
    assert counts(load(csv_file([row(man, value="", withdrawn="yes")]))) == (0, 1, 0, 0)
    assert in_force() == []
    assert counts(load(csv_file([row(man, value=60, withdrawn="no")]))) == (0, 1, 0, 0)
    assert in_force() == [(man, "S3", 600, "imported")]


def test_a_withdrawal_that_comes_before_its_result_keeps_it_out(man: str) -> None:
    load(csv_file([row(man, value="", revision=1, withdrawn="có")]))
    assert counts(load(csv_file([row(man, revision=0, withdrawn="không")]))) == (0, 0, 1, 0)
    assert in_force() == []


def test_a_reference_never_moves_to_another_learner(man: str, duoc: str) -> None:
    load(csv_file([row(man)]))
    report = load(csv_file([row(duoc)]))
    assert problems(report) == [(2, "source_ref")]
    assert in_force() == [(man, "S3", 800, "imported")]


def test_rows_of_one_file_that_contradict_each_other_are_all_rejected(man: str, duoc: str) -> None:
    rows = [
        row(man, ref="twice", value=10),
        row(man, ref="twice", value=90),
        row(man, ref="two-people"),
        row(duoc, ref="two-people"),
        row(man, ref="same"),
        row(man, ref="same"),
    ]
    report = load(csv_file(rows))
    assert problems(report) == [(2, "source_ref"), (3, "source_ref"), (4, "source_ref"), (5, "source_ref")]
    assert (counts(report), len(in_force())) == ((1, 0, 1, 4), 1)


def test_of_several_revisions_in_one_file_the_highest_counts(man: str) -> None:
    rows = [row(man, value=10, revision=0), row(man, value=30, revision=2), row(man, value=20, revision=1), row(man, value=9, revision="")]
    report = load(csv_file(rows))
    assert (counts(report), problems(report)) == ((1, 0, 2, 1), [(5, "revision")])
    assert in_force() == [(man, "S3", 300, "imported")]


@pytest.mark.parametrize("options", [OPTIONS, WHOLE])
def test_a_dry_run_gives_the_same_report_and_writes_nothing(man: str, duoc: str, options: Any) -> None:
    load(csv_file([row(man, ref="old"), row(man, ref="wrong", value=10)]))
    before = (Evidence.objects.count(), ImportBatch.objects.count(), ImportedResult.objects.count(), Learner.objects.count())
    user = get_user_model().objects.create(username="newcomer")
    rows = [
        row(man, ref="old"),
        row(man, ref="wrong", value=20),
        row(man, ref="new"),
        row(duoc, ref="old"),
        row("0" * 26, ref="nobody"),
        row(man, "S99", ref="no-skill", value="much"),
    ]
    content = csv_file(rows)
    dry = load(content, evolve(options, dry_run=True))
    assert before == (Evidence.objects.count(), ImportBatch.objects.count(), ImportedResult.objects.count(), Learner.objects.count())
    real = load(content, options)
    assert evolve(dry, batch_id=None, written=False) == evolve(real, batch_id=None, written=False)
    assert (dry.batch_id, dry.written) == (None, False)
    assert not Learner.objects.filter(user=user).exists()


def test_row_by_row_the_good_rows_go_in(man: str) -> None:
    report = load(csv_file([row(man, ref="good"), row("nobody", ref="bad")]))
    assert (counts(report), problems(report)) == ((1, 0, 0, 1), [(3, "learner_id")])
    assert len(in_force()) == 1


def test_all_or_nothing_keeps_everything_out(man: str) -> None:
    content = csv_file([row(man, ref="good"), row("nobody", ref="bad")])
    report = load(content, WHOLE)
    assert (report.written, counts(report), Evidence.objects.count()) == (False, (1, 0, 0, 1), 0)
    assert ImportBatch.objects.get().state == "refused"
    assert load(csv_file([row(man, ref="good")]), WHOLE).written
    assert len(in_force()) == 1


def test_accounts_and_an_organisations_own_numbers_name_learners(man: str) -> None:
    Organisation.objects.create(code="truong-a", name="Trường A", kind="school")
    api.set_external_id(LearnerRef(public_id=man), organisation="truong-a", external_id="HS-0007")
    newcomer = get_user_model().objects.create(username="Hoa")
    rest = {"skill": "S3", "value": 80, "occurred_at": "2026-11-20"}
    by_name = [{"username": "Hoa", **rest, "source_ref": "1"}, {"username": "hoa", **rest, "source_ref": "2"}]
    assert problems(load(csv_file(by_name))) == [(3, "username")]
    numbers = [{"user_id": newcomer.pk, **rest, "source_ref": "3"}, {"user_id": 10**9, **rest, "source_ref": "4"}]
    assert problems(load(csv_file(numbers))) == [(3, "user_id")]
    own = [{"external_id": "HS-0007", **rest, "source_ref": "5"}, {"external_id": "HS-0008", **rest, "source_ref": "6"}]
    report = load(csv_file(own), evolve(OPTIONS, organisation="truong-a"))
    assert problems(report) == [(3, "external_id")]
    assert Evidence.objects.filter(learner__public_id=man).count() == 1
    assert Evidence.objects.filter(learner__user=newcomer).count() == 2


def test_a_number_of_an_organisation_is_one_learners(man: str, duoc: str) -> None:
    with pytest.raises(OrganisationNotFound):
        api.set_external_id(LearnerRef(public_id=man), organisation="truong-a", external_id="HS-0007")
    Organisation.objects.create(code="truong-a", name="Trường A", kind="school")
    for _ in range(2):
        api.set_external_id(LearnerRef(public_id=man), organisation="truong-a", external_id="HS-0007")
    with pytest.raises(NotPermitted):
        api.set_external_id(LearnerRef(public_id=duoc), organisation="truong-a", external_id="HS-0007")
    assert LearnerReference.objects.get().learner.public_id == man


def test_more_assurance_than_the_operator_may_vouch_for_is_rejected(man: str) -> None:
    rows = [row(man, ref="1", assurance="supervised"), row(man, ref="2", assurance=""), row(man, ref="3", assurance="certain")]
    assert problems(load(csv_file(rows))) == [(2, "assurance"), (4, "assurance")]
    load(csv_file(rows[:1]), evolve(OPTIONS, highest_assurance=Assurance.SUPERVISED))
    assert [assurance for *_, assurance in in_force()] == ["imported", "supervised"]


def test_the_report_is_capped_and_every_error_is_told(man: str) -> None:
    told: list[RowError] = []
    report = load(csv_file([row(man, "S99", ref=str(number)) for number in range(150)]), on_error=told.append)
    assert (len(report.errors), report.error_count, len(told)) == (100, 150, 150)
    assert [error.row for error in told] == list(range(2, 152))
    assert str(told[0]) == "row 2, skill: there is no such skill (value: S99). Give the code of a skill of the framework, such as S3."


def test_progress_is_told_up_to_the_last_row(man: str) -> None:
    seen: list[int] = []
    load(csv_file([row(man, ref=str(number)) for number in range(30)]), progress=seen.append)
    assert seen[-1] == 30


@pytest.mark.parametrize(
    "changes, told",
    [
        ({"audience": None}, "audience"),
        ({"framework": "none/1", "regulation": None}, "framework"),
        ({"timezone": "Asia/Nowhere"}, "time zone"),
        ({"organisation": "none"}, "organisation"),
    ],
)
def test_options_that_mean_nothing_are_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ImportRefused, match=told):
        load(csv_file([row("x")]), evolve(JOINING, **changes))


def test_a_regulation_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownContext):
        load(csv_file([row("x")]), evolve(JOINING, regulation="none/1"))


@pytest.mark.django_db(transaction=True)
def test_an_import_is_refused_inside_somebody_elses_transaction() -> None:
    content = csv_file([row(api.create_learner())])
    with transaction.atomic():
        assert load(content, DRY).added == 1
        with pytest.raises(RuntimeError):
            load(content)


def test_a_retired_learner_keeps_figures_but_no_notes_and_no_numbers(man: str) -> None:
    organisation = Organisation.objects.create(code="truong-a", name="Trường A", kind="school")
    LearnerReference.objects.create(learner=Learner.objects.get(public_id=man), organisation=organisation, external_id="HS-0007")
    load(csv_file([row(man, note="Con bác Ba")]))
    api.retire_learner(LearnerRef(public_id=man))
    assert (Evidence.objects.count(), EvidenceNote.objects.count(), LearnerReference.objects.count()) == (1, 0, 0)
