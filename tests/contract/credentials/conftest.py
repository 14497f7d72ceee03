"""The outside verifier and a signed sample, made once."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials.key_ring import KeyRing, load_key_ring
from digiskills_integrations.credentials.keys import KeyPlaces
from digiskills_integrations.credentials.sample import write_sample
from tests.contract.credentials.outside import OutsideVerifier, install

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@attrs.frozen
class Sample:
    """The files of ``digiskills credential sample``, read."""

    badge: str
    token: str
    did: JsonObject
    jwks: JsonObject
    lists: tuple[str, str]
    keys: KeyRing


@pytest.fixture(scope="session")
def outside(node_executable: str) -> OutsideVerifier:
    return install(node_executable)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder: Path = tmp_path_factory.mktemp("sample")
    write_sample(folder, KeyPlaces(folder / "keys"), now=NOW)

    def text(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8").strip()

    return Sample(
        badge=text("badge.json"),
        token=text("badge.vc.jwt"),
        did=json.loads(text("did.json")),
        jwks=json.loads(text("jwks.json")),
        lists=(text("status-list.json"), text("status-list-suspension.json")),
        keys=load_key_ring(KeyPlaces(folder / "keys")),
    )
