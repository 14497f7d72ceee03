"""Every code has a message, every key of the player a text."""

from __future__ import annotations

import re
from pathlib import Path

import digiskills_xblock
from digiskills_grading import errors
from digiskills_xblock.messages import CODES, status_and_text
from digiskills_xblock.ui_strings import UI_STRINGS, translated

PUBLIC = Path(digiskills_xblock.__file__).parent / "public"
KEY = re.compile(r"""["']([a-z]+(?:_[a-z]+)*)["']""")


def test_every_error_of_grading_has_a_message() -> None:
    caused = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.CallerError)]
    about_a_request = {kind.code for kind in caused} - {"learner_not_found", "unit_not_found", "trace_gone"}
    assert about_a_request - set(CODES) == set()


def test_an_unknown_code_is_answered_as_a_bad_request() -> None:
    assert status_and_text("no_such_code")[0] == 400


def test_refusals_are_never_a_success() -> None:
    assert all(400 <= status < 600 for status, _ in CODES.values())


def test_the_player_and_its_texts_have_the_same_keys() -> None:
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in PUBLIC.glob("*.js"))
    asked = set(re.findall(r"""\b(?:t|words)\(\s*["']([a-z_]+)["']\s*[,)]""", scripts))
    assert asked - set(UI_STRINGS) == set(), "asked for by a script, but there is no text"
    mentioned = set(KEY.findall(scripts))
    built = {key for key in UI_STRINGS for start in ("start_", "run_", "from_") if key.startswith(start)}
    assert set(UI_STRINGS) - mentioned - built == set(), "a text that no script asks for"


def test_every_text_of_the_player_is_there_in_both_languages() -> None:
    english, vietnamese = translated("en"), translated("vi")
    assert english == UI_STRINGS
    assert {key for key in english if english[key] == vietnamese[key]} == set()
