"""Checks the message catalogues against the sources, or brings them up to date.

    python -m tools.translations              every text marked in Python and templates is in the catalogues of its package, every
                                              Vietnamese entry is translated with the same placeholders, every .mo equals its .po
    python -m tools.translations --update     adds the missing texts to the .po files (to be translated by a person), drops those
                                              that nothing uses any more, compiles the .mo files

No gettext binaries are needed: Django turns templates into something Babel reads, Babel finds the texts, polib reads and writes
the catalogues. English is the language of the sources, so an English entry may stay empty; a Vietnamese one may not.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "vi")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

Key = tuple[str | None, str]
"""Context and text of a message."""


@dataclass(frozen=True)
class Catalogues:
    """A package with a folder of catalogues; `domain` is the name of its files (an XBlock's is `text`, as its i18n service wants)."""

    package: Path
    locale: Path
    domain: str

    def po(self, language: str) -> Path:
        """Path of one catalogue."""
        return self.locale / language / "LC_MESSAGES" / f"{self.domain}.po"


ALL = (
    Catalogues(ROOT / "grading/digiskills_grading", ROOT / "grading/digiskills_grading/locale", "django"),
    Catalogues(ROOT / "integrations/digiskills_integrations", ROOT / "integrations/digiskills_integrations/locale", "django"),
    Catalogues(ROOT / "digiskills_xblock", ROOT / "digiskills_xblock/conf/locale", "text"),
)


@dataclass(frozen=True)
class Message:
    """A text that the sources mark, its plural if it has one, and the first place that marks it."""

    key: Key
    plural: str | None
    where: str


def _messages(path: Path, text: str) -> Iterator[Message]:
    where = path.relative_to(ROOT).as_posix()
    for line, found, _comments, context in extract("python", io.BytesIO(text.encode("utf-8")), KEYWORDS):
        singular, plural = (found, None) if isinstance(found, str) else (found[0], found[1])
        yield Message((context, singular), plural, f"{where}:{line}")


def marked(catalogues: Catalogues) -> dict[Key, Message]:
    """Every text that the package's Python modules and templates mark for translation."""
    found: dict[Key, Message] = {}
    for path in sorted(catalogues.package.rglob("*")):
        if "migrations" in path.parts or path.suffix not in {".py", ".html", ".txt"} or not path.is_file():
            continue
        source = path.read_text(encoding="utf-8")
        text = source if path.suffix == ".py" else _as_python(templatize(source, origin=str(path)))
        for message in _messages(path, text):
            found.setdefault(message.key, message)
    return found


def _as_python(templatized: str) -> str:
    """A template whose indentation means nothing, in lines that Python's tokenizer does not take for blocks."""
    return "\n".join(line.lstrip() for line in templatized.split("\n"))


def _key(entry: polib.POEntry) -> Key:
    return entry.msgctxt, entry.msgid


def _entry_problem(entry: polib.POEntry, language: str) -> str | None:
    translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if language != "en" and (entry.fuzzy or not all(translations)):
        return "is not translated" if not entry.fuzzy else "is marked fuzzy; read it and remove the mark"
    originals = {tuple(sorted(PLACEHOLDER.findall(text))) for text in (entry.msgid, entry.msgid_plural) if text}
    for text in filter(None, translations):
        if tuple(sorted(PLACEHOLDER.findall(text))) not in originals:
            return f"has other placeholders in {text!r}"
    return None


def _texts(entries: Iterable[polib.POEntry | polib.MOEntry]) -> dict[Key, tuple[str, ...]]:
    """What a catalogue answers for each text; entries without an answer are not compiled."""
    answers = {(entry.msgctxt, entry.msgid): (entry.msgstr, *entry.msgstr_plural.values()) for entry in entries if not entry.obsolete}
    return {key: texts for key, texts in answers.items() if any(texts)}


def check(catalogues: Catalogues) -> list[str]:
    """A sentence for everything that is missing, untranslated, mismatched or not compiled."""
    problems = []
    texts = marked(catalogues)
    for language in LANGUAGES:
        path = catalogues.po(language)
        name = path.relative_to(ROOT).as_posix()
        if not path.exists():
            problems += [f"{name} does not exist, {len(texts)} texts need it"] if texts else []
            continue
        po = polib.pofile(str(path))
        known = {_key(entry): entry for entry in po if not entry.obsolete}
        problems += [f"{name}: {message.key[1]!r} ({message.where}) is missing" for key, message in texts.items() if key not in known]
        problems += [f"{name}: {key[1]!r} is used nowhere" for key in known if key not in texts]
        problems += [f"{name}: {entry.msgid!r} {why}" for entry in known.values() if (why := _entry_problem(entry, language))]
        mo = path.with_suffix(".mo")
        if not mo.exists() or _texts(polib.mofile(str(mo))) != _texts(po):
            problems.append(f"{mo.relative_to(ROOT).as_posix()} is not what its .po compiles to; run: make translations")
    return problems


def update(catalogues: Catalogues) -> None:
    """Adds missing texts to the catalogues, drops unused ones and compiles; translations that exist are kept."""
    texts = marked(catalogues)
    for language in LANGUAGES if texts else ():
        path = catalogues.po(language)
        po = polib.pofile(str(path)) if path.exists() else _new_catalogue(language)
        known = {_key(entry) for entry in po}
        for entry in [entry for entry in po if _key(entry) not in texts]:
            po.remove(entry)
        po.extend(_new_entry(message) for key, message in texts.items() if key not in known)
        path.parent.mkdir(parents=True, exist_ok=True)
        po.save(str(path))
        po.save_as_mofile(str(path.with_suffix(".mo")))


def _new_entry(message: Message) -> polib.POEntry:
    context, text = message.key
    plural = {"msgid_plural": message.plural, "msgstr_plural": {0: "", 1: ""}} if message.plural else {}
    return polib.POEntry(msgctxt=context, msgid=text, **plural)


def _new_catalogue(language: str) -> polib.POFile:
    po = polib.POFile(wrapwidth=120)
    po.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;" if language == "vi" else "nplurals=2; plural=(n != 1);",
    }
    return po


def main(arguments: list[str]) -> int:
    """Entry point; returns 1 when something is missing."""
    if not settings.configured:
        settings.configure()  # templatize reads nothing of a project
    if arguments == ["--update"]:
        for catalogues in ALL:
            update(catalogues)
    elif arguments:
        print("usage: python -m tools.translations [--update]", file=sys.stderr)
        return 2
    problems = [problem for catalogues in ALL for problem in check(catalogues)]
    for problem in problems:
        print(problem)
    print(f"translations: {sum(len(marked(catalogues)) for catalogues in ALL)} texts, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
