"""The subcommands of ``digiskills``: each run as a user runs it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from digiskills_integrations import http
from digiskills_integrations.cli import credential, sandbox
from digiskills_integrations.credentials.keys import KeyPlaces, SigningKey, load_signing_key
from digiskills_integrations.credentials.vc_jwt import sign_vc_jwt
from tests.integrations.conftest import LOOPBACK, NOW, SECRET, sample_credential
from tests.integrations.registries import REGISTRY_SECRET


@pytest.fixture
def files(tmp_path: Path, key: SigningKey) -> tuple[Path, Path]:
    """A signed record without an end, and its issuer's key set."""
    content = {name: value for name, value in sample_credential().items() if name != "validUntil"}
    content["validFrom"] = "2020-01-01T00:00:00Z"
    record, jwks = tmp_path / "record.jwt", tmp_path / "jwks.json"
    record.write_text(sign_vc_jwt(content, key, now=NOW) + "\n", encoding="ascii")
    jwks.write_text(json.dumps({"keys": [key.public_jwk]}), encoding="utf-8")
    return record, jwks


def verify(*arguments: object, stdin: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(credential, ["verify", *map(str, arguments)], input=stdin)
    return result.exit_code, result.output


def test_a_genuine_record_is_described(files: tuple[Path, Path]) -> None:
    code, output = verify(files[0], "--jwks", files[1])
    assert code == 0
    assert output.splitlines()[:3] == ["VALID signature", "TEST – not a real confirmation", "number      T0-0000-0000-0001"]
    assert "Lan" not in output


def test_machines_get_json(files: tuple[Path, Path], key: SigningKey) -> None:
    code, output = verify("-", "--jwks", files[1], "--json", stdin=files[0].read_text(encoding="ascii"))
    result = json.loads(output)
    assert (code, result["valid"], result["test"], result["kid"]) == (0, True, True, key.kid)


@pytest.mark.parametrize("flags", [[], ["--json"]], ids=str)
def test_a_changed_record_is_refused_with_exit_code_1(files: tuple[Path, Path], tmp_path: Path, flags: list[str]) -> None:
    token = files[0].read_text(encoding="ascii").strip()
    header, payload, signature = token.split(".")
    changed = tmp_path / "changed.jwt"
    changed.write_text(f"{header}.{payload[:-4]}AAAA.{signature}", encoding="ascii")
    code, output = verify(changed, "--jwks", files[1], *flags)
    assert code == 1
    assert (json.loads(output)["valid"] is False) if flags else output.startswith("NOT VALID")


def test_a_record_of_another_issuer_is_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    stranger = load_signing_key(KeyPlaces(tmp_path / "stranger"))
    files[1].write_text(json.dumps({"keys": [stranger.public_jwk]}), encoding="utf-8")
    code, output = verify(files[0], "--jwks", files[1])
    assert (code, "unknown_key" in output) == (1, True)


def test_wrong_use_has_exit_code_2(files: tuple[Path, Path], tmp_path: Path) -> None:
    assert verify(files[0])[0] == 2
    assert verify(tmp_path / "missing", "--jwks", files[1])[0] == 2
    files[1].write_text("[]", encoding="utf-8")
    code, output = verify(files[0], "--jwks", files[1])
    assert (code, "not a JWK set" in output) == (2, True)


@pytest.mark.parametrize("secret", ["", "whsec_short", "not base64!"])
def test_the_sandbox_needs_a_secret(tmp_path: Path, secret: str) -> None:
    arguments = ["serve", "--db", str(tmp_path / "db"), "--jwks", str(tmp_path / "jwks.json")]
    result = CliRunner().invoke(sandbox, arguments, env={"DIGISKILLS_SANDBOX_SECRET": secret})
    assert result.exit_code == 2
    assert "24 to 64 random bytes" in result.output
    assert not (tmp_path / "db").exists()


# A suite that runs in the background was started with interrupts ignored, and what it starts inherits that.
INTERRUPTIBLE = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
SERVE = f"{INTERRUPTIBLE}; from digiskills_integrations.cli import sandbox; sandbox()"


def test_the_sandbox_serves_until_it_is_interrupted(tmp_path: Path, files: tuple[Path, Path]) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="ascii")
    arguments = ["serve", "--port", "0", "--db", str(tmp_path / "db"), "--jwks", str(files[1]), "--secret-file", str(secret)]
    script = SERVE
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert re.search(r"page http://127\.0\.0\.1:\d+/  events http://127\.0\.0\.1:\d+/events", line)
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "stopped" in rest


def test_the_sandbox_says_where_registries_and_control_are(tmp_path: Path, files: tuple[Path, Path]) -> None:
    for name, secret in (("secret", SECRET), ("registry", REGISTRY_SECRET)):
        (tmp_path / name).write_text(secret, encoding="ascii")
    options = ["--secret-file", str(tmp_path / "secret"), "--registry-secret-file", str(tmp_path / "registry"), "--control-port", "0"]
    moods = ["--misbehave", "error", "--misbehave", "slow", "--failure-rate", "0.35", "--seed", "7"]
    arguments = ["serve", "--port", "0", "--db", str(tmp_path / "db"), "--jwks", str(files[1]), *options, *moods]
    script = SERVE
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        lines = []
        while not lines or not lines[-1].startswith("control "):
            lines.append(process.stdout.readline().strip())
            assert lines[-1]
        url = lines[-1].removeprefix("control ")
        behaviour = json.loads(http.get(url, limits=LOOPBACK).body)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 0
    assert any(line.endswith("/registries/vn/vneid/1") for line in lines)
    assert (behaviour["modes"], behaviour["rate"], behaviour["seed"]) == (["error", "slow"], 0.35, 7)


@pytest.mark.parametrize(
    "options, message",
    [
        (["--misbehave", "sulk"], "sulk"),
        (["--failure-rate", "2"], "0<=x<=1"),
        (["--tls-certificate", "{secret}"], "both --tls-certificate and --tls-key"),
        (["--tls-certificate", "{secret}", "--tls-key", "{secret}"], "cannot be used"),
        (["--registry-secret-file", "{short}"], "at least 32 random bytes"),
    ],
)
def test_the_sandbox_refuses_wrong_options(tmp_path: Path, files: tuple[Path, Path], options: list[str], message: str) -> None:
    places = {"secret": tmp_path / "secret", "short": tmp_path / "short"}
    places["secret"].write_text(SECRET, encoding="ascii")
    places["short"].write_text("c2hvcnQ=", encoding="ascii")
    given = [option.format(**places) for option in options]
    arguments = ["serve", "--port", "0", "--db", str(tmp_path / "db"), "--jwks", str(files[1]), "--secret-file", str(places["secret"])]
    result = CliRunner().invoke(sandbox, [*arguments, *given])
    assert result.exit_code == 2
    assert message in result.output
