"""Badges: the compiled template, the gate and two JSON-LD processors agree; what they would read differently is refused."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials import badge as badge_module
from digiskills_integrations.credentials import gate
from digiskills_integrations.credentials.badge import Alignment, BadgeRecord, build_badge, sign_badge
from digiskills_integrations.credentials.contexts import BADGE_CONTEXT, pinned_contexts, read_pinned
from digiskills_integrations.credentials.data_integrity import proof_configuration_hash
from digiskills_integrations.credentials.key_ring import KeyRing, build_did_document, load_key_ring
from digiskills_integrations.credentials.keys import KeyPlaces
from digiskills_integrations.credentials.rdf import canonical_quads
from digiskills_integrations.credentials.sample import DID, sample_record
from digiskills_integrations.credentials.shapes import BADGE
from digiskills_integrations.credentials.status_reference import PURPOSES, StatusEntryRef, StatusRef
from digiskills_integrations.credentials.template import compile_template, mark
from digiskills_integrations.credentials.texts import check_iri, vc_time
from digiskills_integrations.credentials.verify_badge import verify_badge
from digiskills_integrations.errors import ConfigurationError, CredentialError
from tests.integrations.conftest import NOW

STATUS = StatusRef(tuple(StatusEntryRef(purpose, f"https://test.invalid/{purpose}", 94567) for purpose in PURPOSES))
RECORD = sample_record(NOW, STATUS)


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return load_key_ring(KeyPlaces(tmp_path_factory.mktemp("keys")))


def by_pyld(document: JsonObject) -> list[str]:
    """The canonical quads by another JSON-LD processor, its loader limited to the pinned contexts."""

    def load(url: str, _options: object) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": pinned_contexts()[url]}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    return str(jsonld.normalize(document, options)).splitlines()


def texts() -> st.SearchStrategy[str]:
    """Texts that the gate admits, with everything that needs an escape."""
    alphabet = st.one_of(st.sampled_from(list('"\\{}<>_:@^ ăế😀\u2028')), st.characters(exclude_categories=["Cc", "Cs"]))
    return st.text(alphabet, min_size=1, max_size=60).map(lambda text: unicodedata.normalize("NFC", text)).filter(bool)


@st.composite
def records(draw: st.DrawFn) -> BadgeRecord:
    codes = draw(st.lists(st.from_regex(r"[A-Z][0-9]{1,2}", fullmatch=True), unique=True, max_size=6))
    achievement = attrs.evolve(
        RECORD.achievement,
        name=draw(texts()),
        description=draw(texts()),
        criteria=draw(texts()),
        alignments=tuple(Alignment(code, draw(texts()), draw(texts()), f"urn:digiskills:skill:{code}") for code in codes),
    )
    return attrs.evolve(
        RECORD,
        number="T" + draw(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=13, max_size=13)),
        version=draw(st.integers(1, 99)),
        issuer_name=draw(texts()),
        achievement=achievement,
        valid_until=draw(st.none() | st.datetimes().map(lambda moment: moment.replace(tzinfo=NOW.tzinfo))),
        name_commitment=draw(st.none() | st.from_regex(r"[A-Za-z0-9_-]{43}", fullmatch=True)),
        status=draw(st.none() | st.just(STATUS)),
        test_mark=draw(st.booleans()),
    )


@pytest.mark.property
@settings(max_examples=40)
@given(record=records())
def test_gate_template_and_pyoxigraph_write_the_same_quads(ring: KeyRing, record: BadgeRecord) -> None:
    document = build_badge(record)
    assert gate.quads(document, BADGE) == canonical_quads(document)
    signed = json.loads(sign_badge(record, ring.badges, now=NOW))
    del signed["proof"]
    assert signed == document


@pytest.mark.parametrize(
    "record",
    [
        RECORD,
        attrs.evolve(RECORD, valid_until=None, name_commitment=None, status=None, test_mark=False),
        attrs.evolve(RECORD, issuer_name='"\\ 🎓 _:c14n0', achievement=attrs.evolve(RECORD.achievement, alignments=())),
    ],
    ids=["full", "bare", "no-skills"],
)
def test_a_second_processor_agrees(record: BadgeRecord) -> None:
    document = build_badge(record)
    assert by_pyld(document) == gate.quads(document, BADGE)


def test_the_proof_configuration_is_what_a_processor_makes_of_it() -> None:
    method = f"{DID}#z6Mk"
    configuration = {
        "@context": list(BADGE_CONTEXT),
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": vc_time(NOW),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }

    text = "".join(f"{quad}\n" for quad in canonical_quads(configuration))
    assert hashlib.sha256(text.encode()).digest() == proof_configuration_hash(vc_time(NOW), method)
    assert by_pyld(configuration) == canonical_quads(configuration)


def test_a_signed_badge_verifies_with_the_did_document(ring: KeyRing) -> None:
    did = build_did_document(DID, [ring.badges.kid], {"keys": []})
    text = sign_badge(RECORD, ring.badges, now=NOW)
    verified = verify_badge(text, did, now=NOW)
    assert (verified.kid, verified.is_test) == (f"{DID}#{ring.badges.kid}", True)
    with pytest.raises(CredentialError) as caught:
        verify_badge(text, did, now=NOW + timedelta(days=365))
    assert caught.value.code == "expired"
    with pytest.raises(CredentialError) as caught:
        verify_badge(text, did, now=NOW - timedelta(seconds=1))
    assert caught.value.code == "not_yet_valid"
    with pytest.raises(CredentialError) as caught:
        verify_badge(text, {**did, "assertionMethod": []}, now=NOW)
    assert caught.value.code == "unknown_key"


def test_the_sampled_check_stops_a_badge(ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_badge(RECORD, ring.badges, now=NOW)
    monkeypatch.setattr(badge_module, "SAMPLE_EVERY", 1)
    monkeypatch.setattr(badge_module, "canonical_quads", lambda _document: ["something else"])
    with pytest.raises(CredentialError) as caught:
        sign_badge(RECORD, ring.badges, now=NOW)
    assert caught.value.code == "canonical_mismatch"


@pytest.mark.parametrize(
    "change, code",
    [
        ({"learner_public_id": "01 J"}, "bad_iri"),
        ({"number": "T1"}, "bad_value"),
        ({"name_commitment": "über"}, "bad_value"),
        ({"audience": "Citizen"}, "bad_value"),
        ({"issuer_did": "no iri"}, "bad_iri"),
        ({"issuer_name": "Nguyê\u0303n"}, "not_nfc"),
        ({"issuer_name": "a\tb"}, "control_character"),
        ({"issuer_name": ""}, "bad_value"),
        ({"achievement": attrs.evolve(RECORD.achievement, id="urn:a b")}, "bad_iri"),
        ({"achievement": attrs.evolve(RECORD.achievement, name=mark("number"))}, "canonical_mismatch"),
        ({"achievement": attrs.evolve(RECORD.achievement, name=mark("strange"))}, "not_a_template"),
        ({"achievement": attrs.evolve(RECORD.achievement, criteria=mark("number"))}, "not_a_template"),
        ({"achievement": attrs.evolve(RECORD.achievement, alignments=RECORD.achievement.alignments[:1] * 2)}, "bad_value"),
    ],
    ids=str,
)
def test_what_is_not_well_formed_is_never_signed(ring: KeyRing, change: dict[str, Any], code: str) -> None:
    with pytest.raises(CredentialError) as caught:
        sign_badge(attrs.evolve(RECORD, **change), ring.badges, now=NOW)
    assert caught.value.code == code


def test_a_slot_beside_a_blank_node_is_no_template() -> None:
    lines = ['_:c14n0 <https://schema.org/name> "' + mark("name") + '" .']
    with pytest.raises(CredentialError, match="beside a blank node"):
        compile_template({}, ["name"], lambda _document: lines)


@pytest.mark.parametrize(
    "iri", ["", "name", "/path", "https://a b", "https://á.example", "urn:x%2", "urn:x#a#b", "urn:<x>", 'urn:"', "1a:b", "a:"]
)
def test_an_iri_must_be_absolute_and_well_formed(iri: str) -> None:
    with pytest.raises(CredentialError, match="absolute IRI"):
        check_iri(iri, "$")


@pytest.mark.parametrize("iri", ["did:web:a.example%3A8000:x#z6Mk", "https://a.example/b?c=d#e", "urn:digiskills:regulation:demo-s3-a1/1"])
def test_ordinary_iris_pass(iri: str) -> None:
    check_iri(iri, "$")


def test_a_changed_context_file_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="open-badges"):
        read_pinned("open-badges-3.0.3.json", "0" * 64)


def test_only_pinned_contexts_are_read() -> None:
    with pytest.raises(CredentialError) as caught:
        canonical_quads({"@context": ["https://evil.example/context"], "id": "urn:x:y"})
    assert caught.value.code == "unknown_context"
