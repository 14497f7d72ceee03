"""Read YAML strictly: the subset that cannot surprise.

A file is mappings, sequences and scalars. Refused are duplicate keys, anchors and aliases (a small file may unfold into a huge
one), tags, several documents, and text that is not UTF-8. Plain scalars are null, ``true``/``false``, decimal integers or text;
so ``no`` is the word "no" and ``2025-07-01`` is text. A plain ``1.0`` is refused: nobody can tell whether the number or the
version is meant.

The value is built from the parser's events, without recursion, so that depth is bounded by us and not by the interpreter's stack.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from digiskills_framework.errors import Finding, FrameworkDataError, InvalidShapeError, UnreadableFileError, shorten

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 32

DataPath = tuple[str | int, ...]
Scalar = str | int | bool | None
Value = Scalar | list["Value"] | dict[str, "Value"]

_INTEGER = re.compile(r"(0|-?[1-9][0-9]{0,14})\Z")
_FLOAT = re.compile(r"[-+]?([0-9][0-9_]*)?\.[0-9_]*([eE][-+]?[0-9]+)?\Z")
_CONSTANTS: Mapping[str, bool | None] = {"null": None, "~": None, "": None, "true": True, "false": False}
# Characters that nobody sees: zero-width and direction controls, a stray byte-order mark, control codes, half of a surrogate pair.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

_LOADER: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read: its name for errors, its value, and the line where each part begins."""

    name: str
    value: Value
    lines: Mapping[DataPath, int] = field(default_factory=dict)

    def finding(self, path: DataPath, value: object, message: str, remedy: str) -> Finding:
        """Point at a part of this file; the line is that of the part or of its nearest known ancestor."""
        line = next((self.lines[path[:cut]] for cut in range(len(path), -1, -1) if path[:cut] in self.lines), None)
        return Finding(file=self.name, path=show_path(path), value=shorten(value), message=message, remedy=remedy, line=line)


def show_path(path: DataPath) -> str:
    """``("skills", 3, "code")`` as ``skills[3].code``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_yaml(file: Path, *, name: str | None = None) -> Source:
    """Read one YAML file of at most 16 MiB and 32 levels.

    Args:
        file: what to read.
        name: how errors call it; the path itself when not given.

    Raises:
        UnreadableFileError: missing, too large, not UTF-8, not YAML, or outside the subset described above.
        InvalidShapeError: a text is not in NFC or holds invisible control characters.
    """
    shown = name or str(file)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UnreadableFileError.single(
            file=shown, message=f"cannot be read: {error.strerror}", remedy="Check that the file exists and that you may read it"
        ) from error
    return parse_yaml(data, name=shown)


def parse_yaml(data: bytes, *, name: str) -> Source:
    """Parse the bytes of one YAML document; see `read_yaml` for the rules and errors."""
    if len(data) > MAX_BYTES:
        raise UnreadableFileError.single(
            file=name, value=f"{len(data)} bytes", message="is too large", remedy=f"Keep it below {MAX_BYTES} bytes"
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableFileError.single(
            file=name, value=f"byte {error.start}", message="is not UTF-8", remedy="Save the file with the encoding UTF-8"
        ) from error
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the latter two: an escape beyond Unicode, in the parser without C
        raise _syntax_error(name, error) from error
    source = builder.finish()
    problems = tuple(_text_problems(source))
    if problems:
        raise InvalidShapeError(problems)
    return source


def _syntax_error(name: str, error: Exception) -> FrameworkDataError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "syntax error"
    return UnreadableFileError.single(
        file=name,
        message=f"is not valid YAML: {shorten(str(problem))}",
        remedy="Check indentation and quotes near this line",
        line=None if mark is None else mark.line + 1,
    )


def _line(event: yaml.Event) -> int:
    """Line of the file, counted from 1."""
    return event.start_mark.line + 1 if event.start_mark else 1


@dataclass(slots=True)
class _Open:
    """A collection that is being filled."""

    value: list[Value] | dict[str, Value]
    path: DataPath
    key: str | None = None


class _Builder:
    """Builds a value from parser events and refuses what the subset leaves out."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stack: list[_Open] = []
        self._lines: dict[DataPath, int] = {}
        self._root: list[Value] = []
        self._duplicates: list[Finding] = []

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise self._refuse(event, "uses an anchor or alias", "Write the value out in each place")
        if isinstance(event, yaml.DocumentStartEvent) and self._root:
            raise self._refuse(event, "holds more than one document", "Keep one document in a file; remove the line '---'")
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            self._open(event, {})
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open(event, [])
        elif isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop()

    def finish(self) -> Source:
        if self._duplicates:
            raise UnreadableFileError(self._duplicates)
        if not self._root:
            raise UnreadableFileError.single(file=self._name, message="is empty", remedy="Write the content, or remove the file")
        return Source(name=self._name, value=self._root[0], lines=self._lines)

    def _refuse(self, event: yaml.Event, message: str, remedy: str, value: object = "") -> FrameworkDataError:
        path = self._stack[-1].path if self._stack else ()
        line = _line(event)
        return UnreadableFileError.single(file=self._name, path=show_path(path), value=value, message=message, remedy=remedy, line=line)

    def _open(self, event: yaml.CollectionStartEvent, value: list[Value] | dict[str, Value]) -> None:
        if event.tag is not None:
            raise self._refuse(event, "uses a tag", "Remove it; types follow from how a value is written", event.tag)
        if len(self._stack) >= MAX_DEPTH:
            raise self._refuse(event, "is nested too deeply", f"Use at most {MAX_DEPTH} levels")
        if self._stack and isinstance(self._stack[-1].value, dict) and self._stack[-1].key is None:
            raise self._refuse(event, "uses a collection as a key", "Keys are plain words")
        self._stack.append(_Open(value=value, path=self._place(value, event)))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._key(top, top.value, event)
            return
        if event.tag is not None:
            raise self._refuse(event, "uses a tag", "Remove it; types follow from how a value is written", event.tag)
        self._place(self._plain(event) if event.implicit[0] else event.value, event)

    def _key(self, top: _Open, mapping: dict[str, Value], event: yaml.ScalarEvent) -> None:
        if event.value in mapping:
            self._duplicates.append(
                Finding(
                    file=self._name,
                    path=show_path((*top.path, event.value)),
                    value=shorten(event.value),
                    message="is given twice",
                    remedy="Keep one of the two",
                    line=_line(event),
                )
            )
        top.key = event.value

    def _plain(self, event: yaml.ScalarEvent) -> Scalar:
        text = event.value
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _INTEGER.match(text):
            return int(text)
        if text != "." and _FLOAT.match(text):
            raise self._refuse(event, "is a number with a fraction", "Write a whole number, or quote it if it is a code or a version", text)
        return str(text)

    def _place(self, value: Value, event: yaml.Event) -> DataPath:
        line = _line(event)
        if not self._stack:
            self._root.append(value)
            self._lines[()] = line
            return ()
        top = self._stack[-1]
        if isinstance(top.value, list):
            path: DataPath = (*top.path, len(top.value))
            top.value.append(value)
        else:
            key = top.key or ""
            path = (*top.path, key)
            top.value[key] = value
            top.key = None
        self._lines[path] = line
        return path


def _text_problems(source: Source) -> Iterator[Finding]:
    for path, text in walk_texts(source.value):
        if not unicodedata.is_normalized("NFC", text):
            yield source.finding(
                path, text, "is not in Unicode form NFC", "Save the text composed (NFC); most editors and input methods can"
            )
        if _INVISIBLE.search(text):
            yield source.finding(path, text, "holds an invisible control character", "Delete the character shown as \\u…")


def walk_texts(value: Value) -> Iterator[tuple[DataPath, str]]:
    """Every text of a value, keys included, with its path."""
    todo: list[tuple[DataPath, Value]] = [((), value)]
    while todo:
        path, current = todo.pop()
        if isinstance(current, str):
            yield path, current
        elif isinstance(current, list):
            todo.extend(((*path, index), item) for index, item in enumerate(current))
        elif isinstance(current, dict):
            for key, item in current.items():
                yield (*path, key), key
                todo.append(((*path, key), item))
