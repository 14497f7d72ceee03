"""Signing a badge beside what it stands on (raw Ed25519) and beside JSON-LD processors, and issuing a confirmation with everything."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import override_settings
from pyld import jsonld

from benchmarks.measuring import Work, measure, measure_once_each
from benchmarks.tables import SAMPLE_HEAD, Table, ratio, sample_cells
from digiskills_grading import api as grading
from digiskills_grading import dimensions
from digiskills_grading.data import LearnerRef
from digiskills_grading.models import Decision, IssueTodo, Learner, Mastery, Track
from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.models import ConfirmationVersion
from digiskills_integrations.credentials.badge import build_badge, sign_badge
from digiskills_integrations.credentials.contexts import pinned_contexts
from digiskills_integrations.credentials.data_integrity import make_proof, read_proof
from digiskills_integrations.credentials.key_ring import KeyRing, build_did_document, load_key_ring
from digiskills_integrations.credentials.keys import KeyPlaces
from digiskills_integrations.credentials.rdf import canonical_quads
from digiskills_integrations.credentials.sample import DID, sample_record
from digiskills_integrations.credentials.status_reference import PURPOSES, StatusEntryRef, StatusRef
from digiskills_integrations.credentials.texts import vc_time
from digiskills_integrations.credentials.verify_badge import verify_badge
from digiskills_integrations.outbox.models import Delivery
from digiskills_integrations.outbox.operations import sync_destinations

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
GOAL_PER_SECOND = 5000
GOAL_AGAINST_PYLD = 30
ISSUES = 60
REGULATION = "demo-s3-a1/1"
SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
STATUS = StatusRef(tuple(StatusEntryRef(purpose, f"https://test.invalid/{purpose}", 94567) for purpose in PURPOSES))
RECORD = sample_record(NOW, STATUS)


def signing_table() -> Table:
    """CPU time of one signed badge: ours with gate, template and verification, others with canonical form and signature alone."""
    with tempfile.TemporaryDirectory() as folder:
        ring = load_key_ring(KeyPlaces(Path(folder)))
    works: dict[str, Work] = {
        "raw Ed25519 signature of 64 bytes": partial(ring.badges.private_key.sign, bytes(64)),
        "raw Ed25519 signature and verification": partial(_sign_and_verify, ring.badges.private_key),
        "ours": partial(sign_badge, RECORD, ring.badges, now=NOW),
        "pyoxigraph": partial(_signed, ring, canonical_quads),
        "PyLD": partial(_signed, ring, _by_pyld),
    }
    _check(ring, works)
    samples = measure(works, rounds=15, repetitions=20)
    ours = samples["ours"]
    return Table(
        title="Signing a badge (Open Badges 3.0, eddsa-rdfc-2022)",
        head=("work", *SAMPLE_HEAD, "ours against it"),
        rows=[[name, *sample_cells(sample), ratio(ours.median, sample.median)] for name, sample in samples.items()],
        notes=[
            f"Goal: {GOAL_PER_SECOND:,} a CPU-second; measured {ours.per_second:,.0f}, best quartile {1 / ours.quartiles[0]:,.0f}.",
            f"Goal: {GOAL_AGAINST_PYLD} times PyLD; measured {ratio(ours.median, samples['PyLD'].median)}.",
            "Ours judges the badge, writes its quads in two ways, signs, reads back and verifies; the others only write and sign.",
            "Checked before: all give the same signature, and it verifies.",
        ],
    )


def issuing_table() -> Table:
    """CPU time of issuing one confirmation: transaction, both signatures, status bits, event and a delivery to one registry."""
    with _platform():
        works: list[Work] = []
        for _ in range(ISSUES):
            _ask_for_an_issue()
            works.append(partial(issue_pending, now=NOW, limit=1))
        sample = measure_once_each({"issue": works})["issue"]
        assert ConfirmationVersion.objects.exclude(badge=None).count() == Delivery.objects.count() == ISSUES
    return Table(
        title="Issuing a confirmation",
        head=("work", *SAMPLE_HEAD),
        rows=[["issue, sign twice, enqueue (SQLite)", *sample_cells(sample)]],
        notes=["Checked after: as many badges and deliveries as requests."],
    )


def _check(ring: KeyRing, works: dict[str, Work]) -> None:
    text = str(works["ours"]())
    verify_badge(text, build_did_document(DID, [ring.badges.kid], {"keys": []}), now=NOW)
    proofs = [json.loads(text)["proof"], works["pyoxigraph"](), works["PyLD"]()]
    assert len({read_proof(proof) for proof in proofs}) == 1


def _sign_and_verify(key: Ed25519PrivateKey) -> None:
    key.public_key().verify(key.sign(bytes(64)), bytes(64))


def _signed(ring: KeyRing, canonicalise: Callable[[JsonObject], list[str]]) -> JsonObject:
    """The proof of the badge by a processor that canonicalises document and proof configuration."""
    document = build_badge(RECORD)
    method = ring.badges.verification_method(DID)
    configuration = {
        "@context": document["@context"],
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": vc_time(NOW),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    hashlib.sha256("\n".join(canonicalise(configuration)).encode()).digest()
    return make_proof(canonicalise(document), ring.badges.private_key, created=vc_time(NOW), verification_method=method)


def _by_pyld(document: JsonObject) -> list[str]:
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load}
    return str(jsonld.normalize(document, options)).splitlines()


def _load(url: str, _options: object) -> dict[str, Any]:
    return {"contextUrl": None, "documentUrl": url, "document": pinned_contexts()[url]}


@contextmanager
def _platform() -> Iterator[None]:
    """Settings with keys and one registry that is never asked."""
    destination = {
        "code": "bench",
        "kind": "webhook",
        "environment": "sandbox",
        "endpoint": "http://127.0.0.1:9/",
        "allowed_networks": ["127.0.0.0/8"],
        "share_name": True,
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(
            ROOT_URLCONF="benchmarks.urls",
            DIGISKILLS_KEY_DIR=folder,
            DIGISKILLS_PII_KEYS=[Fernet.generate_key().decode()],
            DIGISKILLS_DESTINATION_SECRETS={"bench": SECRET},
        ),
    ):
        sync_destinations([destination])
        yield


def _ask_for_an_issue() -> None:
    """A learner with a decision and a request to issue."""
    public_id = grading.create_learner()
    ref = LearnerRef(public_id=public_id)
    grading.record_person(ref, name="Nguyễn Thị Lan")
    grading.ensure_track(ref, regulation=REGULATION, audience="citizen")
    track = Track.objects.get(learner__public_id=public_id, regulation__key=REGULATION)
    Track.objects.filter(pk=track.pk).update(decision_n=1, status="completed")
    for skill in ("A1", "S3"):
        values = {"state": "mastered", "value_milli": 900, "evidence_upto": 1, "since": NOW}
        Mastery.objects.create(track=track, skill_id=dimensions.skill_id(skill), **values)
    Decision.objects.create(track=track, n=1, status="completed", evidence_upto=1, reasons="[]", digest="a" * 64, decided_at=NOW)
    IssueTodo.objects.create(learner=Learner.objects.get(public_id=public_id), track=track, decision_n=1, created_at=NOW, not_before=NOW)
