"""What the inbox reports, and what is known of blocks of the platform."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen


@frozen(kw_only=True)
class InboxReport:
    """One round of the inbox, in rows.

    Attributes:
        processed: rows that were done with, whatever came of them.
        evidence: rows of evidence written, retractions included.
        dropped: of the processed, those that say nothing: of no mapped block, or of nobody.
        failed: rows that could not be processed and stay, to be tried again later.
    """

    processed: int = 0
    evidence: int = 0
    dropped: int = 0
    failed: int = 0

    def __add__(self, other: InboxReport) -> InboxReport:
        return InboxReport(
            processed=self.processed + other.processed,
            evidence=self.evidence + other.evidence,
            dropped=self.dropped + other.dropped,
            failed=self.failed + other.failed,
        )


@frozen(kw_only=True)
class BlockFacts:
    """What the platform knows of a block beyond its key.

    Attributes:
        upstream: key of the library's block it was made from; empty for none.
        declared: the block's field ``digiskills_skills``.
        tags: external ids of its tags from the taxonomy of skills.
    """

    upstream: str = ""
    declared: str = ""
    tags: tuple[str, ...] = ()


@frozen(kw_only=True)
class StoredScore:
    """A score that the platform holds. ``earned`` and ``possible`` may be in any unit, as long as it is the same."""

    user_id: int
    course_key: str
    usage_key: str
    earned: float
    possible: float
    modified_at: datetime
