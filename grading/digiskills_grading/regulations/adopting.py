"""Bringing a regulation into force in place of the version that it supersedes, learner by learner.

Every learner is a transaction of their own under the learner lock, and whoever was done is not done again: a run that was broken off is
finished by another. What can be said of many learners at once is found without locks; each is judged again under the lock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from digiskills_framework.api import MovedLearners
from digiskills_grading import dimensions
from digiskills_grading.data import AdoptionReport
from digiskills_grading.errors import RegulationRefused
from digiskills_grading.models import RegulationReview, RegulationVersion, Track
from digiskills_grading.regulations.judging import BATCH, Change, Fate, change_to, judge
from digiskills_grading.regulations.moving import move
from digiskills_grading.scoring import reasons_to_json
from digiskills_grading.transactions import require_aware, run_locked

Progress = Callable[[int], None]


def adopt(new: str, *, now: datetime, actor_id: int | None = None, progress: Progress | None = None) -> AdoptionReport:
    """Does what the change policy of a regulation says. From the first moment on, who begins comes under the new version.

    Doing it again finishes what was broken off, and picks up who met the new version meanwhile; otherwise it changes nothing.

    Args:
        actor_id: platform account; None: on the server's command line.
        progress: called with the number of tracks looked at so far.

    Raises:
        RegulationRefused: the file supersedes nothing, or another version was adopted in place of the old one.
        RegulationChanged: a file is not the one that was used before.
        digiskills_framework.api.FrameworkDataError: a regulation cannot be used.
        RuntimeError: inside somebody else's transaction.
    """
    require_aware(now)
    change = change_to(new)
    _succeed(change)
    moved = 0
    while True:
        found = _pass(change, now, actor_id, progress)
        moved += found[Fate.MOVES]
        # Who was moved is not met again; who joined the old version at the last moment is moved by another pass.
        if change.who is MovedLearners.NEW or not found[Fate.MOVES]:
            break
    return AdoptionReport(
        old=change.old.key,
        new=change.new.key,
        learners=moved + found[Fate.STAYS] + found[Fate.REVIEW],
        moved=moved,
        stayed=found[Fate.STAYS],
        review=found[Fate.REVIEW],
    )


def _succeed(change: Change) -> None:
    """Records which version takes the place of the old one."""
    old_id, new_id = dimensions.regulation_id(change.old.key), dimensions.regulation_id(change.new.key)
    if RegulationVersion.objects.filter(pk=old_id, successor=None).update(successor_id=new_id):
        return
    adopted = RegulationVersion.objects.select_related("successor").get(pk=old_id).successor
    if adopted is not None and adopted.pk != new_id:
        raise RegulationRefused(
            f"{adopted.key} was adopted in place of {change.old.key} already; let {change.new.key} supersede {adopted.key} instead"
        )


def _pass(change: Change, now: datetime, actor_id: int | None, progress: Progress | None) -> Counter[Fate]:
    """Looks at everybody under the old version once."""
    fates: Counter[Fate] = Counter()
    tracks = Track.objects.filter(regulation__key=change.old.key, successor=None)
    last = 0
    while batch := list(tracks.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for judged in judge(change, batch, now=now):
            fate: Fate | None = judged.fate
            if fate is not Fate.STAYS:
                fate = _apply(change, judged.track, now, actor_id)
            if fate is not None:
                fates[fate] += 1
        last = batch[-1].pk
        if progress is not None:
            progress(fates.total())
    return fates


def _apply(change: Change, track: Track, now: datetime, actor_id: int | None) -> Fate | None:
    """What was done; None: somebody else was faster."""

    def work() -> Fate | None:
        row = Track.objects.select_related("regulation", "learner").get(pk=track.pk)
        if row.successor_id is not None:
            return None
        (judged,) = judge(change, [row], now=now)
        reviews = RegulationReview.objects.filter(track_id=row.pk, regulation_id=dimensions.regulation_id(change.new.key))
        if judged.fate is Fate.MOVES:
            reviews.filter(state=RegulationReview.State.OPEN).update(state=RegulationReview.State.MET, settled_at=now)
            move(row, change.new.key, now=now, actor_id=actor_id)
        elif judged.fate is Fate.REVIEW:
            reviews.get_or_create(
                track_id=row.pk,
                regulation_id=dimensions.regulation_id(change.new.key),
                defaults={"missing": reasons_to_json(judged.verdict.reasons), "found_at": now},
            )
        return judged.fate

    return run_locked(track.learner_id, work)
