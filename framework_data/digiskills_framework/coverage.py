"""The frozen types of a coverage rule: when a group of people (a household, an organisation, a class) counts as covered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from digiskills_framework.regulation_rules import Rule
from digiskills_framework.requirement_tree import RequirementTree
from digiskills_framework.types import Audience, LocalizedText

COMPLETED: Final = "completed"


class GroupKind(StrEnum):
    """What kind of group is covered or not."""

    HOUSEHOLD = "household"
    ORGANISATION = "organisation"
    CLASS = "class"


@dataclass(frozen=True, slots=True)
class CoverageRule:
    """One version of a coverage rule. Exactly one of ``at_least`` and ``share_milli`` is given.

    Attributes:
        regulation: key of the regulation under which a member is looked at.
        audience: only a member's track for this audience counts; None: any audience of the regulation.
        condition: what a member must have: `COMPLETED` under the regulation, or this requirement tree met by the member's skills.
        at_least: so many members meet the condition, ≥ 1.
        share_milli: so many of 1000 members do, 1 … 1000.
        statements: ``group_kind``, ``members`` and ``condition``, each with its basis and source.
        digest: ``sha256:…`` of the file's content, the one that the lock records.
    """

    id: str
    version: int
    label: LocalizedText
    notice: LocalizedText
    group_kind: GroupKind
    regulation: str
    audience: Audience | None
    condition: RequirementTree | Literal["completed"]
    at_least: int | None
    share_milli: int | None
    statements: tuple[Rule, ...]
    digest: str

    @property
    def key(self) -> str:
        """``household-five-basic/1``"""
        return f"{self.id}/{self.version}"

    def covered(self, *, meeting: int, members: int) -> bool:
        """Whether a group is covered in which ``meeting`` of ``members`` meet the condition; a group of nobody never is."""
        if self.share_milli is not None:
            return members > 0 and meeting * 1000 >= self.share_milli * members
        return self.at_least is not None and meeting >= self.at_least
