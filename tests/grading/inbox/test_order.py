"""Whatever order the news of scores comes in, however often and in whatever portions: the same evidence and mastery stand in the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from attrs import frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digiskills_grading import api, inbox
from digiskills_grading.data import LearnerRef
from digiskills_grading.models import BlockScore, Mastery
from tests.grading.helpers import AUDIENCE, REGULATION, account, later
from tests.grading.inbox.places import PROBLEM, Platform, deletion, mapped, signal, standing_evidence

END = later(1000)
BLOCKS = (PROBLEM, PROBLEM.replace("final", "middle"), PROBLEM.replace("final", "unmapped"))
names = count()


@frozen
class News:
    """A score that was set, or deleted (None), so many minutes after the beginning."""

    block: str
    minute: int
    earned: int | None

    def signal(self, learner: LearnerRef) -> dict[str, Any]:
        if self.earned is None:
            return deletion(learner, at=later(self.minute), usage_id=self.block)
        return signal(learner, self.earned, at=later(self.minute), usage_id=self.block)


news = st.builds(News, st.sampled_from(BLOCKS), st.integers(0, 12), st.none() | st.integers(0, 10))


def newcomer() -> LearnerRef:
    learner = account(f"learner {next(names)}")
    api.ensure_track(learner, regulation=REGULATION, audience=AUDIENCE)
    return learner


def end_of(portions: Sequence[Sequence[News]]) -> tuple[object, ...]:
    """What stands for a new learner after the worker has looked at one portion after the other."""
    learner = newcomer()
    for portion in portions:
        for item in portion:
            inbox.receive(item.signal(learner), now=END)
        api.process_inbox(now=END, limit=1000)
    masteries = Mastery.objects.filter(track__learner__user_id=learner.user_id).order_by("skill__code")
    scores = BlockScore.objects.filter(learner__user_id=learner.user_id).order_by("context__usage_key")
    return (
        standing_evidence(learner),
        list(masteries.exclude(state="not_assessed").values_list("skill__code", "state", "value_milli", "since")),
        list(scores.values_list("context__usage_key", "value_milli", "modified_at")),
    )


@pytest.fixture
def mapping(platform: Platform) -> None:
    """One block says something of two skills, one of a third, and only about scores of some minutes; the third block of nothing."""
    mapped()
    mapped(skill="A1", facet="recognise")
    mapped(block_pattern="middle", skill="A1", facet="recover", active_from=later(3), active_to=later(9))


@pytest.mark.property
@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(news, max_size=8), data=st.data())
def test_late_repeated_reordered_and_corrected_scores_end_as_in_order(mapping: None, story: list[News], data: st.DataObject) -> None:
    in_order = sorted(story, key=lambda item: (item.minute, item.earned is None, item.earned or 0))
    again = data.draw(st.lists(st.sampled_from(story), max_size=3)) if story else []
    disorder = data.draw(st.permutations([*story, *again]))
    cut = data.draw(st.integers(0, len(disorder)))
    expected = end_of([[item] for item in in_order])
    assert end_of([disorder[:cut], disorder[cut:]]) == expected
    assert end_of([[item] for item in disorder]) == expected


@pytest.mark.property
@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(news, max_size=8))
def test_what_stands_is_the_newest_mapped_score_of_each_block(mapping: None, story: list[News]) -> None:
    expected: set[tuple[str, str, int, datetime, bool]] = set()
    for block, cells, first, last in ((BLOCKS[0], [("S3", ""), ("A1", "recognise")], 0, 99), (BLOCKS[1], [("A1", "recover")], 3, 9)):
        counting = [item for item in story if item.block == block and (item.earned is None or first <= item.minute < last)]
        newest = max(counting, key=lambda item: (item.minute, item.earned is None, item.earned or 0), default=None)
        if newest is not None and newest.earned is not None:
            expected |= {(skill, facet, newest.earned * 100, later(newest.minute), False) for skill, facet in cells}
    evidence, _, _ = end_of([story])
    assert set(evidence) == expected  # type: ignore[call-overload]
