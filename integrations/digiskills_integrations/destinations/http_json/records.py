"""The records that a registry is told: made by its mapping, held against its contract before anything is sent."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from digiskills_framework.api import MappingError, RegistryProfile, build_record, missing_needs
from digiskills_integrations.canonical import JsonObject, canonical_json
from digiskills_integrations.destinations.base import IdentityMissingError, OutgoingEvent, TransportError


def record_of(event: OutgoingEvent, profile: RegistryProfile) -> JsonObject:
    """The registry's record of an event.

    Raises:
        IdentityMissingError: the learner's number is not known; nothing may be sent before it is.
        TransportError: no record can be made of these facts (``record_…``). Permanent: the data or the profile must change.
    """
    missing = missing_needs(profile, event.facts)
    if "identity" in missing:
        raise IdentityMissingError
    if missing:
        raise TransportError(f"record_no_{missing[0]}", permanent=True)
    try:
        record = build_record(profile, event.facts)
    except MappingError as error:
        raise TransportError(f"record_{error.code}", permanent=True) from error
    if not _validator(profile).is_valid(record):
        raise TransportError("record_breaks_contract", permanent=True)
    return record


def request_key(keys: Sequence[str]) -> str:
    """The idempotency key of a request: the record's own, or SHA-256 over those of a batch in their order."""
    return keys[0] if len(keys) == 1 else hashlib.sha256("\n".join(keys).encode()).hexdigest()


def request_body(profile: RegistryProfile, records: Sequence[JsonObject], key: str) -> bytes:
    """One record as it is, or the batch with its key."""
    batch = profile.batch
    return canonical_json(records[0] if batch is None else {batch.key: key, batch.records: list(records)})


@functools.lru_cache(maxsize=64)
def _validator(profile: RegistryProfile) -> Validator:
    return Draft202012Validator(profile.schema)
