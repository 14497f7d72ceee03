"""Every code has a message, every key of the player a text."""

from __future__ import annotations

import json

import pytest

from digiskills_framework.tasks import load_task, task_ids
from digiskills_grading import errors
from digiskills_xblock.i18n import Language
from digiskills_xblock.messages import CODES, status_and_text
from digiskills_xblock.ui_strings import UI_STRINGS, translated


def test_every_error_of_grading_has_a_message() -> None:
    caused = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.CallerError)]
    about_a_request = {kind.code for kind in caused} - {
        "evidence_not_found",
        "household_not_found",
        "idempotency_key_reused",
        "import_refused",
        "learner_not_found",
        "organisation_not_found",
        "regulation_refused",
        "request_in_progress",
        "session_not_found",
        "statement_invalid",
        "story_not_found",
        "switch_refused",
        "trace_gone",
        "unit_not_found",
    }
    assert about_a_request - set(CODES) == set()


def test_an_unknown_code_is_answered_as_a_bad_request() -> None:
    assert status_and_text("no_such_code")[0] == 400


def test_refusals_are_never_a_success() -> None:
    assert all(400 <= status < 600 for status, _ in CODES.values())


def test_every_text_of_the_player_is_there_in_both_languages() -> None:
    english, vietnamese = translated("en"), translated("vi")
    assert english == UI_STRINGS
    assert {key for key in english if english[key] == vietnamese[key]} == set()


@pytest.mark.parametrize("task_id", task_ids())
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_task_calls_the_button_that_hands_in_by_its_name(task_id: str, language: Language) -> None:
    said = json.dumps(load_task(task_id).raw, ensure_ascii=False)
    assert f"“{translated(language)['finish']}”" in said
