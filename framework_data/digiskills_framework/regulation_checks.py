"""What the rules of a regulation may not say together: each contradiction becomes a finding at the place where it can be mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from digiskills_framework.contradictions import Contradictions
from digiskills_framework.errors import FrameworkDataError
from digiskills_framework.library import find, read_entry
from digiskills_framework.regulation import AudienceRules, CompletedLearners, MovedLearners, Regulation
from digiskills_framework.regulation_rules import CountedAttempts, Rule, RuleValues
from digiskills_framework.requirement_tree import Assurance, EvidenceRequired, evidence_leaves
from digiskills_framework.shapes import check_shape
from digiskills_framework.strict_yaml import DataPath, Source

_OF_N = ("counted_m", "counted_n")


def check_rules(regulation: Regulation, source: Source, notes: Contradictions) -> None:
    """Note where the rules in force for an audience and level contradict one another or what is required of it."""
    for entry in regulation.audiences:
        _EntryCheck(regulation, entry, source, notes).run()
    if not any(_counts_m_of_n(regulation, entry) for entry in regulation.audiences):
        for rule in (rule for rule in regulation.rules if rule.name in _OF_N):
            notes.add(source, ("rules", rule.name), rule.value, *_without_m_of_n())


def check_succession(regulation: Regulation, source: Source, notes: Contradictions, extra: tuple[Path, ...]) -> None:
    """Note where the superseded version cannot be what is superseded, or where its learners are left without rules."""
    policy = regulation.change_policy
    if regulation.supersedes is None or policy is None:
        return
    if policy.who is not MovedLearners.ALL and policy.completed is not CompletedLearners.KEEP:
        notes.add(
            source,
            ("change_policy", "completed", "value"),
            policy.completed.value,
            f"speaks of learners whom who: {policy.who.value} does not move",
            "Write keep, or who: all",
        )
    ancestors = _ancestors(regulation.supersedes, source, notes, extra)
    if regulation.key in {key for key, _audiences in ancestors}:
        notes.add(source, ("supersedes",), regulation.supersedes, "leads back to this version", "Name an earlier version")
    old_id, _slash, old_version = regulation.supersedes.partition("/")
    if old_id == regulation.id and old_version.isdecimal() and int(old_version) > regulation.version:
        notes.add(source, ("supersedes",), regulation.supersedes, "is a later version", "Name an earlier version")
    if ancestors and policy.who is not MovedLearners.NEW:
        for name in sorted(ancestors[0][1] - set(regulation.audience_codes())):
            remedy = "Say here what is required of it, or write who: new"
            notes.add(source, ("audiences",), name, f"is an audience of {regulation.supersedes} that is left without rules", remedy)


def _ancestors(key: str, source: Source, notes: Contradictions, extra: tuple[Path, ...]) -> list[tuple[str, frozenset[str]]]:
    """The superseded version and those before it, each with its audiences; read as files, since a circle could not be built."""
    found: dict[str, frozenset[str]] = {}
    current: str | None = key
    while current is not None and current not in found:
        try:
            raw = check_shape(read_entry(find("regulations", current, extra))[""], "regulation-1")
        except FrameworkDataError as error:
            notes.add(source, ("supersedes",), current, f"cannot be used: {error.message}", error.remedy)
            break
        found[current] = frozenset(raw["audiences"])
        current = raw.get("supersedes")
    return list(found.items())


def _counts_m_of_n(regulation: Regulation, entry: AudienceRules) -> bool:
    return regulation.rule("counted_attempts", entry.audience, entry.level).value == CountedAttempts.M_OF_N


def _without_m_of_n() -> tuple[str, str]:
    return "says nothing unless counted_attempts is m_of_n", "Remove it, or write counted_attempts: m_of_n"


@dataclass(frozen=True, slots=True)
class _EntryCheck:
    """The checks of one audience and level."""

    regulation: Regulation
    entry: AudienceRules
    source: Source
    notes: Contradictions

    def run(self) -> None:
        values = self.regulation.values(self.entry.audience, self.entry.level)
        self._check_counting(values)
        self._check_hazards(values)
        self._check_renewal(values)
        self._check_assurance(values)
        self._check_evidence(values)

    def _check_counting(self, values: RuleValues) -> None:
        if values.counted_attempts is not CountedAttempts.M_OF_N:
            for rule in (rule for rule in self.entry.rules if rule.name in _OF_N):
                self.notes.add(self.source, (*self._place(), "rules", rule.name), rule.value, *_without_m_of_n())
            return
        for name in _OF_N:
            if not self._rule(name).stated:
                self._note("counted_attempts", f"needs {name}", f"Add {name}, 1 ≤ counted_m ≤ counted_n")
        if values.counted_m > values.counted_n:
            self._note("counted_m", f"is more than counted_n ({values.counted_n})", f"Use a number up to {values.counted_n}")

    def _check_hazards(self, values: RuleValues) -> None:
        if values.hazard_veto_days and not values.hazard_blocks_mastery:
            remedy = "Write hazard_blocks_mastery: true, or remove hazard_veto_days"
            self._note("hazard_veto_days", "vetoes mastery for a hazard that hazard_blocks_mastery: false lets count", remedy)

    def _check_renewal(self, values: RuleValues) -> None:
        if not values.renewal_notice_days:
            return
        if values.validity_days is None:
            self._note("renewal_notice_days", "announces an end that validity_days: null rules out", "Remove it, or give validity_days")
        elif values.renewal_notice_days >= values.validity_days:
            remedy = f"Use a number below {values.validity_days}"
            self._note("renewal_notice_days", f"is not shorter than validity_days ({values.validity_days})", remedy)

    def _check_assurance(self, values: RuleValues) -> None:
        weaker = [one.value for one in Assurance if one in values.accepted_assurance and one.rank < values.min_assurance.rank]
        if weaker:
            message = f"accepts {', '.join(weaker)}, which min_assurance ({values.min_assurance.value}) refuses"
            self._note("accepted_assurance", message, "Name none below min_assurance, or lower min_assurance")
        if values.accepted_assurance == {Assurance.OBSERVED} and not values.observers:
            name = "accepted_assurance" if self._rule("accepted_assurance").stated else "min_assurance"
            self._note(name, "accepts only what was observed, and nobody may observe", "Name the roles in observers, or accept more")

    def _check_evidence(self, values: RuleValues) -> None:
        for required in self._evidence():
            refused = [one.value for one in Assurance if one in required.assurance - values.accepted_assurance]
            shown = required.named or ", ".join(required.skills)
            place = (*self._place(), "requires")
            if refused:
                message = f"demands evidence that is not accepted here: {', '.join(refused)}"
                self.notes.add(self.source, place, shown, message, "Demand what is accepted, or add it to accepted_assurance")
            if required.assurance == {Assurance.OBSERVED} and not values.observers:
                self.notes.add(
                    self.source, place, shown, "demands what was observed, and nobody may observe", "Name the roles in observers"
                )

    def _evidence(self) -> Iterator[EvidenceRequired]:
        return evidence_leaves(self.entry.requires)

    def _rule(self, name: str) -> Rule:
        return self.regulation.rule(name, self.entry.audience, self.entry.level)

    def _place(self) -> DataPath:
        path: DataPath = ("audiences", self.entry.audience.value)
        return path if self.entry.level is None else (*path, "levels", self.entry.level)

    def _note(self, name: str, message: str, remedy: str) -> None:
        """Point at the rule where it is in force from: the level, the audience or the regulation."""
        student: DataPath = ("audiences", self.entry.audience.value)
        layers = ((self._place(), self.entry), (student, self.regulation.entry(self.entry.audience)))
        place = next((path for path, entry in layers if any(rule.name == name for rule in entry.rules)), ())
        who = f"{self.entry.audience.value}{f' {self.entry.level}' if self.entry.level else ''}"
        value = self._rule(name).value
        shown = ", ".join(value) if isinstance(value, tuple) else value
        self.notes.add(self.source, (*place, "rules", name), f"{shown} (for {who})", message, remedy)
