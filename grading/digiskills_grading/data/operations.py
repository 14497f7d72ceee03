"""What operators and support are told: findings of the doctor, switches, the story of a record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from attrs import Factory, frozen

Level = Literal["ok", "warn", "fail"]


@frozen(kw_only=True)
class Finding:
    """What one check of `digiskills_doctor` found.

    Attributes:
        check: stable code of the check, such as ``migrations`` or ``backlog.grades``.
        level: ``ok``; ``warn``: works, but somebody should look; ``fail``: something does not work.
        what: one sentence with the figures.
        todo: what to do about it; empty when nothing is to be done.
    """

    check: str
    level: Level
    what: str
    todo: str = ""

    @staticmethod
    def of_age(check: str, what: str, todo: str, *, age: timedelta, warn: timedelta, fail: timedelta) -> Finding:
        """Judged by an age: ``ok`` up to ``warn``, ``fail`` above ``fail``."""
        if age <= warn:
            return Finding(check=check, level="ok", what=what)
        return Finding(check=check, level="fail" if age > fail else "warn", what=what, todo=todo)

    @staticmethod
    def of_backlog(check: str, of: str, todo: str, *, count: int, oldest: datetime | None, now: datetime) -> Finding:
        """Work that waits, judged by how long the oldest has: more than 15 minutes is to be looked at, 4 hours is a failure.

        Args:
            of: what waits, in the plural.
            oldest: when the oldest was due; None when nothing waits.
        """
        if oldest is None:
            return Finding(check=check, level="ok", what=f"no {of} wait")
        age = max(now - oldest, timedelta(0))
        what = f"{count} {of} wait, the oldest for {age_in_words(age)}"
        return Finding.of_age(check, what, todo, age=age, warn=timedelta(minutes=15), fail=timedelta(hours=4))


@frozen(kw_only=True)
class SwitchState:
    """How a kill switch stands. The last three are empty for a switch that was never turned.

    Attributes:
        name: ``recording``, ``issuing`` or ``destination:<code>``.
        actor_id: platform account; None: on the server's command line.
    """

    name: str
    is_on: bool
    reason: str = ""
    actor_id: int | None = None
    changed_at: datetime | None = None


@frozen(kw_only=True)
class StorySubject:
    """Whose story is told, and how much of it.

    Attributes:
        regulation, audience: only what belongs to this track; both empty for the whole learner.
        about: the id that was asked for, as it stands in `StoryLine.about`.
    """

    learner_public_id: str
    about: str
    regulation: str = ""
    audience: str = ""

    def covers(self, regulation: str, audience: str) -> bool:
        """Whether a track belongs to the story."""
        return not self.regulation or (self.regulation, self.audience) == (regulation, audience)


@frozen(kw_only=True)
class StoryLine:
    """One thing that happened. Holds no name, no account and nothing that anybody wrote.

    Attributes:
        kind: stable code, such as ``attempt.scored`` or ``delivery.dead``.
        about: id of what it happened to: of an attempt, a decision (``learner/n``), a confirmation (its number), a delivery.
        facts: further codes and figures, in the order in which they are shown.
    """

    at: datetime
    kind: str
    about: str
    facts: Mapping[str, str | int] = Factory(dict)


def age_in_words(age: timedelta) -> str:
    """A duration in its largest unit, rounded down: ``3 days``, ``2 h``, ``15 min``, ``8 s``."""
    seconds = int(age.total_seconds())
    for size, word in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size or (size < 86_400 and seconds >= size):
            return f"{seconds // size} {word}"
    return f"{seconds} s"
