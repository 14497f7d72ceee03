"""The JSON Schemas of the data files, applied: every deviation becomes a finding that says what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry, Resource

from digiskills_framework.errors import Finding, InvalidShapeError
from digiskills_framework.strict_yaml import DataPath, Source

_SCHEMA_FOLDER = "schemas"
_COMMON = "common-1.json#/$defs/"
_REFERRED = ("regulation-1",)  # schemas that others refer to, beside the shared definitions
_JSON_TYPES = {
    "string": "text (in quotes if it looks like a number)",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "a mapping (key: value)",
    "array": "a list",
    "null": "null",
}


def check_shape(source: Source, schema: str) -> dict[str, Any]:
    """Check a file against one of our schemas and return its content.

    Args:
        source: a file as read by `strict_yaml`.
        schema: name in ``schemas/`` without ``.json``: ``framework-1``.

    Raises:
        InvalidShapeError: one finding for each deviation, in the order of the file.
    """
    found = [finding for error in _validator(schema).iter_errors(source.value) for finding in _findings(source, error)]
    if found:
        raise InvalidShapeError(sorted(found, key=lambda finding: (finding.line or 0, finding.path, finding.message)))
    if not isinstance(source.value, dict):
        raise TypeError(f"schema {schema} must demand an object")
    return source.value


def schema_names() -> tuple[str, ...]:
    """The schemas shipped, without ``.json``, in alphabetical order."""
    folder = resources.files("digiskills_framework") / _SCHEMA_FOLDER
    return tuple(sorted(item.name.removesuffix(".json") for item in folder.iterdir() if item.name.endswith(".json")))


@cache
def load_schema(name: str) -> Mapping[str, Any]:
    """Read ``schemas/<name>.json`` of this package."""
    text = (resources.files("digiskills_framework") / _SCHEMA_FOLDER / f"{name}.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@cache
def _validator(name: str) -> Validator:
    validator: Validator = _StrictValidator(_whole(name), registry=_registry())
    return validator


@cache
def _registry() -> Registry[Any]:
    return Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in map(_whole, _REFERRED))


def _whole(name: str) -> Mapping[str, Any]:
    """A schema that needs no shared definitions any more."""
    whole: Mapping[str, Any] = _with_common(load_schema(name), load_schema("common-1")["$defs"])
    return whole


def _with_common(schema: Any, common: Mapping[str, Any]) -> Any:
    """The schema with the shared definitions in place of references to them: looking one up for each value is most of the work."""
    if isinstance(schema, list):
        return [_with_common(item, common) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    reference = str(schema.get("$ref", ""))
    if reference.startswith(_COMMON):
        return _with_common(common[reference.removeprefix(_COMMON)], common)
    return {key: _with_common(value, common) for key, value in schema.items()}


def _whole_pattern(_validator: Validator, pattern: str, instance: object, _schema: object) -> Iterator[ValidationError]:
    """``$`` as JSON Schema means it: the very end. In Python it would also match before a final line break."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$\Z", r"\\Z", pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_StrictValidator = extend(Draft202012Validator, {"pattern": _whole_pattern})  # type: ignore[no-untyped-call]  # untyped upstream


def _findings(source: Source, error: ValidationError) -> Iterator[Finding]:
    path: DataPath = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        yield from _unknown_fields(source, path, error)
    elif error.validator == "required":
        yield from _missing_fields(source, path, error)
    elif error.validator in {"oneOf", "anyOf"}:
        yield from _alternatives(source, path, error)
    else:
        message, remedy = _explain(error)
        yield source.finding(path, error.instance, message, remedy)


def _unknown_fields(source: Source, path: DataPath, error: ValidationError) -> Iterator[Finding]:
    schema: Any = error.schema
    instance: Any = error.instance
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name in sorted(set(instance) - set(known)):
        if not any(re.search(pattern, name) for pattern in patterns):
            remedy = f"Remove it or correct its name; known fields: {', '.join(sorted(known)) or 'none'}"
            yield source.finding((*path, name), instance[name], f"unknown field '{name}'", remedy)


def _missing_fields(source: Source, path: DataPath, error: ValidationError) -> Iterator[Finding]:
    # jsonschema reports each missing field with its own error; the name is the one in quotes at the start of the message.
    required: Any = error.validator_value
    name = next(field for field in required if error.message.startswith(repr(field)))
    yield source.finding(path, "", f"field '{name}' is missing", f"Add '{name}:' here")


def _alternatives(source: Source, path: DataPath, error: ValidationError) -> Iterator[Finding]:
    """Report the alternative that the author most likely meant: the one that got deepest into the value."""
    deepest = max(error.context or (), key=lambda inner: len(inner.absolute_path), default=None)
    if deepest is not None and len(deepest.absolute_path) > len(path):
        yield from _findings(source, deepest)
    else:
        yield source.finding(path, error.instance, "has none of the forms allowed here", _hint(error))


_EXPLANATIONS = {
    "type": ("has the wrong type", "Write {wanted}"),
    "enum": ("is not one of the values allowed", "Use one of: {wanted}"),
    "const": ("is not the value demanded", "Write {wanted}"),
    "minimum": ("is out of range", "Use a number from {wanted}"),
    "maximum": ("is out of range", "Use a number up to {wanted}"),
    "minLength": ("is empty or too short", "Give at least {wanted} characters"),
    "maxLength": ("is too long", "Give at most {wanted} characters"),
    "minItems": ("has too few items", "Give at least {wanted}"),
    "maxItems": ("has too many items", "Give at most {wanted}"),
    "minProperties": ("is empty", "Give at least {wanted} field"),
    "dependentRequired": ("has a field that needs another", "Fields that belong together: {wanted}"),
    "uniqueItems": ("lists an item twice", "Remove the repetition"),
}


def _explain(error: ValidationError) -> tuple[str, str]:
    rule, wanted = str(error.validator), error.validator_value
    if rule not in _EXPLANATIONS:
        return ("does not have the form demanded" if rule == "pattern" else f"breaks the rule '{rule}'"), _hint(error)
    message, remedy = _EXPLANATIONS[rule]
    choices: list[Any] = wanted if isinstance(wanted, list) else [wanted]
    shown = (_JSON_TYPES.get(choice, str(choice)) if rule == "type" else str(choice) for choice in choices)
    return message, remedy.format(wanted=(" or " if rule == "type" else ", ").join(shown))


def _hint(error: ValidationError) -> str:
    description = error.schema.get("description") if isinstance(error.schema, Mapping) else None
    return str(description or "See the reference page of this kind of file")
