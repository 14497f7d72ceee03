"""Reasons as sentences."""

from __future__ import annotations

import re
import unicodedata

import pytest
from django.test import override_settings

from digiskills_framework.api import load_framework
from digiskills_grading.scoring import Reason
from digiskills_grading.sentences import CATALOGUE, points, sentences

FRAMEWORK = load_framework("digiskills-vn/1.0")
CODES = {"S1", "S2", "S3", "A1", "recover", "recognise", "refuse_and_check"}
EVERY_KIND = (
    Reason("requirements_met", {"regulation": "demo-s3-a1/1"}),
    Reason("no_longer_met", {"regulation": "demo-s3-a1/1"}),
    Reason("superseded", {"regulation": "demo-s3-a1/2"}),
    Reason("not_assessed", {"skill": "S3"}),
    Reason("not_assessed", {"skill": "A1", "facet": "recover"}),
    Reason("below_threshold", {"skill": "S3", "threshold_milli": 725}),
    Reason("below_threshold", {"skill": "A1", "facet": "recognise", "threshold_milli": 700}),
    Reason("hazard", {"skill": "S3"}),
    Reason("hazard", {"skill": "A1", "facet": "refuse_and_check"}),
    Reason("repeat", {"skill": "S3", "threshold_milli": 700, "m": 2, "n": 3}),
    Reason("repeat", {"skill": "A1", "facet": "recover", "threshold_milli": 700, "m": 2, "n": 3}),
    Reason("vetoed_until", {"skill": "S3", "until": "2026-12-01T01:05:00+00:00"}),
    Reason("vetoed_until", {"skill": "A1", "facet": "recover", "until": "2026-12-01T01:05:00+00:00"}),
    Reason("expired", {"skill": "S3"}),
    Reason("expired", {"skill": "A1", "facet": "recover"}),
    Reason("at_least", {"n": 2, "skills": ("S1", "S2", "S3")}),
    Reason("conditions", {"n": 1, "skills": ("S1", "S3")}),
    Reason("weighted", {"n": 3, "skills": ("S1", "S3")}),
    Reason("evidence", {"n": 1, "skills": ("S1", "S3"), "assurance": ("supervised", "observed"), "named": "group:S"}),
)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_reason_has_a_whole_sentence_without_codes(language: str) -> None:
    told = sentences(EVERY_KIND, FRAMEWORK, language)
    assert len(set(told)) == len(EVERY_KIND) == len(CATALOGUE[language])
    for sentence in told:
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert unicodedata.is_normalized("NFC", sentence)
        assert CODES.isdisjoint(re.findall(r"\w+", sentence))


def test_both_languages_have_the_same_sentences_and_words_to_fill_in() -> None:
    assert CATALOGUE["vi"].keys() == CATALOGUE["en"].keys()


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert [points(milli, "vi") for milli in (0, 700, 725, 1000)] == ["0", "70", "72,5", "100"]
    assert points(725, "en") == "72.5"


def test_a_skill_that_the_framework_no_longer_has_is_named_by_its_code() -> None:
    assert sentences([Reason("not_assessed", {"skill": "Z9", "facet": "x"})], FRAMEWORK, "en") == (
        "In the skill “Z9”, you have not done a counted task for the part “x” yet.",
    )


def test_an_unknown_language_reads_vietnamese() -> None:
    assert sentences(EVERY_KIND, FRAMEWORK, "fr") == sentences(EVERY_KIND, FRAMEWORK, "vi")
    assert sentences(EVERY_KIND, FRAMEWORK, "en-GB") == sentences(EVERY_KIND, FRAMEWORK, "en")


def test_a_piece_of_evidence_is_described_by_place_and_way() -> None:
    def told(**params: object) -> str:
        return sentences([Reason("evidence", {"n": 1, "skills": ("S3",), **params})], FRAMEWORK, "en")[0]  # type: ignore[dict-item]

    name = FRAMEWORK.skill("S3").name.en
    every = ("self", "imported", "assisted", "supervised", "observed")
    assert told(assurance=("observed",)) == f"Tasks still to pass in “{name}”: 1, observed in person."
    assert told(assurance=("supervised", "observed"), form="practice").endswith("as practice, supervised or observed in person.")
    assert told(assurance=every).endswith("in any way.")
    assert "the group “" in told(assurance=every, named="group:S")
    assert name in told(assurance=every, named="set:five-basic")


@override_settings(USE_TZ=True, TIME_ZONE="Asia/Ho_Chi_Minh")
def test_the_end_of_a_veto_is_told_in_local_time() -> None:
    reason = Reason("vetoed_until", {"skill": "S3", "until": "2026-12-01T20:05:00+00:00"})
    assert "02/12/2026 03:05" in sentences([reason], FRAMEWORK, "vi")[0]
