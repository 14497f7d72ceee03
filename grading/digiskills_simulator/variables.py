"""The variables of a task: what they may be, and what a seed draws for them (docs/reference/engine.md §3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from digiskills_simulator.logic import Checker, ExpressionError, Type, Value, compile_node, type_of
from digiskills_simulator.prng import Stream

Localized = Mapping[str, str]
Drawn = dict[str, Value | Localized]
Raw = Mapping[str, Any]
_Draw = Callable[[Stream, Drawn], Mapping[str, Value | Localized]]


class VariableError(ValueError):
    """A variable that cannot be drawn: what is wrong, in one sentence."""


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    types: Mapping[str, Type]  # of every name it defines: itself, or its fields
    draw: _Draw


def draw_all(variables: tuple[Variable, ...], seed: int) -> Drawn:
    """The values of all variables for a seed, by name; the fields of a record as ``name.field``."""
    drawn: Drawn = {}
    for variable in variables:
        drawn.update(variable.draw(Stream(seed, f"var:{variable.name}"), drawn))
    return drawn


def read_variable(name: str, raw: Raw, known: Mapping[str, Type]) -> Variable:
    """Read one entry of ``vars``.

    Args:
        name: its name.
        raw: its form, one of sym, pick, int, record, calc, match.
        known: the types of the names defined above it.

    Raises:
        VariableError: it contradicts itself or names something unknown.
    """
    form = next(key for key in _READERS if key in raw)
    return _READERS[form](name, raw, known)


def _symbol(name: str, raw: Raw, _known: Mapping[str, Type]) -> Variable:
    words = [str(word) for word in raw["sym"]]
    return Variable(name, {name: "sym"}, lambda stream, _drawn: {name: stream.choice(words)})


def _pick(name: str, raw: Raw, _known: Mapping[str, Type]) -> Variable:
    items = list(raw["pick"])
    kinds = {_kind(item) for item in items}
    if len(kinds) != 1:
        raise VariableError("mixes values of several types")
    return Variable(name, {name: kinds.pop()}, lambda stream, _drawn: {name: stream.choice(items)})


def _integer(name: str, raw: Raw, _known: Mapping[str, Type]) -> Variable:
    low, high, step = raw["int"]["min"], raw["int"]["max"], raw["int"].get("step", 1)
    if high < low:
        raise VariableError(f"max {high} is below min {low}")
    count = (high - low) // step + 1
    return Variable(name, {name: "int"}, lambda stream, _drawn: {name: low + step * stream.below(count)})


def _record(name: str, raw: Raw, known: Mapping[str, Type]) -> Variable:
    entries = [_flat(name, entry) for entry in raw["record"]]
    types = {field: _kind_of_field(raw["record"][0][field.removeprefix(f"{name}.")]) for field in entries[0]}
    for raw_entry in raw["record"]:
        if {f"{name}.{field}": _kind_of_field(value) for field, value in raw_entry.items()} != types:
            raise VariableError("has entries with different fields or types")
    other = raw.get("not")
    if other is not None and not any(key.startswith(f"{other}.") for key in known):
        raise VariableError(f"excludes what {other!r} drew, but no record of this name stands above it")
    if other is not None and len(entries) < 2:
        raise VariableError("has one entry only, which may be the one to exclude")

    def draw(stream: Stream, drawn: Drawn) -> Mapping[str, Value | Localized]:
        if other is None:
            return stream.choice(entries)
        taken = {f"{name}.{key.removeprefix(f'{other}.')}": value for key, value in drawn.items() if key.startswith(f"{other}.")}
        return stream.choice([entry for entry in entries if entry != taken])

    return Variable(name, types, draw)


def _calc(name: str, raw: Raw, known: Mapping[str, Type]) -> Variable:
    try:
        node = Checker(known).check(raw["calc"])
    except ExpressionError as error:
        raise VariableError(str(error)) from error
    evaluate = compile_node(node)
    return Variable(name, {name: node.type}, lambda _stream, drawn: {name: evaluate(dict(drawn))})


def _match(name: str, raw: Raw, known: Mapping[str, Type]) -> Variable:
    subject, cases = raw["match"], raw["of"]
    if known.get(subject) != "sym":
        raise VariableError(f"matches {subject!r}, which is no symbol variable above it")
    kinds = {_case_kind(value, known) for value in cases.values()}
    if len(kinds) != 1:
        raise VariableError("gives values of several types")

    def draw(_stream: Stream, drawn: Drawn) -> Mapping[str, Value | Localized]:
        value = cases[drawn[subject]]
        return {name: drawn[value["var"]] if isinstance(value, Mapping) and "var" in value else value}

    return Variable(name, {name: kinds.pop()}, draw)


def _case_kind(value: object, known: Mapping[str, Type]) -> Type:
    if isinstance(value, Mapping) and "var" in value:
        if value["var"] not in known:
            raise VariableError(f"names {value['var']!r}, which does not stand above it")
        return known[value["var"]]
    return _kind(value)


def _flat(name: str, entry: Raw) -> dict[str, Value | Localized]:
    return {f"{name}.{field}": value["sym"] if isinstance(value, Mapping) and "sym" in value else value for field, value in entry.items()}


def _kind_of_field(value: object) -> Type:
    return "sym" if isinstance(value, Mapping) and "sym" in value else _kind(value)


def _kind(value: object) -> Type:
    if isinstance(value, Mapping):
        return "text"
    if isinstance(value, bool | int | str):
        return type_of(value)
    raise VariableError(f"has a value of no known type: {value!r}")


_READERS: Mapping[str, Callable[[str, Raw, Mapping[str, Type]], Variable]] = {
    "sym": _symbol,
    "pick": _pick,
    "int": _integer,
    "record": _record,
    "calc": _calc,
    "match": _match,
}
