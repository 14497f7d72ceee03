"""The story of a learner as grading knows it; what other apps add is tested where they are."""

from __future__ import annotations

import io
import json

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from digiskills_grading import api
from digiskills_grading.errors import StoryNotFound
from digiskills_grading.story import Story, tell
from tests.grading.helpers import account, attempt, block, later, observe

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(story: Story, *, about: str = "") -> list[str]:
    return [line.kind for line in story.lines if about in ("", line.about)]


def test_a_reset_attempt_is_told_with_its_evidence_and_its_retraction_in_order() -> None:
    learner, context = account("man"), block()
    result = attempt(learner, context)
    api.request_reset(learner, course_key=context.course_key, usage_key=context.usage_key, actor=7)
    waiting = tell(result.public_id)
    assert "request.reset" in kinds(waiting)
    api.process_requests(now=later(5))
    story = tell(result.public_id)
    assert kinds(story, about=result.public_id) == ["attempt.started", "attempt.scored", "evidence.score", "evidence.retraction"]
    told = kinds(story)
    assert told.index("evidence.score") < told.index("decision.not_yet") < told.index("evidence.retraction")
    assert story.lines == tuple(sorted(story.lines, key=lambda line: line.at))
    (started,) = [line for line in story.lines if line.kind == "attempt.started"]
    assert started.facts["today"] == "reset by staff"


def test_a_harmful_step_is_told_beside_the_score() -> None:
    result = attempt(account("man"), block(), witness="pay_stranger")
    assert "evidence.hazard" in kinds(tell(result.public_id))


def test_an_attempt_a_decision_and_a_learner_lead_to_the_same_life() -> None:
    learner = account("man")
    result = attempt(learner, block())
    observe(learner, now=later(1))
    public_id = api.ensure_learner(learner)
    stories = [tell(identifier) for identifier in (result.public_id, f"{public_id}/1", f" {public_id} ")]
    assert stories[0].lines == stories[1].lines == stories[2].lines
    assert [story.subject.about for story in stories] == [result.public_id, f"{public_id}/1", public_id]
    assert (stories[0].subject.regulation, stories[2].subject.regulation) == ("demo-s3-a1/1", "")


def test_a_story_of_one_track_leaves_the_other_out() -> None:
    learner = account("man")
    result = attempt(learner, block())
    other = attempt(learner, block("other", regulation="vn-default/1"), now=later(1))
    assert other.public_id not in {line.about for line in tell(result.public_id).lines}
    whole = {line.about for line in tell(api.ensure_learner(learner)).lines}
    assert {result.public_id, other.public_id} <= whole


@pytest.mark.parametrize("identifier", ["", "0" * 26, f"{'0' * 26}/1", "man", "delivery:1", "receipt:x", "T1-2345-6789-ABCD"])
def test_an_id_that_nobody_knows_is_refused(identifier: str) -> None:
    with pytest.raises(StoryNotFound):
        tell(identifier)


def test_nobody_is_named() -> None:
    learner = account("nguyen-thi-lan")
    get_user_model().objects.filter(pk=learner.user_id).update(first_name="Lan", last_name="Nguyễn", email="lan@example.com")
    api.record_person(learner, name="Nguyễn Thị Lan", birth_date="1957-03-14")
    attempt(learner, block())
    out = io.StringIO()
    call_command("digiskills_story", api.ensure_learner(learner), json=True, stdout=out)
    call_command("digiskills_story", api.ensure_learner(learner), stdout=out)
    for secret in ("Lan", "lan@", "nguyen-thi-lan", "1957", "Nguy"):
        assert secret not in out.getvalue()


def test_the_command_marks_what_the_id_names() -> None:
    result = attempt(account("man"), block())
    out = io.StringIO()
    call_command("digiskills_story", result.public_id, stdout=out)
    head, *lines = out.getvalue().splitlines()
    assert head.endswith("demo-s3-a1/1 as citizen; times in UTC")
    marked = [line for line in lines if line.startswith("> ")]
    assert [line.split()[3] for line in marked] == ["attempt.started", "attempt.scored", "evidence.score"]
    assert "task S3-01/1; n 1; run counted" in marked[0]
    with pytest.raises(CommandError, match="is no learner"):
        call_command("digiskills_story", "nobody")


def test_the_command_gives_json() -> None:
    result = attempt(account("man"), block())
    out = io.StringIO()
    call_command("digiskills_story", result.public_id, json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert told["subject"]["about"] == result.public_id
    assert {"at", "kind", "about", "facts"} == told["lines"][0].keys()
