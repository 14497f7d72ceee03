"""Coverage of groups of people."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class CoverageState:
    """How far a group (household, organisation, class) is covered under a coverage rule.

    Attributes:
        members: present members.
        members_meeting: those who meet the rule's condition.
        needed: how many would have to, for a group of this size; at least 1.
    """

    rule: str
    met: bool
    members: int
    members_meeting: int
    needed: int
