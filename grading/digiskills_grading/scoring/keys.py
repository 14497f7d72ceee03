"""Source keys: what makes a row of evidence the same row when it is written twice."""

from __future__ import annotations

import hashlib
import json


def source_key(source: str, source_id: str, *, skill: str, facet: str, revision: int) -> str:
    """SHA-256 in hexadecimal of the source tuple.

    The kind is not part of it: of a score and a hazard of the same source there is only one.

    Args:
        source: what kind of source, e.g. ``attempt``.
        source_id: its outward id.
        facet: empty for a whole skill.
        revision: 0 at first, one more for every rescore.
    """
    return _digest([source, source_id, skill, facet, revision])


def retraction_key(retracts: str) -> str:
    """Key of the retraction of the row with key ``retracts``: a row can be taken back once."""
    return _digest(["retraction", retracts])


def _digest(parts: list[str | int]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
