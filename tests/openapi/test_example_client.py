"""The client in the documentation, against a real server."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.cache import cache
from pytest_django.live_server_helper import LiveServer

from digiskills_grading.models import Evidence
from tests.grading.helpers import account, attempt, block
from tests.grading.rest_api.people import public_id, public_keys, token, user

pytestmark = pytest.mark.django_db(transaction=True)
FILE = Path(__file__).parents[2] / "docs/examples/api_client.py"
SCOPES = ["digiskills:read", "digiskills:write"]


@pytest.fixture(scope="module")
def client() -> ModuleType:
    spec = importlib.util.spec_from_file_location("api_client", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.JWT_AUTH = {**settings.JWT_AUTH, "JWT_PUBLIC_SIGNING_JWK_SET": public_keys()}
    cache.clear()


def signed_in(name: str, *permissions: str) -> list[str]:
    """What tells the client who it is."""
    user(name, *permissions)
    return ["--token", token(name, scopes=SCOPES).removeprefix("JWT ")]


def test_it_shows_ones_own_skills(client: ModuleType, live_server: LiveServer, capsys: pytest.CaptureFixture[str]) -> None:
    attempt(account("man"), block())
    client.main([live_server.url, *signed_in("man"), "skills"])
    assert capsys.readouterr().out == "demo-s3-a1/1 as citizen: not_yet; S3 mastered\n"


def test_it_comes_again_for_what_is_new(
    client: ModuleType, live_server: LiveServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    registry = [live_server.url, *signed_in("registry", "view_decision"), "decisions", "--state", str(tmp_path / "cursor")]
    attempt(account("man"), block())
    client.main(registry)
    assert public_id("man") in capsys.readouterr().out
    client.main(registry)
    assert capsys.readouterr().out == ""
    attempt(account("duoc"), block())
    client.main(registry)
    assert public_id("duoc") in capsys.readouterr().out


def test_it_sends_a_file_after_a_dry_run(
    client: ModuleType, live_server: LiveServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "results.csv"
    file.write_text(f"learner_id,skill,value,occurred_at,source_ref\n{public_id('man')},S3,80,2026-11-01,r1\n")
    sending = [live_server.url, *signed_in("registrar", "import_evidence"), "import", str(file), "--source", "exam", "--scale", "percent"]
    client.main([*sending, "--dry-run"])
    assert not Evidence.objects.exists()
    client.main(sending)
    assert Evidence.objects.get().value_milli == 800
    assert "'added': 1" in capsys.readouterr().out


def test_it_says_what_the_site_says(client: ModuleType, live_server: LiveServer) -> None:
    with pytest.raises(SystemExit, match="403 forbidden"):
        client.main([live_server.url, *signed_in("anybody"), "decisions"])


@pytest.mark.parametrize(
    "command, scope",
    [
        (["decisions"], "digiskills:read"),
        (["skills"], "digiskills:read"),
        (["import", "results.csv", "--source", "exam", "--scale", "percent"], "digiskills:write"),
    ],
)
def test_it_asks_the_platform_for_the_scope_that_it_needs(
    client: ModuleType, monkeypatch: pytest.MonkeyPatch, command: list[str], scope: str
) -> None:
    """Who names no scope gets the platform's default ones, of which ours are none."""
    asked: list[Any] = []

    def post(url: str, *, data: dict[str, str], timeout: int) -> None:
        asked.append((url, data))
        raise SystemExit

    monkeypatch.setattr(client.requests, "post", post)
    with pytest.raises(SystemExit):
        client.main(["https://lms.example/", "--client-id", "follower", "--client-secret", "s", *command])
    form = {"grant_type": "client_credentials", "token_type": "jwt", "client_id": "follower", "client_secret": "s", "scope": scope}
    assert asked == [("https://lms.example/oauth2/access_token", form)]
