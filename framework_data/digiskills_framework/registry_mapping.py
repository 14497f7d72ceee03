"""From our facts to a registry's record, by the rules of its profile. Pure: equal facts give equal records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from digiskills_framework.registry import FieldRule, RegistryProfile

Facts = Mapping[str, Any]
_SCALARS = (str, int, bool)


class MappingError(Exception):
    """A record cannot be made from these facts.

    Attributes:
        code: ``missing_fact``, ``unknown_value`` or ``bad_time``.
        field: the field of the registry's record. The fact's value is never shown: it may be personal.
    """

    def __init__(self, code: str, field: str) -> None:
        super().__init__(f"{field}: {code}")
        self.code = code
        self.field = field


def build_record(profile: RegistryProfile, facts: Facts) -> dict[str, Any]:
    """The record that the registry is told.

    Args:
        facts: nested by the parts of their paths, see `registry.FACTS`; a fact that is not known is absent or None.

    Raises:
        MappingError: a required fact is absent, or a value has no word in the registry's language.
    """
    zone = timezone(timedelta(minutes=profile.utc_offset_minutes))
    return _fill(profile.record, facts, zone)


def missing_needs(profile: RegistryProfile, facts: Facts) -> tuple[str, ...]:
    """Which of the profile's needs these facts do not meet."""
    known = {"identity": _find(facts, ("identity", "number")), "unit": facts.get("unit") or None}
    return tuple(need for need in profile.needs if known[need] is None)


def _fill(rules: Sequence[FieldRule], facts: Facts, zone: timezone) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for rule in rules:
        value = _value(rule, facts, zone)
        if value is not None:
            _put(record, rule.to, value)
        elif rule.required:
            raise MappingError("missing_fact", ".".join(rule.to))
    return record


def _value(rule: FieldRule, facts: Facts, zone: timezone) -> Any:
    if rule.const is not None:
        return rule.const
    if rule.each:
        members = _find(facts, rule.each)
        return None if members is None else [_fill(rule.fields, member, zone) for member in _members(members)]
    fact = _find(facts, rule.fact)
    if fact is None or not isinstance(fact, _SCALARS):
        return None
    if rule.values:
        return _translated(rule, fact)
    return fact if rule.format == "text" else _moment(rule, fact, zone)


def _members(value: object) -> Iterator[Facts]:
    if isinstance(value, Sequence):
        yield from (member for member in value if isinstance(member, Mapping))


def _translated(rule: FieldRule, fact: object) -> str | int | bool:
    for word, translation in rule.values:
        if word == fact:
            return translation
    raise MappingError("unknown_value", ".".join(rule.to))


def _moment(rule: FieldRule, fact: object, zone: timezone) -> str:
    try:
        moment = datetime.fromisoformat(str(fact))
    except ValueError as error:
        raise MappingError("bad_time", ".".join(rule.to)) from error
    if moment.tzinfo is None:
        raise MappingError("bad_time", ".".join(rule.to))
    local = moment.astimezone(zone)
    if rule.format == "date":
        return local.strftime("%Y-%m-%d")
    return local.strftime("%d/%m/%Y") if rule.format == "date_dmy" else local.isoformat(timespec="seconds")


def _find(facts: Facts, path: tuple[str, ...]) -> Any:
    value: Any = facts
    for part in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def _put(record: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    *parents, name = path
    for parent in parents:
        record = record.setdefault(parent, {})
    record[name] = value
