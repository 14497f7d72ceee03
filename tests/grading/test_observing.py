"""Observations, exemptions, helped and supervised runs: who may say what of whom, and what follows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from digiskills_grading import api, switches
from digiskills_grading.data import LearnerRef
from digiskills_grading.errors import (
    AttemptClosed,
    AttemptNotFound,
    EvidenceNotFound,
    LearnerNotFound,
    NotPermitted,
    RecordingStopped,
    SessionNotFound,
    StatementInvalid,
)
from digiskills_grading.ids import new_public_id
from digiskills_grading.models import AdminUnit, Attempt, ClassSession, Evidence, EvidenceNote, Learner, Mastery, Membership, Organisation
from tests.grading.helpers import AUDIENCE, NOW, account, attempt, block, later, trace_of

pytestmark = pytest.mark.django_db
REGULATION = "demo-assured/1"
ASSESSOR = "assessor"
OFFICIAL = "official"


@pytest.fixture
def team() -> Organisation:
    commune = AdminUnit.objects.create(code="01", name="Xã Mây Trắng", level="commune")
    return Organisation.objects.create(code="to-cncd", name="Tổ công nghệ số cộng đồng", kind="team", admin_unit=commune)


@pytest.fixture
def man(team: Organisation) -> LearnerRef:
    """A learner of the team's commune."""
    learner = account("man")
    api.ensure_track(learner, regulation=REGULATION, audience=AUDIENCE)
    Learner.objects.filter(user_id=learner.user_id).update(admin_unit=team.admin_unit)
    return learner


def member(name: str, organisation: Organisation, role: str = ASSESSOR, **validity: date) -> int:
    """An account that belongs to an organisation in a role."""
    learner = account(name)
    api.ensure_learner(learner)
    Membership.objects.create(
        learner=Learner.objects.get(user_id=learner.user_id),
        organisation=organisation,
        role=role,
        **{"valid_from": date(2026, 1, 1), **validity},
    )
    assert learner.user_id is not None
    return learner.user_id


@pytest.fixture
def assessor(team: Organisation) -> int:
    return member("assessor", team)


@pytest.fixture
def official(team: Organisation) -> int:
    return member("official", team, OFFICIAL)


def observe(learner: LearnerRef, actor_id: int, **values: Any) -> str:
    given = {"skill": "S3", "value_milli": 900, "role": ASSESSOR, "now": NOW} | values
    return api.record_observation(learner, actor_id=actor_id, **given)


def assurances() -> list[str]:
    """Of the evidence in force, oldest first."""
    rows = list(Evidence.objects.order_by("id"))
    gone = {row.retracts for row in rows}
    return [row.assurance for row in rows if row.kind != "retraction" and row.source_key not in gone]


class TestObservations:
    def test_what_an_assessor_saw_is_evidence_with_their_name(self, man: LearnerRef, assessor: int) -> None:
        observe(man, assessor, note="Trả tiền ở chợ")
        row = Evidence.objects.get()
        assert (row.source, row.assurance, row.value_milli, row.actor_id, row.practical) == ("observation", "observed", 900, assessor, True)
        assert EvidenceNote.objects.get().text == "Trả tiền ở chợ"
        assert Mastery.objects.filter(skill__code="S3").exists()

    def test_a_checklist_gives_the_share_that_was_seen_and_is_kept(self, man: LearnerRef, assessor: int) -> None:
        observe(man, assessor, value_milli=None, checklist={"Quét mã": True, "Xem lại tên": True, "Giữ biên lai": False})
        assert Evidence.objects.get().value_milli == 666
        assert EvidenceNote.objects.get().text == "[x] Quét mã\n[x] Xem lại tên\n[ ] Giữ biên lai"

    def test_the_same_reference_is_recorded_once(self, man: LearnerRef, assessor: int) -> None:
        assert observe(man, assessor, reference="sheet-7") == observe(man, assessor, reference="sheet-7", value_milli=100)
        assert Evidence.objects.get().value_milli == 900
        observe(man, assessor)
        observe(man, assessor)
        assert Evidence.objects.count() == 3

    def test_it_can_be_taken_back_once(self, man: LearnerRef, assessor: int) -> None:
        key = observe(man, assessor)
        api.take_back_observation(man, key, actor_id=assessor, role=ASSESSOR, now=later(1))
        assert Mastery.objects.get(skill__code="S3").state == "not_assessed"
        with pytest.raises(EvidenceNotFound):
            api.take_back_observation(man, key, actor_id=assessor, role=ASSESSOR, now=later(2))

    def test_it_points_to_the_class_session(self, man: LearnerRef, assessor: int, team: Organisation) -> None:
        held = session(team)
        observe(man, assessor, session=held.public_id)
        assert Evidence.objects.get().session_id == held.pk
        with pytest.raises(SessionNotFound):
            observe(man, assessor, session="0" * 26)

    @pytest.mark.parametrize(
        "values",
        [
            {"skill": "Z9"},
            {"skill": "A1"},
            {"facet": "recover"},
            {"value_milli": 1001},
            {"value_milli": None},
            {"checklist": {"a": True}},
            {"value_milli": None, "checklist": {}},
            {"reference": "x" * 65},
            {"note": "x" * 4001},
        ],
    )
    def test_what_makes_no_sense_is_refused(self, man: LearnerRef, assessor: int, values: dict[str, Any]) -> None:
        with pytest.raises(StatementInvalid):
            observe(man, assessor, **values)
        assert not Evidence.objects.exists()


class TestWhoMay:
    def test_nobody_observes_themselves(self, man: LearnerRef, team: Organisation) -> None:
        own = member("man", team)
        assert own == man.user_id
        with pytest.raises(NotPermitted, match="themselves"):
            observe(man, own)

    def test_an_assessor_of_another_commune_may_not(self, man: LearnerRef) -> None:
        elsewhere = AdminUnit.objects.create(code="02", name="Xã Nắng Mới", level="commune")
        stranger = member("stranger", Organisation.objects.create(code="to-2", name="Tổ 2", kind="team", admin_unit=elsewhere))
        with pytest.raises(NotPermitted, match="neither in an organisation"):
            observe(man, stranger)

    def test_a_teacher_may_for_the_pupils_of_the_own_school(self, man: LearnerRef) -> None:
        school = Organisation.objects.create(code="truong-a", name="Trường A", kind="school")
        teacher = member("teacher", school, "teacher")
        with pytest.raises(NotPermitted):
            observe(man, teacher, role="teacher")
        member("man", school, "pupil")
        observe(man, teacher, role="teacher")
        assert Evidence.objects.count() == 1

    def test_a_membership_that_is_over_gives_no_right(self, man: LearnerRef, team: Organisation) -> None:
        former = member("former", team, valid_to=date(2026, 6, 30))
        with pytest.raises(NotPermitted):
            observe(man, former)

    def test_a_role_that_one_does_not_hold_or_the_regulation_does_not_name(self, man: LearnerRef, assessor: int, official: int) -> None:
        for actor, role in ((assessor, "teacher"), (official, OFFICIAL)):
            with pytest.raises(NotPermitted):
                observe(man, actor, role=role)

    def test_nobody_may_under_a_regulation_without_observers(self, team: Organisation, assessor: int) -> None:
        learner = account("duoc")
        api.ensure_track(learner, regulation="demo-s3-a1/1", audience=AUDIENCE)
        Learner.objects.filter(user_id=learner.user_id).update(admin_unit=team.admin_unit)
        with pytest.raises(NotPermitted, match="no regulation"):
            observe(learner, assessor)

    def test_somebody_unknown_is_not_found(self, assessor: int) -> None:
        with pytest.raises(LearnerNotFound):
            observe(LearnerRef(public_id="0" * 26), assessor)

    def test_nothing_is_recorded_while_recording_is_stopped(self, man: LearnerRef, assessor: int) -> None:
        switches.turn("recording", on=False, reason="test", actor_id=None, now=NOW)
        try:
            with pytest.raises(RecordingStopped):
                observe(man, assessor)
        finally:
            switches.turn("recording", on=True, reason="test", actor_id=None, now=NOW)


class TestExemptions:
    def test_an_exemption_makes_exempt_until_it_ends(self, man: LearnerRef, official: int) -> None:
        key = api.exempt(man, skill="A1", reason="Khiếm thị", actor_id=official, role=OFFICIAL, now=NOW)
        assert Mastery.objects.get(skill__code="A1").state == "exempt"
        assert EvidenceNote.objects.get().text == "Khiếm thị"
        assert api.exempt(man, skill="A1", reason="again", actor_id=official, role=OFFICIAL, now=later(1)) == key
        api.end_exemption(man, skill="A1", actor_id=official, role=OFFICIAL, now=later(2))
        assert Mastery.objects.get(skill__code="A1").state == "not_assessed"
        with pytest.raises(EvidenceNotFound):
            api.end_exemption(man, skill="A1", actor_id=official, role=OFFICIAL, now=later(3))

    def test_one_can_be_exempt_again(self, man: LearnerRef, official: int) -> None:
        for minute in (0, 2):
            api.exempt(man, skill="A1", reason="why", actor_id=official, role=OFFICIAL, now=later(minute))
            assert Mastery.objects.get(skill__code="A1").state == "exempt"
            api.end_exemption(man, skill="A1", actor_id=official, role=OFFICIAL, now=later(minute + 1))
        assert Evidence.objects.count() == 4

    def test_an_observer_may_not_exempt(self, man: LearnerRef, assessor: int) -> None:
        with pytest.raises(NotPermitted):
            api.exempt(man, skill="A1", reason="why", actor_id=assessor, role=ASSESSOR, now=NOW)

    def test_a_reason_and_a_skill_are_needed(self, man: LearnerRef, official: int) -> None:
        for skill, reason in (("A1", "  "), ("Z9", "why")):
            with pytest.raises(StatementInvalid):
                api.exempt(man, skill=skill, reason=reason, actor_id=official, role=OFFICIAL, now=NOW)

    def test_the_reason_goes_when_the_learner_is_retired(self, man: LearnerRef, official: int) -> None:
        api.exempt(man, skill="A1", reason="Khiếm thị", actor_id=official, role=OFFICIAL, now=NOW)
        api.retire_learner(man)
        assert (Evidence.objects.count(), EvidenceNote.objects.count()) == (1, 0)


def flag(learner: LearnerRef, attempt_id: str, *, helped: bool = True, actor_id: int | None = None, **rest: Any) -> bool:
    whose = learner.user_id if actor_id is None else actor_id
    assert whose is not None
    return api.flag_helped(learner, attempt_id, helped=helped, actor_id=whose, now=later(5), **rest)


class TestHelpedRuns:
    def test_a_helped_run_keeps_its_score_and_is_known_as_helped(self, man: LearnerRef) -> None:
        result = attempt(man, block())
        assert flag(man, result.public_id)
        assert not flag(man, result.public_id)
        assert assurances() == ["assisted"]
        assert (Attempt.objects.get().score_milli, Attempt.objects.get().revision) == (1000, 1)
        assert flag(man, result.public_id, helped=False)
        assert assurances() == ["self"]

    def test_a_rescore_keeps_what_is_known_of_help(self, man: LearnerRef) -> None:
        result = attempt(man, block())
        flag(man, result.public_id)
        Attempt.objects.update(score_milli=100, result="{}")
        api.request_rescore(result.public_id, None)
        api.process_requests(now=later(6))
        assert assurances() == ["assisted"]
        assert flag(man, result.public_id, helped=False)

    def test_the_learners_page_tells_of_help_and_of_no_correction(self, man: LearnerRef) -> None:
        result = attempt(man, block())
        flag(man, result.public_id)
        told = api.learner_history(man, limit=20)
        assert [(entry.kind, entry.assurance) for entry in told if entry.kind != "decision"] == [("attempt", "assisted")]

    def test_what_an_observer_noted_only_an_observer_takes_back(self, man: LearnerRef, assessor: int) -> None:
        result = attempt(man, block())
        assert flag(man, result.public_id, actor_id=assessor, role=ASSESSOR)
        with pytest.raises(NotPermitted, match="ask them"):
            flag(man, result.public_id, helped=False)
        assert flag(man, result.public_id, helped=False, actor_id=assessor, role=ASSESSOR)
        assert assurances() == ["self"]

    def test_strangers_and_other_learners_may_not(self, man: LearnerRef) -> None:
        result = attempt(man, block())
        other = account("duoc")
        with pytest.raises(NotPermitted):
            flag(man, result.public_id, actor_id=other.user_id)
        with pytest.raises(AttemptNotFound):
            flag(other, result.public_id)
        assert assurances() == ["self"]

    def test_only_a_scored_attempt_can_be_flagged_and_a_guided_one_has_nothing_to_flag(self, man: LearnerRef) -> None:
        started = api.start_attempt(man, block(), run_kind="counted", now=NOW)
        with pytest.raises(AttemptClosed):
            flag(man, started.public_id)
        guided = api.start_attempt(man, block("guided"), run_kind="guided", now=NOW)
        api.submit_attempt(man, guided.public_id, trace_of(guided), now=later(1))
        assert not flag(man, guided.public_id)


def session(organisation: Organisation, minutes: int = 60) -> ClassSession:
    """A class session that begins now."""
    return ClassSession.objects.create(
        public_id=new_public_id(NOW), kind="exam", title="Buổi thi", organisation=organisation, starts_at=NOW, minutes=minutes
    )


class TestSupervisedRuns:
    def test_an_assessor_who_was_there_vouches_for_an_attempt(self, man: LearnerRef, assessor: int, team: Organisation) -> None:
        result, held = attempt(man, block(), now=later(3)), session(team)

        def vouch(public_id: str | None) -> bool:
            return api.supervise_attempt(man, result.public_id, session=public_id, actor_id=assessor, role=ASSESSOR, now=later(9))

        assert vouch(held.public_id)
        assert not vouch(held.public_id)
        assert (assurances(), Evidence.objects.latest("id").session_id) == (["supervised"], held.pk)
        assert flag(man, result.public_id)
        assert assurances() == ["assisted"]
        assert flag(man, result.public_id, helped=False)
        assert assurances() == ["supervised"]
        assert vouch(None)
        assert assurances() == ["self"]

    def test_not_for_an_attempt_outside_of_the_session_or_of_another_organisation(
        self, man: LearnerRef, assessor: int, team: Organisation
    ) -> None:
        result = attempt(man, block(), now=later(90))
        other = Organisation.objects.create(code="to-3", name="Tổ 3", kind="team")
        for held in (session(team), session(other, minutes=300)):
            with pytest.raises(NotPermitted):
                api.supervise_attempt(man, result.public_id, session=held.public_id, actor_id=assessor, role=ASSESSOR, now=later(99))
        assert assurances() == ["self"]
