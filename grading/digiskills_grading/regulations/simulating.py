"""What adopting a regulation would change, by admin unit and audience, without writing anything."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np
from attrs import field, frozen
from django.conf import settings
from numpy.typing import NDArray

from digiskills_grading.data import Blame, ChangeRow, SimulationReport
from digiskills_grading.errors import UnitNotFound
from digiskills_grading.models import Track
from digiskills_grading.regulations.judging import BATCH, Change, Fate, Judged, change_to, judge
from digiskills_grading.scoring import Reason
from digiskills_grading.transactions import require_aware
from digiskills_grading.unit_tree import EVERYBODY, UNKNOWN, UnitTree, kept_back_in, read_tree

FIGURES = ("learners", "moved", "completed_before", "completed_after", "gained", "lost", "review")
_Figures = NDArray[np.int64]


@frozen
class _Tally:
    """Figures by audience and unit id (0: not known), and reasons by audience; the memory does not grow with the learners."""

    figures: dict[tuple[str, int], _Figures] = field(factory=lambda: defaultdict(lambda: np.zeros(len(FIGURES), dtype=np.int64)))
    blame: Counter[tuple[str, str]] = field(factory=Counter)
    reasons: dict[str, Reason] = field(factory=dict)

    def add(self, judged: Judged) -> None:
        track = judged.track
        before, after = (status == Track.Status.COMPLETED for status in (track.status, judged.after))
        lost = before and not after
        self.figures[track.audience, track.learner.admin_unit_id or 0] += (
            1,
            judged.fate is Fate.MOVES,
            before,
            after,
            after and not before,
            lost,
            judged.fate is Fate.REVIEW,
        )
        if lost or judged.fate is Fate.REVIEW:
            for reason in judged.verdict.reasons:
                self.reasons[reason.canonical] = reason
                self.blame[track.audience, reason.canonical] += 1


def simulate(
    new: str,
    *,
    now: datetime,
    old: str | None = None,
    audience: str | None = None,
    unit: str | None = None,
    protect: bool = True,
    progress: Callable[[int], None] | None = None,
) -> SimulationReport:
    """What would change if ``new`` were adopted now. Reads all learners in batches; memory does not grow with them.

    Args:
        new: key of the regulation.
        old: key of another version to start from than the one it supersedes; then as if everybody were moved.
        audience: only this one.
        unit: code of an admin unit: only learners there and below.
        protect: keep back figures of fewer people than the setting ``DIGISKILLS_SMALL_FIGURE``, and what would give them away.
        progress: called with the number of tracks done so far.

    Raises:
        RegulationRefused: ``new`` supersedes nothing and no ``old`` is given.
        UnitNotFound: no unit has the code.
        digiskills_framework.api.FrameworkDataError: a regulation cannot be used.
    """
    require_aware(now)
    change = change_to(new, old)
    tree = read_tree()
    tracks = Track.objects.filter(regulation__key=change.old.key, successor=None)
    if audience is not None:
        tracks = tracks.filter(audience=audience)
    if unit is not None:
        tracks = tracks.filter(learner__admin_unit_id__in=_units_within(tree, unit))
    tally, done, last = _Tally(), 0, 0
    while batch := list(tracks.filter(pk__gt=last).select_related("learner").order_by("pk")[:BATCH]):
        for judged in judge(change, batch, now=now):
            tally.add(judged)
        done, last = done + len(batch), batch[-1].pk
        if progress is not None:
            progress(done)
    return _report(change, tally, tree, done, unit, now, least=settings.DIGISKILLS_SMALL_FIGURE if protect else 1)


def _units_within(tree: UnitTree, code: str) -> list[int]:
    if code not in tree.codes[UNKNOWN + 1 :]:
        raise UnitNotFound(code)
    ids = {place: pk for pk, place in tree.place_of.items()}
    return [ids[place] for place, _ in tree.walk(code, deep=True)]


def _report(
    change: Change, tally: _Tally, tree: UnitTree, learners: int, unit: str | None, now: datetime, *, least: int
) -> SimulationReport:
    rows: list[ChangeRow] = []
    totals: list[ChangeRow] = []
    kept_back = False
    for audience in sorted({name for name, _ in tally.figures}):
        own = np.zeros((len(tree.codes), len(FIGURES)), dtype=np.int64)
        for (name, unit_id), figures in tally.figures.items():
            if name == audience:
                own[tree.place_of.get(unit_id, UNKNOWN)] += figures
        sums = tree.summed(own)
        marks = kept_back_in(tree, own, sums, least)
        kept_back = kept_back or bool(marks.any())
        rows += _rows(tree, audience, tree.walk(unit, deep=True), sums, marks)
        totals += _rows(tree, audience, [(EVERYBODY, 0)], sums, marks)
    return SimulationReport(
        old=change.old.key,
        new=change.new.key,
        who=change.who.value,
        completed=change.completed.value,
        as_of=now,
        learners=learners,
        rows=tuple(rows),
        totals=tuple(totals),
        blame=tuple(_blame(tally.blame, tally.reasons, least)),
        kept_back=kept_back,
    )


def _rows(
    tree: UnitTree, audience: str, walk: Iterator[tuple[int, int]] | Sequence[tuple[int, int]], sums: _Figures, marks: NDArray[np.bool_]
) -> Iterator[ChangeRow]:
    for place, depth in walk:
        if sums[place, 0]:
            shown = [None if mark else int(figure) for figure, mark in zip(sums[place], marks[place], strict=True)]
            yield ChangeRow(
                unit=tree.codes[place], name=tree.names[place], depth=depth, audience=audience, **dict(zip(FIGURES, shown, strict=True))
            )


def _blame(found: Mapping[tuple[str, str], int], reasons: Mapping[str, Reason], least: int) -> Iterator[Blame]:
    """The commonest first, audience by audience."""
    for (audience, name), number in sorted(found.items(), key=lambda item: (item[0][0], -item[1], item[0][1])):
        yield Blame(audience=audience, reason=reasons[name], learners=number if number >= least else None)
