"""What the platform's grade book and its staff tools ask of a scored block: `ScorableXBlockMixin`, rescore, override, reset.

All of these run inside somebody else's transaction. So nothing here takes the learner lock: the new score is computed by reading,
and the rest is a request that grading carries out afterwards.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from xblock.fields import Integer, Scope, String
from xblock.scorable import ScorableXBlockMixin, Score

from digiskills_grading import api as grading
from digiskills_grading.data import GradedAttempt, GradeToPublish, LearnerRef
from digiskills_grading.errors import AttemptNotFound, TaskChanged, TraceGone
from digiskills_xblock import recording

log = logging.getLogger(__name__)

MAX_SCORE = 1.0  # raw points; the grade book multiplies by the block's weight


class PracticeScoring(ScorableXBlockMixin):  # type: ignore[misc]  # XBlock ships no types
    """Scores of a practice block, in raw points 0.0 … 1.0."""

    # Two short values for each learner, at most 200 bytes in StudentModule. Attempts, seeds and traces are grading's, and so is the
    # answer to which attempt holds the grade: the platform saves these fields after the handler, or not at all.
    current_attempt = String(scope=Scope.user_state, default="")
    last_score_milli = Integer(scope=Scope.user_state, default=None)

    def max_score(self) -> float:
        """Raw points of a perfect attempt. The weight is not in it: the platform applies ``weight`` itself."""
        return MAX_SCORE

    def has_submitted_answer(self) -> bool:
        """Whether a counted attempt of the bound learner was scored here."""
        return self._graded_attempt() is not None

    def allows_rescore(self) -> bool:
        """Always: the trace of every scored attempt is stored for as long as the regulation says."""
        return True

    def get_score(self) -> Score:
        """The score that the block last published, or that staff has set; from grading where the platform has lost it."""
        if self.last_score_milli is not None:
            return Score(raw_earned=self.last_score_milli / 1000, raw_possible=MAX_SCORE)
        graded = self._graded_attempt()
        return Score(raw_earned=(graded.score_milli if graded else 0) / 1000, raw_possible=MAX_SCORE)

    def set_score(self, score: Score) -> None:
        """Keep a score; the platform calls this back on every publish, so nothing is published here."""
        if score.raw_possible:
            self.last_score_milli = round(1000 * score.raw_earned / score.raw_possible)

    def calculate_score(self) -> Score:
        """Replay the stored trace of the attempt that holds the grade; changes nothing.

        Raises:
            DigiskillsError: the attempt or its trace is no longer there.
        """
        return self._replayed(self._holder_of_grade())

    def rescore(self, only_if_higher: bool) -> None:
        """Publish the replayed score, and ask grading to replace the evidence if it differs.

        A trace that is no longer stored, or whose task was replaced, leaves the learner's score as it is: the platform rescores a
        whole course in one task, which one error would end.

        Raises:
            ValueError: nothing was submitted yet.
        """
        graded = self._holder_of_grade()
        try:
            score = self._replayed(graded)
        except (AttemptNotFound, TaskChanged, TraceGone) as error:
            log.warning("digiskills: not rescored: %s", error)
            return
        self._publish_grade(score, only_if_higher)
        grading.request_rescore(graded.public_id, actor=None, only_if_higher=only_if_higher)

    def publish_earned(self, grade: GradeToPublish) -> None:
        """Hand a grade to the runtime, which books it for its own user; a scored block is completed by its score."""
        self._publish_grade(Score(raw_earned=grade.earned, raw_possible=grade.possible), grade.only_if_higher)

    def publish_grade(self) -> None:
        """Publish the score that is kept; the platform calls this after staff has overridden it with `set_score`."""
        self._publish_grade(self.get_score())

    def clear_student_state(self, user_id: str, course_id: str, item_id: str, requesting_user_id: str, **_: Any) -> None:
        """Ask grading to void the attempts of a learner here, called by the platform when staff deletes a learner's state.

        Args:
            user_id, requesting_user_id: the platform's anonymous ids of the learner and of the member of staff.
            course_id, item_id: course key and usage key as text.
        """
        learner = recording.account(self, user_id)
        if learner is not None:
            actor = recording.account(self, requesting_user_id)
            grading.request_reset(LearnerRef(user_id=learner), course_key=course_id, usage_key=item_id, actor=actor)
            transaction.on_commit(lambda: recording.announce_deleted_score(self, learner, course_id, item_id))

    def _graded_attempt(self) -> GradedAttempt | None:
        bound = recording.bound_learner(self)
        if bound is None:
            return None
        return grading.graded_attempt(LearnerRef(user_id=bound.user_id), course_key=bound.course_key, usage_key=bound.usage_key)

    def _holder_of_grade(self) -> GradedAttempt:
        graded = self._graded_attempt()
        if graded is None:
            raise ValueError(f"nothing was submitted to {self.scope_ids.usage_id}: there is nothing to rescore")
        return graded

    def _publish_grade(self, score: Score, only_if_higher: bool | None = None) -> None:
        """Every score leaves by here. The platform can compare only with a grade that it holds (`compat.holds_grade`)."""
        super()._publish_grade(score, bool(only_if_higher) and recording.holds_grade(self))

    @staticmethod
    def _replayed(graded: GradedAttempt) -> Score:
        return Score(raw_earned=grading.rescored(graded.public_id).score_milli / 1000, raw_possible=MAX_SCORE)
