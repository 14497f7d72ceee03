"""What we sign is verified by a library that is not ours, and what somebody has changed is refused by both."""

from __future__ import annotations

import copy
import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials.badge import sign_badge
from digiskills_integrations.credentials.sample import DID, sample_record
from digiskills_integrations.credentials.status_list import ListFacts, encode_list, sign_status_list
from digiskills_integrations.credentials.status_reference import StatusEntryRef, StatusRef
from digiskills_integrations.credentials.verify_badge import check_status, verify_badge
from digiskills_integrations.errors import CredentialError
from tests.contract.credentials.conftest import NOW, Sample
from tests.contract.credentials.outside import OutsideVerifier

Path = tuple[str | int, ...]


def accepted(text: str, sample: Sample) -> bool:
    """Whether our verifier takes a badge."""
    try:
        verify_badge(text, sample.did, now=NOW)
    except CredentialError:
        return False
    return True


def leaves(value: object, path: Path = ()) -> Iterator[Path]:
    members: Iterator[tuple[str | int, object]]
    match value:
        case dict():
            members = iter(value.items())
        case list():
            members = iter(enumerate(value))
        case _:
            yield path
            return
    for name, member in members:
        yield from leaves(member, (*path, name))


def changed(document: JsonObject, path: Path, value: object) -> str:
    result: Any = copy.deepcopy(document)
    place = result
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return json.dumps(result, ensure_ascii=False)


def flipped(value: object) -> object:
    """Another value of the same type, of the same form where it is a text."""
    if not isinstance(value, str):
        return not value
    last = value[-1]
    return value[:-1] + ("1" if last.isdigit() and last != "1" else "A" if last != "A" else "B")


def at(document: JsonObject, path: Path) -> object:
    value: Any = document
    for name in path:
        value = value[name]
    return value


def test_the_sample_is_verified_by_both(sample: Sample, outside: OutsideVerifier) -> None:
    [answer] = outside.badges([sample.badge], did=sample.did, lists=sample.lists, now=NOW)
    assert answer.error == ""
    assert answer.verified
    assert answer.status == {"revocation": False, "suspension": False}
    verified = verify_badge(sample.badge, sample.did, now=NOW)
    assert verified.is_test
    assert check_status(verified.credential, list(sample.lists), sample.did, now=NOW) == "good"


def test_the_token_is_verified_by_both(sample: Sample, outside: OutsideVerifier) -> None:
    assert outside.token(sample.token, sample.jwks).verified
    header, payload, signature = sample.token.split(".")
    assert not outside.token(f"{header}.{payload[:-2]}AA.{signature}", sample.jwks).verified


@pytest.mark.parametrize("purpose, word", [("revocation", "revoked"), ("suspension", "suspended")])
def test_a_bit_is_read_alike(sample: Sample, outside: OutsideVerifier, purpose: str, word: str) -> None:
    lists = [with_bit(text, sample) if json.loads(text)["credentialSubject"]["statusPurpose"] == purpose else text for text in sample.lists]
    [answer] = outside.badges([sample.badge], did=sample.did, lists=lists, now=NOW)
    assert answer.status[purpose] is True
    assert check_status(json.loads(sample.badge), lists, sample.did, now=NOW) == word


def with_bit(text: str, sample: Sample) -> str:
    """The list, signed again with the bit of the sample set."""
    document = json.loads(text)
    [index] = {int(entry["statusListIndex"]) for entry in json.loads(sample.badge)["credentialStatus"]}
    facts = ListFacts(
        url=document["id"],
        purpose=document["credentialSubject"]["statusPurpose"],
        encoded=encode_list([index]),
        issuer_did=DID,
        valid_from=NOW,
        valid_until=NOW.replace(year=2027),
    )
    return json.dumps(sign_status_list(facts, sample.keys.badges))


def test_every_changed_leaf_is_refused_by_both(sample: Sample, outside: OutsideVerifier) -> None:
    document = json.loads(sample.badge)
    paths = list(leaves(document))
    texts = [changed(document, path, flipped(at(document, path))) for path in paths]
    answers = outside.badges(texts, did=sample.did, lists=sample.lists, now=NOW)
    assert len(paths) > 50
    assert [path for path, answer in zip(paths, answers, strict=True) if answer.verified] == []
    assert [path for path, text in zip(paths, texts, strict=True) if accepted(text, sample)] == []


def test_every_lost_leaf_is_refused_by_ours(sample: Sample) -> None:
    document = json.loads(sample.badge)
    for path in leaves(document):
        shorter: Any = copy.deepcopy(document)
        place = shorter
        for name in path[:-1]:
            place = place[name]
        del place[path[-1]]
        assert not accepted(json.dumps(shorter, ensure_ascii=False), sample), path


def tampered(document: JsonObject) -> dict[str, str]:
    """Changes that leave the signed quads alone for a lenient reader, or try to."""
    text = json.dumps(document, ensure_ascii=False)
    subject = document["credentialSubject"]
    first, second = document["credentialStatus"]
    return {
        "unknown term": changed(document, ("credentialSubject", "grade"), "excellent"),
        "unknown term in a list": changed(document, ("credentialStatus", 0, "note"), "x"),
        "malformed IRI": changed(document, ("credentialSubject", "achievement", "image"), "no iri"),
        "duplicate key": text.replace('"testMark": true', '"testMark": false, "testMark": true', 1),
        "the same key twice": text.replace('"testMark": true', '"testMark": true, "testMark": true', 1),
        "swapped indices": changed(
            document,
            ("credentialStatus",),
            [{**first, "statusListIndex": second["statusListIndex"] + "1"}, {**second, "statusListIndex": first["statusListIndex"]}],
        ),
        "control character": changed(document, ("name",), document["name"] + "\u0008"),
        "delete character": changed(document, ("name",), document["name"] + "\u007f"),
        "decomposed name": changed(document, ("name",), unicodedata.normalize("NFD", document["name"])),
        "another context": changed(document, ("@context", 1), "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"),
        "a redefined term": changed(document, ("@context", 2, "regulation"), "https://schema.org/name"),
        "language of a text": changed(document, ("name",), {"@value": document["name"], "@language": "vi"}),
        "nested subject": changed(document, ("credentialSubject",), [subject, subject]),
        "proof of another purpose": changed(document, ("proof", "proofPurpose"), "authentication"),
        "two proofs": changed(document, ("proof",), [document["proof"], document["proof"]]),
        "not JSON": text[:-1],
    }


def test_tampering_is_refused_by_ours_and_mostly_by_both(sample: Sample, outside: OutsideVerifier) -> None:
    texts = tampered(json.loads(sample.badge))
    parsed = {name: text for name, text in texts.items() if name != "not JSON"}
    answers = dict(zip(parsed, outside.badges(list(parsed.values()), did=sample.did, lists=sample.lists, now=NOW), strict=True))
    assert [name for name, text in texts.items() if accepted(text, sample)] == []
    # A JSON reader that keeps the last of two equal keys sees the original, and two good proofs are good.
    lenient = {"duplicate key", "the same key twice", "two proofs"}
    assert {name for name, answer in answers.items() if answer.verified} <= lenient


NAMES = {
    "plain": "Sở Khoa học và Công nghệ",
    "decomposed": unicodedata.normalize("NFD", "Sở Khoa học"),
    "combining marks that have no composed form": "Ạ\u030b\u0323x",
    "200 characters": "Nguyễn Thị Lan " * 13 + "Hương",
    "emoji": "Huy hiệu 🎓👩🏽‍🌾 🇻🇳",
    "quotes and backslashes": 'Tổ "5" \\ \\" \\u0041 {name} _:b1 <x> .',
    "backspace": "a\u0008b",
    "unit separator": "a\u001fb",
    "delete": "a\u007fb",
    "next line": "a\u0085b",
    "line separator": "a\u2028b",
    "newline": "a\nb",
    "right to left": "שלום عربى",
    "private use and beyond": "\ue000\U0010fffd",
    "lone surrogate": "a\ud800b",
    "empty": "",
}
REFUSED = {"decomposed", "combining marks that have no composed form", "backspace", "unit separator", "delete", "next line", "newline"}
REFUSED |= {"lone surrogate", "empty"}


def test_a_name_is_refused_or_verified_alike(sample: Sample, outside: OutsideVerifier) -> None:
    status = StatusRef(
        tuple(
            StatusEntryRef(entry["statusPurpose"], entry["statusListCredential"], int(entry["statusListIndex"]))
            for entry in json.loads(sample.badge)["credentialStatus"]
        )
    )
    signed, refusals = {}, set()
    for case, name in NAMES.items():
        record = sample_record(NOW, status)
        record = attrs.evolve(record, issuer_name=name, achievement=attrs.evolve(record.achievement, name=name, criteria=name))
        try:
            signed[case] = sign_badge(record, sample.keys.badges, now=NOW)
        except CredentialError as error:
            refusals.add(error.code)
    assert NAMES.keys() - signed.keys() == REFUSED
    assert refusals == {"not_nfc", "control_character", "bad_value"}
    answers = outside.badges(list(signed.values()), did=sample.did, lists=sample.lists, now=NOW)
    assert {case: answer.error for case, answer in zip(signed, answers, strict=True) if not answer.verified} == {}
    assert all(accepted(text, sample) for text in signed.values())
