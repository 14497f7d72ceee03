"""A score of another block becomes evidence, under the learner lock.

The platform holds one score for each learner and block, and so do we: the newest counts, whatever order the news came in. Its evidence is
compared with what stands, and only the difference is written, as retractions and new rows. So a score that comes twice, late or
corrected, or a mapping that was changed, ends where the newest score under the mapping would have led by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from attrs import frozen

from digiskills_grading import dimensions, evidence, learners
from digiskills_grading.block_matching import Target
from digiskills_grading.models import BlockScore, Evidence, Inbox
from digiskills_grading.scoring import source_key

Cell = tuple[int, str]


@frozen(kw_only=True)
class MappedScore:
    """A score with what it says, and the ids of the rows that it is to be written with.

    Attributes:
        targets: empty where a deleted score only takes back.
        by_staff: of somebody of the course team: the evidence is kept, marked and excluded.
    """

    row: Inbox
    targets: tuple[Target, ...]
    by_staff: bool
    context_id: int
    skill_ids: Mapping[str, int]
    regulation_ids: Mapping[str, int]

    @classmethod
    def prepare(cls, row: Inbox, targets: tuple[Target, ...], *, by_staff: bool) -> MappedScore:
        """Looks the ids up, or adds the rows: before the learner lock, so that nobody waits for a row that may be rolled back."""
        return cls(
            row=row,
            targets=targets,
            by_staff=by_staff,
            context_id=dimensions.context_id(row.course_key, row.usage_key),
            skill_ids=dimensions.skill_ids(target.skill for target in targets),
            regulation_ids={target.regulation: dimensions.regulation_id(target.regulation) for target in targets if target.regulation},
        )


def apply(learner_pk: int, score: MappedScore, *, now: datetime) -> int | None:
    """Brings the evidence of one block up to a score.

    Returns:
        How many rows of evidence were written; None, and nothing is done, when a newer score is known.
    """
    known = BlockScore.objects.filter(learner_id=learner_pk, context_id=score.context_id).first()
    if known is not None and score.row.recency < known.recency:
        return None
    # The same score again goes on: the mapping may have changed since.
    state = known or BlockScore(learner_id=learner_pk, context_id=score.context_id)
    repeats = known is not None and score.row.backfill and score.row.value_milli == known.value_milli
    if not repeats:
        state.value_milli = score.row.value_milli
        state.modified_at = score.row.modified_at
    written = _reconcile(state, score, now=now)
    if written:
        state.revision += 1
    state.save()
    if state.value_milli is not None:
        _join(learner_pk, score, now)
    return written


def _reconcile(state: BlockScore, score: MappedScore, *, now: datetime) -> int:
    value = state.value_milli
    wanted = {} if value is None else {_cell(row): row for row in _evidence(state, value, score, now)}
    rows = Evidence.objects.filter(learner_id=state.learner_id, context_id=state.context_id, source=Evidence.Source.BLOCK)
    standing = {_cell(row): row for row in evidence.standing(rows)}
    wrong = [row for cell, row in standing.items() if cell not in wanted or _content(row) != _content(wanted[cell])]
    gone = {_cell(row) for row in wrong}
    added = [row for cell, row in wanted.items() if cell not in standing or cell in gone]
    evidence.take_back(wrong, actor_id=None, now=now)
    Evidence.objects.bulk_create(added)
    return len(wrong) + len(added)


def _evidence(state: BlockScore, value_milli: int, score: MappedScore, now: datetime) -> Iterable[Evidence]:
    source_id = f"{score.row.usage_key} {score.row.user_id}"
    for target in score.targets:
        yield Evidence(
            learner_id=state.learner_id,
            skill_id=score.skill_ids[target.skill],
            facet=target.facet,
            source=Evidence.Source.BLOCK,
            source_key=source_key("block", source_id, skill=target.skill, facet=target.facet, revision=state.revision),
            kind=Evidence.Kind.SCORE,
            value_milli=value_milli,
            level=target.level,
            practical=target.practical,
            assurance=target.assurance,
            context_id=state.context_id,
            excluded_reason=evidence.COURSE_STAFF if score.by_staff else None,
            occurred_at=state.modified_at,
            recorded_at=now,
        )


def _cell(row: Evidence) -> Cell:
    return row.skill_id, row.facet


def _content(row: Evidence) -> Sequence[object]:
    """What makes two rows of one cell the same evidence."""
    return row.value_milli, row.occurred_at, row.level, row.practical, row.assurance, row.excluded_reason


def _join(learner_pk: int, score: MappedScore, now: datetime) -> None:
    """The tracks that the mapping asks for."""
    wanted = {(target.regulation, target.audience): target for target in score.targets if target.regulation}
    for (regulation, audience), target in wanted.items():
        learners.joined_track(learner_pk, score.regulation_ids[regulation], audience, target.level, by_staff=score.by_staff, now=now)
