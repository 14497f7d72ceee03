"""What differs between two versions of a regulation, audience by audience, in words that need no knowledge of the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from digiskills_framework import regulation_sentences as say
from digiskills_framework.regulation import AudienceRules, ChangePolicy, Regulation
from digiskills_framework.regulation_rules import RULE_NAMES, CountedAttempts, Rule, RuleValue
from digiskills_framework.regulation_sentences import ChangedValue, Place
from digiskills_framework.regulation_strictness import rule_stricter
from digiskills_framework.regulation_words import TreeWords
from digiskills_framework.requirement_diff import diff_requirements
from digiskills_framework.types import Audience, Framework, LocalizedText

_EVERYBODY: Place = (None, None)
_OF_N = frozenset({"counted_m", "counted_n"})


class ChangeKind(StrEnum):
    """What kind of thing changed."""

    TEXT = "text"
    """Label or notice."""
    STATUS = "status"
    FRAMEWORK = "framework"
    SUCCESSION = "succession"
    """Which version is superseded, and what that means for learners under way."""
    AUDIENCE = "audience"
    """An audience is new or gone."""
    LEVEL = "level"
    """A school level has rules of its own, or no longer."""
    REQUIREMENT = "requirement"
    RULE = "rule"
    """The value of a rule in force."""
    BASIS = "basis"
    """The value stays; its basis or source is another."""
    FORM = "form"
    """Written otherwise; nothing in force changes."""
    RECORD = "record"
    """What is recorded and issued."""


@dataclass(frozen=True, slots=True)
class RegulationChange:
    """One difference between two versions.

    Attributes:
        path: of what changed, as in the file: ``audiences.citizen.rules.mastery_threshold_milli``. For a value in force it names
            the audience (and level) for which it is, wherever the file says it.
        audience, level: whom it concerns; both None: everybody, or the file as a whole.
        old, new: the values; a text for demands; None where there was, or is, nothing.
        stricter: True where completing becomes harder for some and easier for nobody, False for the reverse, None for neither.
        sentence: the change in plain words.
    """

    path: str
    audience: Audience | None
    level: str | None
    kind: ChangeKind
    old: ChangedValue
    new: ChangedValue
    stricter: bool | None
    sentence: LocalizedText


def diff_regulations(old: Regulation, new: Regulation, *, framework: Framework | None = None) -> tuple[RegulationChange, ...]:
    """Every difference in content; id, version, digest and the order of audiences are none.

    Comparing the other way round gives the same changes with ``old`` and ``new`` exchanged and ``stricter`` reversed.

    Args:
        framework: where the names of skills are from; None: the sentences name their codes alone.
    """
    return _Comparison(old, new, TreeWords(framework)).changes()


@dataclass(frozen=True, slots=True)
class _Comparison:
    old: Regulation
    new: Regulation
    words: TreeWords

    def changes(self) -> tuple[RegulationChange, ...]:
        return (*self._head(), *self._audiences(), *self._general_rules(), *self._record())

    def _head(self) -> Iterator[RegulationChange]:
        yield from _part(ChangeKind.TEXT, "label", self.old.label, self.new.label)
        yield from _part(ChangeKind.TEXT, "notice", self.old.notice, self.new.notice)
        yield from _part(ChangeKind.STATUS, "status", self.old.status, self.new.status)
        yield from _part(ChangeKind.FRAMEWORK, "framework", self.old.framework, self.new.framework)
        yield from _part(ChangeKind.SUCCESSION, "supersedes", self.old.supersedes, self.new.supersedes)
        for name in ("who", "completed"):
            before, after = _statement(self.old.change_policy, name), _statement(self.new.change_policy, name)
            yield from _part(ChangeKind.SUCCESSION, f"change_policy.{name}", _value(before), _value(after))
            if before and after and before.value == after.value:
                yield from _basis(f"change_policy.{name}", f"change_policy.{name}", _EVERYBODY, before, after)

    def _audiences(self) -> Iterator[RegulationChange]:
        for audience in Audience:
            old, new = (tuple(entry for entry in one.audiences if entry.audience is audience) for one in (self.old, self.new))
            if not old or not new:
                yield from (self._whole_audience(entry, added=bool(new)) for entry in (*old, *new))
                continue
            before, after = ({entry.level for entry in entries} for entries in (old, new))
            for level in sorted(before | after, key=lambda level: level or ""):
                place = (audience, level)
                if (level in before) != (level in after):
                    sentence = say.level_changed(place, added=level in after)
                    yield _change(ChangeKind.LEVEL, _path(place), place, level in before or None, level in after or None, sentence)
                yield from self._demands(place)
                yield from self._rules(place)

    def _whole_audience(self, entry: AudienceRules, *, added: bool) -> RegulationChange:
        place, words = (entry.audience, entry.level), self.words.phrase(entry.requires)
        old, new = (None, words) if added else (words, None)
        return _change(ChangeKind.AUDIENCE, _path(place), place, old, new, say.audience_changed(place, old, new))

    def _demands(self, place: Place) -> Iterator[RegulationChange]:
        old, new = _entry(self.old, place).requires, _entry(self.new, place).requires
        path, found = f"{_path(place)}.requires", diff_requirements(old, new)
        for demand in found:
            before = None if demand.old is None else self.words.phrase(demand.old)
            after = None if demand.new is None else self.words.phrase(demand.new)
            sentence = say.demand_changed(place, before, after)
            yield _change(ChangeKind.REQUIREMENT, path, place, before, after, sentence, demand.stricter)
        if not found and old != new:
            yield _change(ChangeKind.FORM, path, place, self.words.phrase(old), self.words.phrase(new), say.demands_rewritten(place))

    def _rules(self, place: Place) -> Iterator[RegulationChange]:
        for name in RULE_NAMES:
            before, after = (one.rule(name, *place) for one in (self.old, self.new))
            path = f"{_path(place)}.rules.{name}"
            if before.value != after.value and (before.stated or after.stated):
                sentence = say.rule_changed(name, place, before.value, after.value)
                yield _change(ChangeKind.RULE, path, place, before.value, after.value, sentence, self._stricter(name, place))
            elif before != after and (before.stated or after.stated):
                yield from _basis(path, name, place, before, after)
            elif _own(self.old, name, place) != _own(self.new, name, place):
                yield _change(ChangeKind.FORM, path, place, before.value, after.value, say.rule_moved(name, place))

    def _general_rules(self) -> Iterator[RegulationChange]:
        """Rules of the regulation as a whole that nobody inherits in both versions: elsewhere their change is seen at an audience."""
        for name in RULE_NAMES:
            before, after = self.old.rule(name), self.new.rule(name)
            if self._inherited(name) or not (before.stated or after.stated):
                continue
            if before.value == after.value:
                yield from _basis(f"rules.{name}", name, _EVERYBODY, before, after)
            else:
                sentence = say.rule_without_effect(name, before.value, after.value)
                yield _change(ChangeKind.FORM, f"rules.{name}", _EVERYBODY, before.value, after.value, sentence)

    def _record(self) -> Iterator[RegulationChange]:
        yield from _part(ChangeKind.RECORD, "record.fields", self.old.record_fields, self.new.record_fields)
        yield from _part(ChangeKind.RECORD, "record.types", self.old.record_types, self.new.record_types)
        caps = [tuple(f"{name.value} ≤ {cap}" for name, cap in sorted(one.record_caps.items())) for one in (self.old, self.new)]
        yield from _part(ChangeKind.RECORD, "record.caps", caps[0], caps[1])
        yield from _basis("record", "record", _EVERYBODY, self.old.record_basis, self.new.record_basis)

    def _inherited(self, name: str) -> bool:
        """Whether an audience or level of both versions takes the rule from the regulation as a whole in both."""
        common = set(self.old.audience_codes()) & set(self.new.audience_codes())
        places = [(entry.audience, entry.level) for one in (self.old, self.new) for entry in one.audiences if entry.audience in common]
        return any(not self._overridden(self.old, name, place) and not self._overridden(self.new, name, place) for place in places)

    def _overridden(self, one: Regulation, name: str, place: Place) -> bool:
        audience, _level = place
        return any(rule.name == name for at in (place, (audience, None)) for rule in _entry(one, at).rules)

    def _stricter(self, name: str, place: Place) -> bool | None:
        counted = [one.rule("counted_attempts", *place).value for one in (self.old, self.new)]
        if name in _OF_N and counted != [CountedAttempts.M_OF_N, CountedAttempts.M_OF_N]:
            return None
        return rule_stricter(name, self.old.rule(name, *place).value, self.new.rule(name, *place).value)


def _entry(one: Regulation, place: Place) -> AudienceRules:
    audience, level = place
    return one.entry(str(audience), level)


def _own(one: Regulation, name: str, place: Place) -> Rule | None:
    """The rule as the entry of exactly this place gives it."""
    entry = _entry(one, place)
    return next((rule for rule in entry.rules if rule.name == name and entry.level == place[1]), None)


def _statement(policy: ChangePolicy | None, name: str) -> Rule | None:
    return next((rule for rule in (policy.statements if policy else ()) if rule.name == name), None)


def _value(rule: Rule | None) -> RuleValue:
    return None if rule is None else rule.value


def _path(place: Place) -> str:
    audience, level = place
    return f"audiences.{audience}" if level is None else f"audiences.{audience}.levels.{level}"


def _part(kind: ChangeKind, path: str, old: ChangedValue, new: ChangedValue) -> Iterator[RegulationChange]:
    """A part of the file that concerns everybody, if it changed."""
    if old != new:
        yield _change(kind, path, _EVERYBODY, old, new, say.part_changed(path, old, new))


def _basis(path: str, name: str, place: Place, old: Rule, new: Rule) -> Iterator[RegulationChange]:
    before, after = (say.basis_words(rule) for rule in (old, new))
    if before != after:
        yield _change(ChangeKind.BASIS, path, place, before, after, say.basis_changed(name, place, before, after))


def _change(
    kind: ChangeKind,
    path: str,
    place: Place,
    old: ChangedValue,
    new: ChangedValue,
    sentence: LocalizedText,
    stricter: bool | None = None,
) -> RegulationChange:
    audience, level = place
    return RegulationChange(path=path, audience=audience, level=level, kind=kind, old=old, new=new, stricter=stricter, sentence=sentence)
