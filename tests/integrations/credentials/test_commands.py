"""``digiskills credential`` for badges: run as a user runs it. (The vc+jwt is in test_cli.py.)"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from digiskills_integrations.cli import credential
from digiskills_integrations.credentials.key_ring import load_key_ring
from digiskills_integrations.credentials.keys import KeyPlaces
from digiskills_integrations.credentials.sample import DID, write_sample
from digiskills_integrations.credentials.status_list import ListFacts, encode_list, sign_status_list

LISTS = ("status-list.json", "status-list-suspension.json")


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(credential, [*map(str, arguments)])
    return result.exit_code, result.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    code, output = run("sample", "--out", tmp_path / "sample")
    assert (code, len(output.splitlines())) == (0, 6)
    return tmp_path / "sample"


def test_a_sample_is_genuine_and_its_status_is_read(folder: Path) -> None:
    badge, did = folder / "badge.json", folder / "did.json"
    code, output = run("verify", badge, "--did", did)
    assert (code, "not checked" in output) == (0, True)
    assert output.splitlines()[:3] == ["VALID signature", "TEST – not a real confirmation", "number      T0-0000-0000-0001"]
    lists = [argument for name in LISTS for argument in ("--status-list", folder / name)]
    code, output = run("verify", badge, "--did", did, *lists, "--json")
    assert (code, json.loads(output)["status"], json.loads(output)["test"]) == (0, "good", True)
    assert run("verify", folder / "badge.vc.jwt", "--jwks", folder / "jwks.json")[0] == 0


def test_a_withdrawn_badge_has_exit_code_1(folder: Path) -> None:
    index = int(json.loads((folder / "badge.json").read_text(encoding="utf-8"))["credentialStatus"][0]["statusListIndex"])
    old = json.loads((folder / LISTS[0]).read_text(encoding="utf-8"))
    now = datetime.now(UTC) - timedelta(minutes=1)
    facts = ListFacts(
        url=old["id"],
        purpose="revocation",
        encoded=encode_list([index]),
        issuer_did=DID,
        valid_from=now,
        valid_until=now + timedelta(days=1),
    )
    key = load_key_ring(KeyPlaces(folder / "keys")).badges
    (folder / LISTS[0]).write_text(json.dumps(sign_status_list(facts, key)), encoding="utf-8")
    code, output = run("verify", folder / "badge.json", "--did", folder / "did.json", "--status-list", folder / LISTS[0])
    assert (code, "WITHDRAWN" in output) == (1, True)


def test_a_changed_badge_or_list_is_refused(folder: Path) -> None:
    badge, did = folder / "badge.json", folder / "did.json"
    arguments = ("verify", badge, "--did", did, "--status-list", folder / LISTS[0])
    tampered = (folder / LISTS[0]).read_text(encoding="utf-8").replace("2027", "2028")
    (folder / LISTS[0]).write_text(tampered, encoding="utf-8")
    code, output = run(*arguments)
    assert (code, "status_list_bad_signature" in output) == (1, True)
    badge.write_text(badge.read_text(encoding="utf-8").replace("demo-s3-a1/1", "vn-default/1"), encoding="utf-8")
    code, output = run(*arguments, "--json")
    assert (code, json.loads(output)["code"]) == (1, "bad_signature")


def test_a_list_of_another_issuer_or_another_badge_says_nothing(folder: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "other", KeyPlaces(tmp_path / "other" / "keys"), now=datetime.now(UTC))
    arguments = ("verify", folder / "badge.json", "--did", folder / "did.json", "--status-list")
    code, output = run(*arguments, tmp_path / "other" / LISTS[0])
    assert (code, "status_list_unknown_key" in output) == (1, True)


def test_what_is_missing_is_named(folder: Path) -> None:
    badge = folder / "badge.json"
    for arguments, message in (
        ((badge,), "--did"),
        ((folder / "badge.vc.jwt",), "--jwks"),
        ((badge, "--did", folder / "none.json"), "none.json cannot be read"),
        ((badge, "--did", folder / "badge.vc.jwt"), "not a DID document"),
        (("https://127.0.0.1:9/badge.json", "--did", folder / "did.json"), "cannot be read"),
        ((badge, "--did", folder / "did.json", "--allow-network", "here"), "CIDR"),
    ):
        code, output = run("verify", *arguments)
        assert (code, message in output) == (2, True), output


@pytest.fixture
def site(folder: Path) -> Iterator[str]:
    """The sample, served on loopback."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Keeps the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_badge_can_be_at_a_url(site: str) -> None:
    lists = [argument for name in LISTS for argument in ("--status-list", f"{site}/{name}")]
    arguments = ("verify", f"{site}/badge.json", "--did", f"{site}/did.json", *lists)
    code, output = run(*arguments, "--allow-network", "127.0.0.0/8", "--json")
    assert (code, json.loads(output)["status"]) == (0, "good")
    code, output = run(*arguments)
    assert (code, "cannot be read" in output) == (2, True)
    code, output = run("verify", f"{site}/none.json", "--did", f"{site}/did.json", "--allow-network", "127.0.0.0/8")
    assert (code, "answered 404" in output) == (2, True)


def test_fetching_asks_the_issuer_whom_the_badge_names(folder: Path) -> None:
    # The name of the test issuer never resolves.
    code, output = run("verify", folder / "badge.json", "--fetch")
    assert (code, "https://test.invalid/.well-known/did.json cannot be read" in output) == (2, True)
