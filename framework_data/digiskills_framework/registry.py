"""The frozen types of a registry profile: what makes a transport a particular registry, and which records it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from digiskills_framework.types import Audience, LocalizedText

AuthKind = Literal["oauth2", "hmac", "mtls"]
Need = Literal["identity", "unit"]
FieldFormat = Literal["text", "date", "date_dmy", "datetime"]

EVENT_TYPES = ("issued", "corrected", "withdrawn", "reinstated", "expired", "renewed")

# Every fact that a mapping may name. `*` stands for one name: the level of an admin unit, a language.
FACTS = (
    "event.key",
    "event.type",
    "event.seq",
    "event.occurredAt",
    "confirmation.number",
    "confirmation.printedNumber",
    "confirmation.version",
    "confirmation.learner",
    "confirmation.recordType",
    "confirmation.regulation",
    "confirmation.audience",
    "confirmation.issuedAt",
    "confirmation.testMark",
    "record.credential",
    "record.validFrom",
    "record.validUntil",
    "record.issuer.id",
    "record.issuer.name",
    "record.framework",
    "record.regulationLabel.*",
    "record.decidedAt",
    "record.skills",
    "holder.name",
    "identity.number",
    "unit.*.code",
    "unit.*.name",
)
# Facts of one member of `record.skills`, named in the fields of an `each`.
SKILL_FACTS = ("skill", "valueMilli")


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How one field of a registry's record is filled.

    Exactly one of ``fact``, ``const`` and ``each`` is given.

    Attributes:
        to: path in the registry's record, ``nguoi.soDinhDanh``.
        fact: path of a fact.
        const: a value that is always the same.
        each: path of a list of facts; ``fields`` fill one object for each member.
        required: without the fact nothing is sent; otherwise the field is left out.
        values: the registry's words for ours; a word that is not here is an error, never passed on.
    """

    to: tuple[str, ...]
    fact: tuple[str, ...] = ()
    const: str | int | bool | None = None
    each: tuple[str, ...] = ()
    fields: tuple[FieldRule, ...] = ()
    required: bool = False
    format: FieldFormat = "text"
    values: tuple[tuple[str, str | int | bool], ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """How the registry's answer to one record is read; names are of the registry.

    Attributes:
        key: the field that repeats the record's idempotency key.
        results: the field that holds the list of answers to a batch; empty where there are no batches.
        accepted, rejected, again: values of ``status``. ``again``: the registry could not take this record now.
        reference, reason: its receipt's number, and its word for a refusal.
    """

    key: str
    results: str
    status: str
    accepted: tuple[str, ...]
    rejected: tuple[str, ...]
    again: tuple[str, ...]
    reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Several records in one request: the list is in the field ``records``, the batch's key in ``key``; at most ``max_records``."""

    records: str
    key: str
    max_records: int


@dataclass(frozen=True, slots=True)
class RegistryProfile:
    """What is assumed of one registry, as data.

    Attributes:
        notice: what a reader must know: nothing of this was published by the registry.
        events: the types of events that it takes; others are not sent.
        needs: what must be known of the learner before anything is sent.
        auth: ways of signing in that it accepts.
        idempotency_header: header that carries the key of the request.
        utc_offset_minutes: of the dates and times that it is told.
        record: the mapping.
        batch: None where each request carries one record.
        schema: the contract's JSON Schema (draft 2020-12) of one record.
        directory: where the profile's files lie: contract, golden payloads.
    """

    pack: str
    code: str
    version: int
    title: LocalizedText
    notice: LocalizedText
    events: tuple[str, ...]
    needs: tuple[Need, ...]
    auth: tuple[AuthKind, ...]
    idempotency_header: str
    utc_offset_minutes: int
    record: tuple[FieldRule, ...]
    batch: Batch | None
    answer: AnswerForm
    schema: Mapping[str, Any]
    directory: Path

    @property
    def key(self) -> str:
        """``vn/vneid/1``"""
        return f"{self.pack}/{self.code}/{self.version}"

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """On which a registry may be told; ``source`` says where that is written, or that it is an assumption."""

    code: str
    title: LocalizedText
    source: str


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """Records of these types, audiences and places go to this registry if it is told on one of these legal bases.

    Attributes:
        within: ``anywhere``; ``territory``: in the admin units for which the registry is responsible; ``units``: in one of ``units``.
        legal_bases: codes; the operator names the one that holds for a destination.
    """

    registry: str
    records: tuple[str, ...]
    audiences: tuple[Audience, ...]
    within: Literal["anywhere", "territory", "units"]
    units: tuple[str, ...]
    legal_bases: tuple[str, ...]

    def matches(self, *, record_type: str, audience: str, unit_codes: Sequence[str], territory: Sequence[str], legal_basis: str) -> bool:
        """Whether a record goes there.

        Args:
            record_type: ``confirmation`` or ``result``.
            unit_codes: the learner's admin unit and those it lies in; empty when unknown, which is in no territory.
            territory: codes for which the registry is responsible.
            legal_basis: that on which the operator tells this registry.
        """
        if record_type not in self.records or audience not in self.audiences or legal_basis not in self.legal_bases:
            return False
        if self.within == "anywhere":
            return True
        places = territory if self.within == "territory" else self.units
        return not set(unit_codes).isdisjoint(places)


@dataclass(frozen=True, slots=True)
class Routing:
    """Which registries of a country a record goes to: those of which at least one rule matches."""

    pack: str
    legal_bases: tuple[LegalBasis, ...]
    rules: tuple[RoutingRule, ...]

    def rules_of(self, registry: str) -> tuple[RoutingRule, ...]:
        """The rules of the registry with this code, in the order of the file."""
        return tuple(rule for rule in self.rules if rule.registry == registry)
