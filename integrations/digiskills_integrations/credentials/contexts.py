"""The JSON-LD contexts that our records name, shipped with the package and pinned by hash: nothing is ever fetched."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

from digiskills_integrations.canonical import JsonObject, canonical_json, parse_object
from digiskills_integrations.errors import ConfigurationError

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_V3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OWN_VOCABULARY = "https://digiskills.org/ns/confirmation/v1#"

# What Open Badges has no term for. It travels inside the badge, so that every reader knows the terms without asking our server.
OWN_TERMS: JsonObject = {
    "audience": f"{OWN_VOCABULARY}audience",
    "confirmationNumber": f"{OWN_VOCABULARY}confirmationNumber",
    "nameCommitment": f"{OWN_VOCABULARY}nameCommitment",
    "regulation": f"{OWN_VOCABULARY}regulation",
    "testMark": {"@id": f"{OWN_VOCABULARY}testMark", "@type": "http://www.w3.org/2001/XMLSchema#boolean"},
}
BADGE_CONTEXT: tuple[object, ...] = (CREDENTIALS_V2, OPEN_BADGES_V3, OWN_TERMS)
STATUS_LIST_CONTEXT: tuple[object, ...] = (CREDENTIALS_V2,)

# SHA-256 over the canonical JSON of each document (sorted keys, no spaces), so that indentation does not matter.
_PINNED = {
    CREDENTIALS_V2: ("credentials-v2.json", "b463c8d6a066214123ddd9827b135e1b50e1fc73322cc52a9b12a4f1fc7d86cf"),
    OPEN_BADGES_V3: ("open-badges-3.0.3.json", "c5e555a91a5cf48e32ae0a05674c61ddd5c053b680b5643b2f57f9965e386d99"),
}


@functools.cache
def pinned_contexts() -> Mapping[str, JsonObject]:
    """The context documents by their address.

    Raises:
        ConfigurationError: a shipped document is not the one that was pinned.
    """
    return MappingProxyType({url: read_pinned(name, digest) for url, (name, digest) in _PINNED.items()})


def read_pinned(name: str, digest: str) -> JsonObject:
    """The context document in the package file ``name`` if it has this digest.

    Raises:
        ConfigurationError: it has another.
    """
    document = parse_object((resources.files(__package__) / "contexts" / name).read_bytes())
    found = hashlib.sha256(canonical_json(document)).hexdigest()
    if found != digest:
        raise ConfigurationError(f"contexts/{name}: SHA-256 {found}, expected {digest}; install the package again")
    return document
