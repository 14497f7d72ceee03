"""The closed shapes of what we sign with ``eddsa-rdfc-2022``, term by term, written from the vocabularies and not from our contexts' files.

A document that holds anything else is not of our making. Sources: W3C Verifiable Credentials Data Model 2.0, W3C Bitstring Status List 1.0,
1EdTech Open Badges 3.0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import attrs

from digiskills_integrations.credentials.contexts import BADGE_CONTEXT, OWN_VOCABULARY, STATUS_LIST_CONTEXT

_VC = "https://www.w3.org/2018/credentials#"
_STATUS = "https://www.w3.org/ns/credentials/status#"
_OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
_SCHEMA = "https://schema.org/"
_XSD = "http://www.w3.org/2001/XMLSchema#"

ValueKind = Literal["text", "time", "iri", "iri_text", "true"]


@attrs.frozen(kw_only=True)
class Term:
    """One property of a node.

    Attributes:
        iri: its predicate.
        kind: how a leaf is judged and written: ``text`` literal, ``time`` literal, ``iri`` node, ``iri_text`` literal that must be an
            IRI, ``true`` (the value True and no other).
        datatype: of the literal; empty for a plain string.
        shape: the value is no leaf but a node of this shape.
        many: the value is a list with at least one member, none twice.
        pattern: a regular expression that the whole text must match; None for any.
    """

    iri: str
    kind: ValueKind = "text"
    datatype: str = ""
    shape: Shape | None = None
    many: bool = False
    required: bool = True
    pattern: re.Pattern[str] | None = attrs.field(default=None)


@attrs.frozen(kw_only=True)
class Shape:
    """One kind of node.

    Attributes:
        type_value: what ``type`` must be in JSON; None when the node has no type.
        type_iris: the classes that ``type`` stands for.
        named: whether the node has an ``id``; otherwise it is a blank node.
        terms: its properties by their names in JSON.
    """

    type_value: object = None
    type_iris: tuple[str, ...] = ()
    named: bool = True
    terms: Mapping[str, Term]
    required: frozenset[str] = attrs.field(init=False)

    @required.default
    def _required_terms(self) -> frozenset[str]:
        return frozenset(name for name, term in self.terms.items() if term.required)


@attrs.frozen(kw_only=True)
class Document:
    """A whole document: the value of ``@context`` and the shape of its root."""

    context: tuple[object, ...]
    root: Shape


_LIST_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_MULTIBASE = re.compile(r"u[A-Za-z0-9_-]+")
_PURPOSE = re.compile("revocation|suspension")
_VALIDITY = {
    "validFrom": Term(iri=f"{_VC}validFrom", kind="time", datatype=f"{_XSD}dateTime"),
    "validUntil": Term(iri=f"{_VC}validUntil", kind="time", datatype=f"{_XSD}dateTime", required=False),
}

_ISSUER = Shape(type_value=["Profile"], type_iris=(f"{_OB}Profile",), terms={"name": Term(iri=f"{_SCHEMA}name")})
_CRITERIA = Shape(named=False, terms={"narrative": Term(iri=f"{_OB}narrative")})
_ALIGNMENT = Shape(
    named=False,
    type_value=["Alignment"],
    type_iris=(f"{_SCHEMA}AlignmentObject",),
    terms={
        "targetCode": Term(iri=f"{_OB}targetCode"),
        "targetFramework": Term(iri=f"{_SCHEMA}targetFramework"),
        "targetName": Term(iri=f"{_SCHEMA}targetName"),
        # The context of Open Badges really writes this namespace with https.
        "targetUrl": Term(iri=f"{_SCHEMA}targetUrl", kind="iri_text", datatype="https://www.w3.org/2001/XMLSchema#anyURI"),
    },
)
ACHIEVEMENT = Shape(
    type_value=["Achievement"],
    type_iris=(f"{_OB}Achievement",),
    terms={
        "name": Term(iri=f"{_SCHEMA}name"),
        "description": Term(iri=f"{_SCHEMA}description"),
        "criteria": Term(iri=f"{_OB}Criteria", shape=_CRITERIA),
        "alignment": Term(iri=f"{_OB}alignment", shape=_ALIGNMENT, many=True, required=False),
    },
)
_SUBJECT = Shape(
    type_value=["AchievementSubject"],
    type_iris=(f"{_OB}AchievementSubject",),
    terms={
        "achievement": Term(iri=f"{_OB}achievement", shape=ACHIEVEMENT),
        "audience": Term(iri=f"{OWN_VOCABULARY}audience", pattern=re.compile("[a-z_]+")),
        "confirmationNumber": Term(iri=f"{OWN_VOCABULARY}confirmationNumber", pattern=re.compile("[0-9A-Z]{14}")),
        "nameCommitment": Term(iri=f"{OWN_VOCABULARY}nameCommitment", pattern=_BASE64URL, required=False),
        "regulation": Term(iri=f"{OWN_VOCABULARY}regulation"),
    },
)
_STATUS_ENTRY = Shape(
    type_value="BitstringStatusListEntry",
    type_iris=(f"{_STATUS}BitstringStatusListEntry",),
    terms={
        "statusListCredential": Term(iri=f"{_STATUS}statusListCredential", kind="iri"),
        "statusListIndex": Term(iri=f"{_STATUS}statusListIndex", pattern=_LIST_INDEX),
        "statusPurpose": Term(iri=f"{_STATUS}statusPurpose", pattern=_PURPOSE),
    },
)
BADGE = Document(
    context=BADGE_CONTEXT,
    root=Shape(
        type_value=["VerifiableCredential", "OpenBadgeCredential"],
        type_iris=(f"{_VC}VerifiableCredential", f"{_OB}OpenBadgeCredential"),
        terms={
            "name": Term(iri=f"{_SCHEMA}name"),
            "issuer": Term(iri=f"{_VC}issuer", shape=_ISSUER),
            **_VALIDITY,
            "credentialSubject": Term(iri=f"{_VC}credentialSubject", shape=_SUBJECT),
            "credentialStatus": Term(iri=f"{_VC}credentialStatus", shape=_STATUS_ENTRY, many=True, required=False),
            "testMark": Term(iri=f"{OWN_VOCABULARY}testMark", kind="true", datatype=f"{_XSD}boolean", required=False),
        },
    ),
)

_STATUS_LIST = Shape(
    type_value="BitstringStatusList",
    type_iris=(f"{_STATUS}BitstringStatusList",),
    terms={
        "encodedList": Term(iri=f"{_STATUS}encodedList", datatype="https://w3id.org/security#multibase", pattern=_MULTIBASE),
        "statusPurpose": Term(iri=f"{_STATUS}statusPurpose", pattern=_PURPOSE),
    },
)
STATUS_LIST = Document(
    context=STATUS_LIST_CONTEXT,
    root=Shape(
        type_value=["VerifiableCredential", "BitstringStatusListCredential"],
        type_iris=(f"{_VC}VerifiableCredential", f"{_STATUS}BitstringStatusListCredential"),
        terms={
            "issuer": Term(iri=f"{_VC}issuer", kind="iri"),
            **_VALIDITY,
            "credentialSubject": Term(iri=f"{_VC}credentialSubject", shape=_STATUS_LIST),
        },
    ),
)
