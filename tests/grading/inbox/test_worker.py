"""What the worker makes of noted scores."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from digiskills_grading import api, inbox, switches
from digiskills_grading.data import BlockFacts, InboxReport, LearnerRef, StoredScore
from digiskills_grading.models import BlockMapping, BlockScore, Context, Evidence, Inbox, Learner, Mastery, Track
from tests.grading.helpers import AUDIENCE, COURSE, NOW, REGULATION, account, later
from tests.grading.inbox.places import PROBLEM, Platform, deletion, mapped, signal, standing_evidence

pytestmark = pytest.mark.django_db

OTHER_PROBLEM = PROBLEM.replace("final", "middle")


def told(*events: dict[str, Any], at: float = 60) -> InboxReport:
    """The platform tells of scores, and the worker looks at them."""
    for event in events:
        inbox.receive(event, now=later(at))
    return api.process_inbox(now=later(at), limit=100)


@pytest.fixture
def learner(platform: Platform) -> LearnerRef:
    return account("man")


def test_a_score_of_a_mapped_block_is_evidence_as_the_row_says(learner: LearnerRef) -> None:
    mapped(assurance="supervised", level="THCS")
    assert told(signal(learner, 7.5, at=NOW)) == InboxReport(processed=1, evidence=1)
    row = Evidence.objects.select_related("skill", "context").get()
    assert (row.skill.code, row.facet, row.kind, row.value_milli, row.source) == ("S3", "", "score", 750, "block")
    assert (row.assurance, row.level, row.practical, row.occurred_at) == ("supervised", "THCS", False, NOW)
    assert (row.context.course_key, row.context.usage_key) == (COURSE, PROBLEM)  # type: ignore[union-attr]
    assert not Inbox.objects.exists()


def test_a_block_may_say_something_of_several_skills(learner: LearnerRef) -> None:
    mapped()
    mapped(skill="A1", facet="recognise")
    told(signal(learner, 10, at=NOW))
    assert [(skill, facet) for skill, facet, *_ in standing_evidence(learner)] == [("A1", "recognise"), ("S3", "")]


def test_a_learner_with_a_track_masters_by_it(learner: LearnerRef) -> None:
    api.ensure_track(learner, regulation=REGULATION, audience=AUDIENCE)
    mapped(practical=True)
    told(signal(learner, 10, at=NOW))
    assert Mastery.objects.get(skill__code="S3").state == "mastered"


def test_a_row_may_name_the_track_to_join(learner: LearnerRef) -> None:
    mapped(regulation=REGULATION, audience=AUDIENCE)
    told(signal(learner, 10, at=NOW))
    track = Track.objects.select_related("regulation").get()
    assert (track.regulation.key, track.audience, track.joined_at, track.decision_n) == (REGULATION, AUDIENCE, later(60), 1)


def test_a_correction_takes_the_old_value_back(learner: LearnerRef) -> None:
    mapped()
    told(signal(learner, 10, at=NOW))
    assert told(signal(learner, 4, at=later(1))).evidence == 2
    assert standing_evidence(learner) == [("S3", "", 400, later(1), False)]
    assert list(Evidence.objects.order_by("id").values_list("kind", flat=True)) == ["score", "retraction", "score"]


def test_a_deletion_takes_it_back_and_a_new_score_gives_it_again(learner: LearnerRef) -> None:
    mapped()
    told(signal(learner, 10, at=NOW), deletion(learner, at=later(1)))
    assert standing_evidence(learner) == []
    told(signal(learner, 10, at=later(2)))
    assert standing_evidence(learner) == [("S3", "", 1000, later(2), False)]


@pytest.mark.parametrize("event", [{"weighted_possible": 0}, {"weighted_earned": None, "weighted_possible": None}])
def test_a_score_of_nothing_is_no_score(event: dict[str, Any], learner: LearnerRef) -> None:
    mapped()
    told(signal(learner, 10, at=NOW), signal(learner, 0, at=later(1)) | event)
    assert standing_evidence(learner) == []


@pytest.mark.parametrize("earned, value", [(-1, 0), (0, 0), (0.0049, 0), (0.005, 1), (12, 1000)])
def test_values_are_thousandths_between_nothing_and_all(earned: float, value: int, learner: LearnerRef) -> None:
    mapped()
    told(signal(learner, earned, at=NOW))
    assert [row[2] for row in standing_evidence(learner)] == [value]


def test_the_course_teams_own_scores_are_kept_and_excluded(learner: LearnerRef, platform: Platform) -> None:
    assert learner.user_id is not None
    platform.staff.add((learner.user_id, COURSE))
    mapped(regulation=REGULATION, audience=AUDIENCE)
    told(signal(learner, 10, at=NOW))
    assert standing_evidence(learner) == [("S3", "", 1000, NOW, True)]
    assert Track.objects.get().joined_at is None
    assert not Mastery.objects.exists()


def test_what_is_mapped_to_nothing_leaves_nothing_behind(learner: LearnerRef) -> None:
    mapped(block_pattern="elsewhere")
    assert told(signal(learner, 10, at=NOW), deletion(learner, at=later(1))) == InboxReport(processed=2, dropped=2)
    assert not (Learner.objects.exists())
    assert not (Context.objects.exists())
    assert not (BlockScore.objects.exists())
    assert not (Inbox.objects.exists())


def test_scores_of_unmapped_blocks_cost_no_query_each(platform: Platform, django_assert_max_num_queries: Any) -> None:
    mapped(block_pattern="elsewhere")
    for number in range(20):
        inbox.receive(signal(LearnerRef(user_id=number + 1), 10, at=NOW), now=NOW)
    with django_assert_max_num_queries(7):  # the switch, the rows within a transaction, the table and its state, one deletion
        assert api.process_inbox(now=NOW, limit=100).dropped == 20


def test_an_account_that_is_gone_leaves_nothing_behind(learner: LearnerRef) -> None:
    mapped()
    inbox.receive(signal(learner, 10, at=NOW), now=NOW)
    get_user_model().objects.all().delete()
    assert api.process_inbox(now=NOW, limit=10) == InboxReport(processed=1, dropped=1)
    assert not Learner.objects.exists()


def test_a_retired_learner_has_no_scores_waiting(learner: LearnerRef) -> None:
    api.ensure_learner(learner)
    inbox.receive(signal(learner, 10, at=NOW), now=NOW)
    api.retire_learner(learner)
    assert not Inbox.objects.exists()


def test_many_scores_of_one_block_are_looked_at_once(learner: LearnerRef) -> None:
    mapped()
    report = told(*(signal(learner, earned, at=later(earned)) for earned in range(10)))
    assert report == InboxReport(processed=10, evidence=1)
    assert standing_evidence(learner) == [("S3", "", 900, later(9), False)]


def test_the_limit_takes_the_oldest_first(learner: LearnerRef) -> None:
    mapped()
    for minute in range(3):
        inbox.receive(signal(learner, minute, at=later(minute)), now=later(minute))
    assert api.process_inbox(now=later(9), limit=2).processed == 2
    assert Inbox.objects.get().modified_at == later(2)


def test_while_recording_is_stopped_everything_waits(learner: LearnerRef) -> None:
    mapped()
    switches.turn("recording", on=False, reason="moving house", actor_id=None, now=NOW)
    assert told(signal(learner, 10, at=NOW)) == InboxReport()
    switches.turn("recording", on=True, reason="moved", actor_id=None, now=NOW)
    assert api.process_inbox(now=later(60), limit=10).evidence == 1


def test_a_row_that_fails_holds_up_nobody_and_stays_to_be_seen(learner: LearnerRef, platform: Platform) -> None:
    other = account("lan")
    assert learner.user_id is not None
    platform.broken_for.add(learner.user_id)
    mapped()
    assert told(signal(learner, 10, at=NOW), signal(other, 10, at=NOW)) == InboxReport(processed=1, evidence=1, failed=1)
    row = Inbox.objects.get()
    assert (row.user_id, row.attempts, row.error, row.not_before) == (learner.user_id, 1, "ConnectionError", later(62))
    assert api.process_inbox(now=later(61), limit=10) == InboxReport()
    platform.broken_for.clear()
    assert api.process_inbox(now=later(62), limit=10).evidence == 1


def test_one_poisoned_row_does_not_hold_up_the_same_learners_others(learner: LearnerRef) -> None:
    mapped()
    mapped(block_pattern="middle", skill="A1", facet="recognise", regulation="no-such/1", audience=AUDIENCE)
    assert told(signal(learner, 10, at=NOW), signal(learner, 10, at=NOW, usage_id=OTHER_PROBLEM)).failed == 1
    assert [skill for skill, *_ in standing_evidence(learner)] == ["S3"]
    assert Inbox.objects.get().usage_key == OTHER_PROBLEM


def test_after_many_failures_it_waits_for_an_operator(learner: LearnerRef, platform: Platform) -> None:
    assert learner.user_id is not None
    platform.broken_for.add(learner.user_id)
    mapped()
    inbox.receive(signal(learner, 10, at=NOW), now=NOW)
    now = NOW
    for _ in range(inbox.MAX_ATTEMPTS):
        assert api.process_inbox(now=now, limit=10).failed == 1
        now += timedelta(hours=6)
    assert Inbox.objects.get().not_before is None
    assert api.process_inbox(now=now + timedelta(days=9), limit=10) == InboxReport()
    platform.broken_for.clear()
    assert inbox.retry(now=now) == 1
    assert api.process_inbox(now=now, limit=10).evidence == 1


def test_a_row_of_the_table_that_changes_is_seen_at_once(learner: LearnerRef) -> None:
    row = mapped(block_pattern="elsewhere")
    told(signal(learner, 5, at=NOW))
    row.block_pattern = "final"
    row.save()
    told(signal(learner, 6, at=later(1)))
    assert [value for _, _, value, _, _ in standing_evidence(learner)] == [600]
    row.delete()
    assert told(signal(learner, 7, at=later(2))).dropped == 1


def stored(learner: LearnerRef, earned: float, minutes: float) -> StoredScore:
    assert learner.user_id is not None
    return StoredScore(
        user_id=learner.user_id, course_key=COURSE, usage_key=PROBLEM, earned=earned, possible=10, modified_at=later(minutes)
    )


def test_scores_from_before_the_mapping_are_read_from_the_platform(learner: LearnerRef, platform: Platform) -> None:
    platform.scores = [stored(learner, 8, -100), stored(account("lan"), 9, -50)]
    mapped()
    seen: list[int] = []
    assert api.backfill_scores(COURSE, now=NOW, progress=seen.append) == 2
    assert seen == [2]
    api.process_inbox(now=NOW, limit=10)
    assert standing_evidence(learner) == [("S3", "", 800, later(-100), False)]
    api.backfill_scores(COURSE, now=later(1))
    assert api.process_inbox(now=later(1), limit=10) == InboxReport(processed=2)


def test_a_score_that_is_known_keeps_its_time_when_it_is_read_again(learner: LearnerRef, platform: Platform) -> None:
    mapped()
    told(signal(learner, 8, at=NOW))
    platform.scores = [stored(learner, 8, 500)]
    api.backfill_scores(COURSE, now=later(501))
    assert api.process_inbox(now=later(501), limit=10).evidence == 0
    assert standing_evidence(learner) == [("S3", "", 800, NOW, False)]


def test_reading_again_follows_a_mapping_that_was_corrected_or_withdrawn(learner: LearnerRef, platform: Platform) -> None:
    row = mapped(skill="S2")
    told(signal(learner, 8, at=NOW))
    platform.scores = [stored(learner, 8, 0)]
    row.skill = "S3"
    row.save()
    api.backfill_scores(COURSE, now=later(60))
    api.process_inbox(now=later(60), limit=10)
    assert [skill for skill, *_ in standing_evidence(learner)] == ["S3"]
    BlockMapping.objects.all().delete()
    api.backfill_scores(COURSE, now=later(61))
    api.process_inbox(now=later(61), limit=10)
    assert standing_evidence(learner) == []


def test_a_block_is_matched_by_its_upstream_and_asked_about_once(learner: LearnerRef, platform: Platform) -> None:
    platform.known[PROBLEM] = BlockFacts(upstream="lb:MayTrang:bank:problem:q")
    mapped(course_pattern="*", select="upstream", block_pattern="lb:MayTrang:bank:*")
    told(signal(learner, 8, at=NOW))
    told(signal(learner, 9, at=later(1)))
    assert [value for _, _, value, _, _ in standing_evidence(learner)] == [900]
    assert platform.asked == [PROBLEM]


def test_the_platform_is_not_asked_about_blocks_when_keys_suffice(learner: LearnerRef, platform: Platform) -> None:
    mapped()
    told(signal(learner, 8, at=NOW))
    assert platform.asked == []


@pytest.mark.parametrize(
    "facts, expected",
    [
        (BlockFacts(declared="A1/recognise X9 S3/none"), [("A1", "recognise")]),
        (BlockFacts(tags=("S3",)), [("S3", "")]),
        (BlockFacts(declared="A1/recognise", tags=("S3",)), [("A1", "recognise")]),
    ],
)
def test_what_a_course_team_declares_counts_where_the_operator_says_so(
    facts: BlockFacts, expected: list[tuple[str, str]], learner: LearnerRef, platform: Platform, settings: Any
) -> None:
    platform.known[PROBLEM] = facts
    assert told(signal(learner, 8, at=NOW)).dropped == 1
    settings.DIGISKILLS_SKILLS_FIELD_COURSES = ["course-v1:MayTrang+*"]
    settings.DIGISKILLS_TAG_COURSES = ["course-v1:MayTrang+*"]
    settings.DIGISKILLS_TAXONOMY = "digiskills-vn"
    told(signal(learner, 9, at=later(1)))
    assert [(skill, facet) for skill, facet, *_ in standing_evidence(learner)] == expected


def test_the_table_has_the_word_over_what_a_course_team_declares(learner: LearnerRef, platform: Platform, settings: Any) -> None:
    settings.DIGISKILLS_SKILLS_FIELD_COURSES = ["*"]
    platform.known[PROBLEM] = BlockFacts(declared="S3")
    mapped(skill="S2")
    told(signal(learner, 8, at=NOW))
    assert [skill for skill, *_ in standing_evidence(learner)] == ["S2"]
