"""The frozen types of a regulation: what each audience must master under which rules, and what follows for people already assessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from digiskills_framework.regulation_rules import RULE_NAMES, Rule, RuleValues, default_rule, typed_values
from digiskills_framework.requirement_tree import Assurance, RequirementTree
from digiskills_framework.types import Audience, LocalizedText


class RecordType(StrEnum):
    """What is issued about a learner."""

    CONFIRMATION = "confirmation"
    """That the learner has completed; issued once the decision says so, and withdrawn when it no longer holds."""
    RESULT = "result"
    """What was found for each skill, whatever the decision; a later decision gives it a new version."""


class MovedLearners(StrEnum):
    """Which learners under the superseded version come under the new one; each choice includes those before it."""

    NEW = "new"
    """Nobody: only who begins afterwards falls under the new version."""
    UNDECIDED = "undecided"
    """Those about whom nothing was decided yet."""
    NOT_COMPLETED = "not_completed"
    """All but those who have completed."""
    ALL = "all"


class CompletedLearners(StrEnum):
    """What happens to learners who completed under the superseded version."""

    KEEP = "keep"
    """They stay completed under the version by which they were assessed."""
    REVIEW = "review"
    """Who does not meet the new version is listed for a person to decide; until then nothing changes."""
    WITHDRAW = "withdraw"
    """Who does not meet the new version is no longer completed."""


@dataclass(frozen=True, slots=True)
class ChangePolicy:
    """What a version that supersedes another means for learners who are already under way.

    Attributes:
        statements: ``who`` and ``completed``, each with its basis and source.
    """

    who: MovedLearners
    completed: CompletedLearners
    statements: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class AudienceRules:
    """What one audience must master, at one school level or (``level`` None) where no level of its own is given."""

    audience: Audience
    level: str | None
    requires: RequirementTree
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Regulation:
    """One version of the rules of assessment.

    Attributes:
        framework: key of the framework whose skills it names.
        status: ``demo`` (never for real confirmations), ``default`` (ours, configurable) or ``official``.
        rules: every rule once, in force unless an audience or level overrides it.
        record_fields: what a record contains, in this order.
        record_types: which records are issued.
        record_caps: at most so many records of a type are signed for one learner within 365 days; no cap for a type without an entry.
        record_basis: basis and source of the three above, as a rule named ``record``.
        digest: ``sha256:…`` of the file's content, the one that the lock records; a version that was used must keep it.
        supersedes: key of the version that it replaces; None: it stands beside the others.
        change_policy: given exactly when it supersedes another.
    """

    id: str
    version: int
    label: LocalizedText
    framework: str
    status: Literal["demo", "default", "official"]
    notice: LocalizedText
    audiences: tuple[AudienceRules, ...]
    rules: tuple[Rule, ...]
    record_fields: tuple[str, ...]
    record_types: tuple[RecordType, ...]
    record_caps: Mapping[RecordType, int]
    record_basis: Rule
    digest: str
    supersedes: str | None = None
    change_policy: ChangePolicy | None = None

    @property
    def key(self) -> str:
        """``demo-s3-a1/1``"""
        return f"{self.id}/{self.version}"

    def audience_codes(self) -> tuple[Audience, ...]:
        return tuple(dict.fromkeys(entry.audience for entry in self.audiences))

    def entry(self, audience: str, level: str | None = None) -> AudienceRules:
        """The rules for an audience at a school level; without an entry for the level, those of the audience as a whole.

        Raises:
            KeyError: the regulation says nothing of this audience.
        """
        for wanted in (level, None):
            for entry in self.audiences:
                if (entry.audience, entry.level) == (audience, wanted):
                    return entry
        known = ", ".join(self.audience_codes())
        raise KeyError(f"regulation {self.key} has no audience {audience!r}; it has {known}")

    def requires(self, audience: str, level: str | None = None) -> RequirementTree:
        """What the audience must master; see `entry` for the fallback and errors."""
        return self.entry(audience, level).requires

    def rule(self, name: str, audience: str | None = None, level: str | None = None) -> Rule:
        """The rule in force, with its basis and source: that of the level, else of the audience, else of the regulation.

        An optional rule that none of them gives has its default value and is not `Rule.stated`.

        Raises:
            KeyError: no such rule, or no such audience.
        """
        layers = [self.rules]
        if audience is not None:
            layers = [self.entry(audience, level).rules, self.entry(audience).rules, self.rules]
        found = next((rule for rules in layers for rule in rules if rule.name == name), None)
        if found is not None:
            return found
        if name not in RULE_NAMES:
            raise KeyError(f"regulation {self.key} has no rule {name!r}; rules: {', '.join(RULE_NAMES)}")
        return default_rule(name, Assurance(str(self.rule("min_assurance", audience, level).value)))

    def values(self, audience: str, level: str | None = None) -> RuleValues:
        """All rules in force for an audience and level, as typed values; see `rule`."""
        return typed_values({name: self.rule(name, audience, level).value for name in RULE_NAMES})
