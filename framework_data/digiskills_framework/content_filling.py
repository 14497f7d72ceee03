"""What is filled into the texts of lessons and questions: names of the fictional world, help numbers.

``{@bank}`` and ``{@people.man}`` are names of the country pack's world, ``{@people.man.description}`` who the person is, and
``{#police}`` is a help number. ``{you}`` and, where it opens a sentence, ``{You}`` is how Vietnamese speaks to the reader: "em" to pupils
and students, "bạn" to everybody else; English has no need of it. There are no other places: a lesson is the same for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from digiskills_framework.errors import Finding, InconsistentDataError
from digiskills_framework.pack import CountryPack
from digiskills_framework.strict_yaml import DataPath, Source, Value
from digiskills_framework.task_filling import as_it_stands

_PLACE = re.compile(r"\{[^{}]*\}|[{}]")
_LANGUAGES = ("vi", "en")
_YOU = ("{you}", "{You}")
_READER, _PUPIL = "bạn", "em"


def reader(*, pupil: bool) -> dict[str, str]:
    """How Vietnamese speaks to the reader, by the name of the place: ``you`` within a sentence, ``You`` where it opens one."""
    said = _PUPIL if pupil else _READER
    return {"you": said, "You": said.capitalize()}


def fill(source: Source, pack: CountryPack, *, pupil: bool = False) -> Source:
    """The file with every place replaced; a name that opens a sentence begins with a capital letter.

    Args:
        pupil: whether pupils and students read it.

    Raises:
        InconsistentDataError: names or numbers that the country pack does not have, other braces.
    """
    filler = _Filler(source, pack, pupil=pupil)
    content = filler.filled(source.value, (), "")
    if filler.findings:
        raise InconsistentDataError(filler.findings)
    return Source(source.name, content, source.lines)


class _Filler:
    def __init__(self, source: Source, pack: CountryPack, *, pupil: bool) -> None:
        self.findings: list[Finding] = []
        self._source = source
        self._known = {language: _known(pack, language) for language in _LANGUAGES}
        self._known["vi"] |= {f"{{{name}}}": said for name, said in reader(pupil=pupil).items()}

    def filled(self, value: Value, path: DataPath, language: str) -> Value:
        if isinstance(value, str):
            return self._text(value, path, language)
        if isinstance(value, list):
            return [self.filled(item, (*path, index), "") for index, item in enumerate(value)]
        if isinstance(value, dict):
            return {key: self.filled(item, (*path, key), key if key in _LANGUAGES else "") for key, item in value.items()}
        return value

    def _text(self, text: str, path: DataPath, language: str) -> str:
        result, end = "", 0
        for match in _PLACE.finditer(text):
            before = text[end : match.start()]
            result += before
            named = self._named(match[0], path, language)
            result += named if match[0] in _YOU else as_it_stands(named, result)
            end = match.end()
        return result + text[end:]

    def _named(self, place: str, path: DataPath, language: str) -> str:
        known = self._known.get(language, {})
        if place not in known:
            self.findings.append(self._source.finding(path, place, *_complaint(place, known)))
            return ""
        return known[place]


def _known(pack: CountryPack, language: str) -> dict[str, str]:
    known = {f"{{@{code}}}": name for code, name in (*pack.world.places, *pack.world.organisations)}
    english = language == "en"
    known |= {f"{{@people.{person.code}}}": (english and person.english) or person.name for person in pack.world.people}
    known |= {f"{{@people.{person.code}.description}}": person.description.text(language) for person in pack.world.people}
    return known | {f"{{#{number.code}}}": number.number for number in pack.help_numbers}


def _complaint(place: str, known: Mapping[str, str]) -> tuple[str, str]:
    if not known:
        return "has a place outside of a text in two languages", "Write names here without braces, or leave them out"
    if place in _YOU:
        return "is a place of Vietnamese texts alone", "Write you"
    mark = place[:2]
    if mark not in ("{@", "{#"):
        return "is no place that is filled", "Write {@name} or {#help_number}, and no other braces"
    choices = ", ".join(sorted(name for name in known if name.startswith(mark) and ".description" not in name))
    what = "name of the fictional world" if mark == "{@" else "help number"
    return f"is no {what} of the country pack", f"Use one of: {choices or 'none there'}"
