"""The file transport: whole batches, signed, and the answers that are read back."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import stat
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_integrations.destinations.base import (
    BatchTransport,
    DestinationConfig,
    HandedOver,
    OutgoingEvent,
    ReadBackTransport,
    RegistryAnswer,
    TransportError,
)
from digiskills_integrations.destinations.file import FileTransport
from digiskills_integrations.destinations.file.documents import read_answers, table
from digiskills_integrations.destinations.file.signature import is_signed, sign
from digiskills_integrations.errors import ConfigurationError
from tests.integrations.conftest import NOW, SECRET

TRANSPORT = FileTransport()


def event(key: str = "a", name: str = "Nguyễn Thị Lan") -> OutgoingEvent:
    summary = {"number": "T0000000000001", "version": 1, "audience": "citizen", "testMark": True}
    data = {"operation": "issued", "seq": 1, "confirmation": summary, "credential": "eyJ", "holder": {"name": name, "salt": "s"}}
    return OutgoingEvent(key * 64, "org.digiskills.confirmation.issued.v1", NOW, data)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "tỉnh"
    for name in ("outgoing", "answers"):
        (folder / name).mkdir(parents=True)
    return folder


@pytest.fixture
def config(folder: Path) -> DestinationConfig:
    return DestinationConfig(code="province", endpoint=folder.as_uri(), secret=SECRET)


def answer(folder: Path, batch: str, *lines: object, secret: str = SECRET) -> Path:
    path = folder / "answers" / f"{batch}.ack.ndjson"
    content = "".join(json.dumps(line) + "\n" for line in lines).encode()
    path.write_bytes(content)
    path.with_name(path.name + ".sig").write_text(sign(path.name, content, secret))
    return path


def find(config: DestinationConfig, reference: str = "", key: str = "a") -> RegistryAnswer | HandedOver | None:
    return TRANSPORT.find(event(key), config, reference=reference, now=NOW)


def test_the_outbox_sees_what_it_can_do() -> None:
    assert isinstance(TRANSPORT, BatchTransport)
    assert isinstance(TRANSPORT, ReadBackTransport)


def test_a_batch_is_four_files_that_belong_together(folder: Path, config: DestinationConfig) -> None:
    first, second = TRANSPORT.send_batch([event("a"), event("b")], config, now=NOW)
    assert first == second
    assert len(first.reference) <= 64
    files = {path.name.removeprefix(first.reference): path for path in (folder / "outgoing").iterdir()}
    assert sorted(files) == [".csv", ".manifest.json", ".manifest.json.sig", ".ndjson"]

    seal = files[".manifest.json"].read_bytes()
    assert is_signed(files[".manifest.json"].name, seal, files[".manifest.json.sig"].read_text(), SECRET)
    assert not is_signed("other.manifest.json", seal, files[".manifest.json.sig"].read_text(), SECRET)
    manifest = json.loads(seal)
    assert manifest["events"] == ["a" * 64, "b" * 64]
    digests = {name: hashlib.sha256((folder / "outgoing" / name).read_bytes()).hexdigest() for name in manifest["files"]}
    assert manifest["files"] == digests

    lines = [json.loads(line) for line in files[".ndjson"].read_text(encoding="utf-8").splitlines()]
    assert [(line["id"], line["data"]) for line in lines] == [("a" * 64, event().data), ("b" * 64, event().data)]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} <= {0o640, 0o600}


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing() -> None:
    content = table([event(name='=HYPERLINK("x")'), event(name='Lan, "Út"\nĐỗ')])
    assert content.startswith(b"\xef\xbb\xbf")
    first, second = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert (first["holderName"], second["holderName"]) == ('\'=HYPERLINK("x")', 'Lan, "Út"\nĐỗ')
    assert (first["number"], first["testMark"], first["learner"]) == ("T0000000000001", "true", "")
    assert b"eyJ" not in content


@pytest.mark.property
@given(st.text())
def test_no_cell_begins_like_a_formula(name: str) -> None:
    [row] = csv.DictReader(io.StringIO(table([event(name=name)]).decode("utf-8-sig"), newline=""))
    assert not row["holderName"].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert row["holderName"].removeprefix("'") == name.removeprefix("'")


def test_an_answer_is_read_back(folder: Path, config: DestinationConfig) -> None:
    batch = TRANSPORT.send_batch([event("a"), event("b"), event("c")], config, now=NOW)[0].reference
    assert find(config, batch) == HandedOver(batch)
    accepted = {"id": "a" * 64, "status": "accepted", "receipt": "R-1"}
    refused = {"id": "b" * 64, "status": "rejected", "reason": "unknown_person"}
    answer(folder, batch, accepted, refused)
    assert find(config, batch) == RegistryAnswer("acknowledged", "R-1", "", accepted)
    assert find(config, batch, "b") == RegistryAnswer("rejected", "", "unknown_person", refused)
    assert find(config, batch, "c") == HandedOver(batch)


def test_a_batch_whose_worker_died_is_found_again(config: DestinationConfig) -> None:
    assert find(config) is None
    batch = TRANSPORT.send(event("a"), config, now=NOW).reference
    assert find(config) == HandedOver(batch)
    assert find(config, key="b") is None


@pytest.mark.parametrize(
    "lines, code",
    [
        ([{"id": "a" * 64, "status": "maybe"}], "unreadable_receipt"),
        ([{"id": "a" * 64, "status": ["accepted"]}], "unreadable_receipt"),
        ([{"id": "a" * 64, "status": "accepted"}] * 2, "unreadable_receipt"),
        (["text"], "unreadable_receipt"),
    ],
)
def test_an_answer_that_is_not_understood_is_asked_for_again(
    folder: Path, config: DestinationConfig, lines: list[object], code: str
) -> None:
    answer(folder, "B", *lines)
    with pytest.raises(TransportError) as caught:
        find(config, "B")
    assert (caught.value.code, caught.value.permanent) == (code, False)


def test_an_answer_of_somebody_else_answers_nothing(folder: Path, config: DestinationConfig) -> None:
    line = {"id": "a" * 64, "status": "accepted"}
    answer(folder, "B", line, secret="whsec_" + "A" * 32)
    with pytest.raises(TransportError, match="bad_signature"):
        find(config, "B")
    path = answer(folder, "B", line)
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(TransportError, match="bad_signature"):
        find(config, "B")
    path.with_name(path.name + ".sig").unlink()
    with pytest.raises(TransportError, match="unreadable_receipt"):
        find(config, "B")


def test_an_answer_of_one_batch_is_none_for_another(folder: Path, config: DestinationConfig) -> None:
    path = answer(folder, "B", {"id": "a" * 64, "status": "accepted"})
    for file in (path, path.with_name(path.name + ".sig")):
        file.rename(file.with_name(file.name.replace("B", "C", 1)))
    with pytest.raises(TransportError, match="bad_signature"):
        find(config, "C")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, config: DestinationConfig) -> None:
    nowhere = attrs.evolve(config, endpoint=(tmp_path / "nowhere").as_uri())
    with pytest.raises(ConfigurationError, match="nowhere/outgoing is no folder"):
        TRANSPORT.send(event(), nowhere, now=NOW)


@pytest.mark.parametrize("secret", ["", "whsec_!", "whsec_é", "whsec_c2hvcnQ="])
def test_a_secret_that_is_none_writes_nothing(folder: Path, config: DestinationConfig, secret: str) -> None:
    with pytest.raises(ConfigurationError, match="24 random bytes"):
        TRANSPORT.send(event(), attrs.evolve(config, secret=secret), now=NOW)
    assert list((folder / "outgoing").iterdir()) == []


def test_a_full_disk_leaves_no_manifest_and_no_part(folder: Path, config: DestinationConfig) -> None:
    """A folder of the manifest's name stands in for whatever keeps it from appearing."""
    batch = TRANSPORT.send(event(), config, now=NOW).reference
    for path in (folder / "outgoing").iterdir():
        path.unlink()
    (folder / "outgoing" / f"{batch}.manifest.json").mkdir()
    with pytest.raises(TransportError, match="cannot_write"):
        TRANSPORT.send(event(), config, now=NOW)
    assert not [path for path in (folder / "outgoing").iterdir() if path.name.startswith(".")]


def test_an_empty_acknowledgement_answers_nobody() -> None:
    assert read_answers(b"") == {}
