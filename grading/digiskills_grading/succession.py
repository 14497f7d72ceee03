"""Which regulation, and which track of a learner, took the place of which.

A regulation has a successor once a newer version was adopted; blocks and mappings go on naming the old one. A track has a successor once
its learner was moved: it is then history, contributes nothing to the counters and is never assessed again.
"""

from __future__ import annotations

from collections.abc import Iterable

from digiskills_grading.models import RegulationVersion, Track


def regulation_in_force(regulation_id: int) -> int:
    """The regulation under which somebody comes who begins now."""
    successor: int | None = RegulationVersion.objects.only("successor_id").get(pk=regulation_id).successor_id
    return regulation_id if successor is None else regulation_in_force(successor)


def track_in_force(track: Track) -> Track:
    """The track itself, or the one that its learner was moved to; costs a statement only where there is one."""
    while track.successor_id is not None:
        track = Track.objects.select_related("regulation").get(pk=track.successor_id)
    return track


def last_track(track_id: int, tracks: Iterable[Track]) -> Track:
    """The same, by id, where all tracks of the learner are there already."""
    by_id = {track.pk: track for track in tracks}
    track = by_id[track_id]
    while track.successor_id is not None:
        track = by_id[track.successor_id]
    return track


def keys_since(regulation: str) -> tuple[str, ...]:
    """Keys of a regulation and of all that took its place, oldest first."""
    keys = [regulation]
    row = RegulationVersion.objects.select_related("successor").filter(key=regulation).first()
    while row is not None and row.successor is not None:
        row = row.successor
        keys.append(row.key)
    return tuple(keys)
