"""Sentences that remember what they were made from, and are plain English text to everything that does not ask."""

from __future__ import annotations

import copy
import json

import pytest

from digiskills_xblock.course.model import CourseFileError
from digiskills_xblock.course.sentences import Sentence

PATTERN = "holds more than {most} files"


def test_it_is_its_english_text() -> None:
    told = Sentence.of(PATTERN, most=3)
    assert (told, json.dumps(told), f"{told}!") == ("holds more than 3 files", '"holds more than 3 files"', "holds more than 3 files!")
    assert (told.pattern, told.values) == (PATTERN, {"most": "3"})


def test_a_value_with_braces_is_no_pattern() -> None:
    assert Sentence.of("{where}", where="{x}") == "{x}"


def test_a_value_that_is_missing_is_refused() -> None:
    with pytest.raises(KeyError):
        Sentence.of(PATTERN)


def test_a_copy_remembers_too() -> None:
    """Copied as what is sent to another process is: an error crosses them."""
    error = CourseFileError.refuse(file="x", message=Sentence.of(PATTERN, most=3), remedy=Sentence.of("Take files out of the course"))
    message = copy.deepcopy(error).findings[0].message
    assert isinstance(message, Sentence)
    assert (message, message.pattern, message.values) == ("holds more than 3 files", PATTERN, {"most": "3"})
