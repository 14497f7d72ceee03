"""Batches of events as signed files, each of which appears whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from digiskills_integrations.destinations.base import DestinationConfig, HandedOver, OutgoingEvent, RegistryAnswer, TransportError
from digiskills_integrations.destinations.file import documents
from digiskills_integrations.destinations.file.signature import is_signed, sign
from digiskills_integrations.errors import ConfigurationError

OUTGOING, ANSWERS = "outgoing", "answers"
MANIFEST = ".manifest.json"
MAX_ANSWER_BYTES = 16 * 1024 * 1024
_FILE_MODE = 0o640  # the registry's user reads as the folder's group


class FileTransport:
    """Writes to ``outgoing/`` of the folder that the endpoint ``file:///…`` names, and reads answers from ``answers/``."""

    schemes = ("file",)

    def send(self, event: OutgoingEvent, destination: DestinationConfig, *, now: datetime) -> HandedOver:
        return self.send_batch([event], destination, now=now)[0]

    def send_batch(self, events: Sequence[OutgoingEvent], destination: DestinationConfig, *, now: datetime) -> list[HandedOver]:
        """Write one batch. Its manifest comes last: who sees the manifest sees the whole batch."""
        folder = _folder(destination, OUTGOING)
        lines = documents.ndjson(events)
        name = _batch_name(lines, now)
        files = {f"{name}.ndjson": lines, f"{name}.csv": documents.table(events)}
        seal = documents.manifest(name, files, events, now=now)
        manifest = name + MANIFEST
        files[f"{manifest}.sig"] = sign(manifest, seal, destination.secret).encode("ascii") + b"\n"
        try:
            for file, content in (files | {manifest: seal}).items():
                _appear(folder / file, content)
            _flush_folder(folder)
        except OSError as error:
            raise TransportError("cannot_write", permanent=False) from error
        return [HandedOver(name)] * len(events)

    def find(
        self, event: OutgoingEvent, destination: DestinationConfig, *, reference: str, now: datetime
    ) -> RegistryAnswer | HandedOver | None:
        """The answer in the batch's acknowledgement; without a reference, the batch is looked for in the manifests that still lie there."""
        name = reference or _batch_of(event, _folder(destination, OUTGOING))
        if name is None:
            return None
        answer = _answers(name, destination).get(event.idempotency_key)
        return HandedOver(name) if answer is None else answer


def _folder(destination: DestinationConfig, name: str) -> Path:
    folder = Path(unquote(urlsplit(destination.endpoint).path)) / name
    if not folder.is_dir():
        raise ConfigurationError(f"destination {destination.code}: {folder} is no folder; make it, writable for the platform's user")
    return folder


def _batch_name(lines: bytes, now: datetime) -> str:
    """Sorted by name is sorted by time; at most 64 ASCII characters."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{hashlib.sha256(lines).hexdigest()[:24]}"


def _appear(path: Path, content: bytes) -> None:
    """Write ``path`` so that nobody ever sees a part of it, not even after a power cut."""
    hidden = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        hidden.replace(path)
    finally:
        hidden.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _batch_of(event: OutgoingEvent, folder: Path) -> str | None:
    try:
        for path in sorted(folder.glob(f"*{MANIFEST}")):
            if event.idempotency_key in documents.manifest_events(path.read_bytes()):
                return path.name.removesuffix(MANIFEST)
    except (OSError, ValueError) as error:
        raise TransportError("unreadable_manifest", permanent=False) from error
    return None


def _answers(name: str, destination: DestinationConfig) -> dict[str, RegistryAnswer]:
    """The answers to a batch; none while there is no acknowledgement. One that is not signed by the registry answers nothing."""
    path = _folder(destination, ANSWERS) / f"{name}.ack.ndjson"
    if not path.exists():
        return {}
    try:
        if path.stat().st_size > MAX_ANSWER_BYTES:
            raise TransportError("too_large", permanent=False)
        content = path.read_bytes()
        signature = path.with_name(f"{path.name}.sig").read_text(encoding="ascii")
        if not is_signed(path.name, content, signature, destination.secret):
            raise TransportError("bad_signature", permanent=False)
        return documents.read_answers(content)
    except (OSError, ValueError) as error:
        raise TransportError("unreadable_receipt", permanent=False) from error
