"""The badge: a confirmation as an Open Badges 3.0 credential with an embedded ``eddsa-rdfc-2022`` proof."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Sequence
from datetime import datetime

import attrs

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials import gate
from digiskills_integrations.credentials.contexts import BADGE_CONTEXT
from digiskills_integrations.credentials.data_integrity import check_proof, make_proof
from digiskills_integrations.credentials.key_ring import BadgeKey
from digiskills_integrations.credentials.rdf import canonical_quads
from digiskills_integrations.credentials.shapes import BADGE
from digiskills_integrations.credentials.status_reference import StatusRef
from digiskills_integrations.credentials.template import QuadsTemplate, compile_template, mark
from digiskills_integrations.credentials.texts import vc_time
from digiskills_integrations.errors import CredentialError

# One badge in so many is also canonicalised by pyoxigraph before it is signed: about a hundredth of the work of signing.
SAMPLE_EVERY = 1000
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_signed = itertools.count(1)


@attrs.frozen
class Alignment:
    """A skill that the achievement proves. ``url`` is an IRI, ``framework`` the key of the framework that has the skill."""

    code: str
    name: str
    framework: str
    url: str


@attrs.frozen(kw_only=True, cache_hash=True)
class Achievement:
    """What was achieved; the same for everybody who completes a regulation as one audience with the same skills.

    Attributes:
        id: an absolute IRI.
        criteria: in words, what had to be done for it.
    """

    id: str
    name: str
    description: str
    criteria: str
    alignments: tuple[Alignment, ...] = ()


@attrs.frozen(kw_only=True)
class BadgeRecord:
    """What one badge says. No name: ``name_commitment`` is a salted digest of it (see credentials.disclosure), None without one.

    Attributes:
        number, version: of the confirmation; canonical number, version from 1.
        issuer_did: ``did:web:…`` under which the key is published.
        learner_public_id: outward id of the learner.
        valid_from, valid_until: aware times; None: no end.
        status: where withdrawals will show; None only for a record that can never be withdrawn.
    """

    number: str
    version: int
    issuer_did: str
    issuer_name: str
    learner_public_id: str
    regulation: str
    audience: str
    achievement: Achievement
    valid_from: datetime
    valid_until: datetime | None
    name_commitment: str | None
    status: StatusRef | None
    test_mark: bool


def build_badge(record: BadgeRecord) -> JsonObject:
    """The unsigned badge."""
    return _badge(record, _slot_values(record))


def sign_badge(record: BadgeRecord, key: BadgeKey, *, now: datetime) -> str:
    """The signed badge as JSON text, judged before it is signed and verified by other code before it is returned.

    Args:
        record: what it says.
        key: see :func:`digiskills_integrations.credentials.key_ring.load_key_ring`.
        now: aware time, written into the proof.

    Raises:
        CredentialError: the gate refuses the content, the two ways to its canonical form differ (``canonical_mismatch``), or the result
            does not verify.
    """
    values = _slot_values(record)
    document = _badge(record, values)
    judged = gate.quads(document, BADGE)
    filled = _template(_Form.of(record, values)).fill(values)
    if filled != judged or (next(_signed) % SAMPLE_EVERY == 0 and judged != canonical_quads(document)):
        raise CredentialError("canonical_mismatch", f"{document['id']}: two ways to its canonical form differ; nothing was signed")
    method = key.verification_method(record.issuer_did)
    proof = make_proof(filled, key.private_key, created=vc_time(now), verification_method=method)
    text = _ENCODER.encode({**document, "proof": proof})
    _check_signed(text, document, judged, key)
    return text


def _check_signed(text: str, document: JsonObject, judged: Sequence[str], key: BadgeKey) -> None:
    """Read the text back, and verify its proof over the quads of the gate, not over those that were signed."""
    read = json.loads(text)
    proof = read.pop("proof")
    if read != document:
        raise CredentialError("not_read_back", f"{document['id']}: the text does not read as what was signed")
    check_proof(judged, proof, key.public_key)


def _badge(record: BadgeRecord, values: dict[str, str]) -> JsonObject:
    badge: JsonObject = {
        "@context": list(BADGE_CONTEXT),
        "id": values["id"],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": record.achievement.name,
        "issuer": {"id": record.issuer_did, "type": ["Profile"], "name": record.issuer_name},
        "validFrom": values["valid-from"],
        "credentialSubject": _subject(record, values),
    }
    if record.valid_until is not None:
        badge["validUntil"] = values["valid-until"]
    if record.status is not None:
        badge["credentialStatus"] = [
            {
                "id": values[f"{entry.purpose}-id"],
                "type": "BitstringStatusListEntry",
                "statusPurpose": entry.purpose,
                "statusListIndex": values[f"{entry.purpose}-index"],
                "statusListCredential": values[f"{entry.purpose}-list"],
            }
            for entry in record.status.entries
        ]
    if record.test_mark:
        badge["testMark"] = True
    return badge


def _subject(record: BadgeRecord, values: dict[str, str]) -> JsonObject:
    subject: JsonObject = {
        "id": values["learner"],
        "type": ["AchievementSubject"],
        "confirmationNumber": values["number"],
        "regulation": record.regulation,
        "audience": record.audience,
        "achievement": _achievement(record.achievement),
    }
    if record.name_commitment is not None:
        subject["nameCommitment"] = values["commitment"]
    return subject


def _achievement(achievement: Achievement) -> JsonObject:
    content: JsonObject = {
        "id": achievement.id,
        "type": ["Achievement"],
        "name": achievement.name,
        "description": achievement.description,
        "criteria": {"narrative": achievement.criteria},
    }
    if achievement.alignments:
        content["alignment"] = [
            {
                "type": ["Alignment"],
                "targetCode": alignment.code,
                "targetFramework": alignment.framework,
                "targetName": alignment.name,
                "targetUrl": alignment.url,
            }
            for alignment in achievement.alignments
        ]
    return content


def _slot_values(record: BadgeRecord) -> dict[str, str]:
    """What differs from badge to badge, by slot. Only codes, IRIs and times: texts for people are the same in every badge of a template."""
    values = {
        "id": f"urn:digiskills:confirmation:{record.number}:{record.version}",
        "number": record.number,
        "learner": f"urn:digiskills:learner:{record.learner_public_id}",
        "valid-from": vc_time(record.valid_from),
    }
    if record.valid_until is not None:
        values["valid-until"] = vc_time(record.valid_until)
    if record.name_commitment is not None:
        values["commitment"] = record.name_commitment
    if record.status is not None:
        for entry in record.status.entries:
            values[f"{entry.purpose}-id"] = entry.id
            values[f"{entry.purpose}-index"] = str(entry.index)
            values[f"{entry.purpose}-list"] = entry.list_url
    return values


@attrs.frozen
class _Form:
    """What badges of one template have in common: a record whose personal values do not matter, and which slots it has."""

    record: BadgeRecord = attrs.field(eq=False)
    slots: tuple[str, ...]
    constant: tuple[object, ...]

    @classmethod
    def of(cls, record: BadgeRecord, values: dict[str, str]) -> _Form:
        constant = (record.issuer_did, record.issuer_name, record.regulation, record.audience, record.achievement, record.test_mark)
        return cls(record, tuple(values), constant)


@functools.lru_cache(maxsize=256)
def _template(form: _Form) -> QuadsTemplate:
    """The template of a form, checked on the record at hand: the first badge of every process and form is held against pyoxigraph."""
    template = compile_template(_badge(form.record, {slot: mark(slot) for slot in form.slots}), form.slots, canonical_quads)
    document = build_badge(form.record)
    gate.quads(document, BADGE)
    if template.fill(_slot_values(form.record)) != canonical_quads(document):
        raise CredentialError("canonical_mismatch", f"{document['id']}: the compiled template and pyoxigraph differ; nothing was signed")
    return template
