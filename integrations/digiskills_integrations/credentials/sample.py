"""A complete, made-up example of everything that we sign, for those who write or test a verifier."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import attrs

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials.badge import Achievement, Alignment, BadgeRecord, sign_badge
from digiskills_integrations.credentials.contexts import CREDENTIALS_V2, OWN_VOCABULARY
from digiskills_integrations.credentials.disclosure import disclose
from digiskills_integrations.credentials.key_ring import KeyRing, did_document, load_key_ring
from digiskills_integrations.credentials.keys import KeyPlaces, public_key_set
from digiskills_integrations.credentials.status_list import ListFacts, encode_list, sign_status_list
from digiskills_integrations.credentials.status_reference import PURPOSES, StatusEntryRef, StatusRef
from digiskills_integrations.credentials.texts import vc_time
from digiskills_integrations.credentials.vc_jwt import sign_vc_jwt

DID = "did:web:test.invalid"
_LISTS = {"revocation": "status-list.json", "suspension": "status-list-suspension.json"}
_BASE = "https://test.invalid"
_NUMBER = "T0000000000001"
_VALIDITY = timedelta(days=365)
_ISSUER_NAME = "TEST – không có giá trị – not a real confirmation"
_SALT = bytes(range(16))


@attrs.frozen
class SampleFiles:
    """What was written, in the order in which a verifier needs it."""

    paths: tuple[Path, ...]


def write_sample(folder: Path, places: KeyPlaces, *, now: datetime) -> SampleFiles:
    """Write ``badge.json``, ``badge.vc.jwt``, ``did.json``, ``jwks.json``, ``status-list.json`` and ``status-list-suspension.json``.

    Args:
        folder: made if it is not there; files of these names are replaced.
        places: where the development keys of the sample are; they are made there.
        now: aware time; the sample is valid from then for a year.
    """
    keys, files = load_key_ring(places), dict[str, str]()
    status = StatusRef(tuple(StatusEntryRef(purpose, f"{_BASE}/{_LISTS[purpose]}", 94567) for purpose in PURPOSES))
    record = sample_record(now, status)
    files["badge.json"] = sign_badge(record, keys.badges, now=now)
    files["badge.vc.jwt"] = sign_vc_jwt(_payload(record, status), keys.records, now=now)
    files["did.json"] = _text(did_document(DID, places))
    files["jwks.json"] = _text(public_key_set(places))
    for entry in status.entries:
        files[_LISTS[entry.purpose]] = _text(_status_list(entry, keys, now))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content + "\n", encoding="utf-8")
    return SampleFiles(tuple(folder / name for name in files))


def sample_record(now: datetime, status: StatusRef | None) -> BadgeRecord:
    """A made-up record of the test issuer."""
    disclosure = disclose("Nguyễn Thị Lan", _SALT)
    skills = (("A1", "Nhận biết lừa đảo – Recognise fraud"), ("S3", "Dịch vụ công trực tuyến – Online public services"))
    framework = "digiskills-vn/1.0"
    return BadgeRecord(
        number=_NUMBER,
        version=1,
        issuer_did=DID,
        issuer_name=_ISSUER_NAME,
        learner_public_id="01JDA4V8Q0000000000000000A",
        regulation="demo-s3-a1/1",
        audience="citizen",
        achievement=Achievement(
            id="urn:digiskills:regulation:demo-s3-a1/1:citizen",
            name="Hoàn thành phổ cập kỹ năng số – Basic digital skills completed",
            description="Ví dụ – Example",
            criteria='Thực hành đạt yêu cầu mọi kỹ năng – Every skill shown in practice ("S3", "A1")',
            alignments=tuple(Alignment(code, name, framework, f"urn:digiskills:framework:{framework}:{code}") for code, name in skills),
        ),
        valid_from=now,
        valid_until=now + _VALIDITY,
        name_commitment=None if disclosure is None else disclosure.commitment,
        status=status,
        test_mark=True,
    )


def _payload(record: BadgeRecord, status: StatusRef) -> JsonObject:
    return {
        "@context": [CREDENTIALS_V2, {"@vocab": OWN_VOCABULARY}],
        "id": f"urn:digiskills:confirmation:{record.number}:{record.version}",
        "type": ["VerifiableCredential", "DigitalSkillsConfirmation"],
        "issuer": {"id": record.issuer_did, "name": record.issuer_name},
        "validFrom": vc_time(record.valid_from),
        "validUntil": vc_time(record.valid_from + _VALIDITY),
        "credentialSubject": {
            "id": f"urn:digiskills:learner:{record.learner_public_id}",
            "confirmationNumber": record.number,
            "regulation": record.regulation,
            "audience": record.audience,
            "nameCommitment": record.name_commitment,
        },
        "credentialStatus": status.to_json(),
        "testMark": True,
    }


def _status_list(entry: StatusEntryRef, keys: KeyRing, now: datetime) -> JsonObject:
    facts = ListFacts(
        url=entry.list_url,
        purpose=entry.purpose,
        encoded=encode_list([1, 2, 3]),
        issuer_did=DID,
        valid_from=now,
        valid_until=now + _VALIDITY,
    )
    return sign_status_list(facts, keys.badges)


def _text(document: JsonObject) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)
