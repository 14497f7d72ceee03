"""The demo as a newcomer runs it: the real commands, in processes of their own, with files of their own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
MANAGE = ROOT / "demo" / "manage.py"
SECONDS = 120


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where the demo of this test keeps its files; the packages come from where this process has them."""
    folder = tmp_path_factory.mktemp("demo")
    return {
        **os.environ,
        "DIGISKILLS_DEMO_VAR": str(folder),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "DJANGO_SETTINGS_MODULE": "demo.settings",
    }


def run_journey(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(MANAGE), "journey"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False)


def test_the_journey_arrives_and_arrives_again(environment: dict[str, str]) -> None:
    for _ in range(2):
        done = run_journey(environment)
        assert done.returncode == 0, done.stdout + done.stderr
        last = done.stdout.rstrip().splitlines()[-1]
        assert last == "journey ok: attempts 4, evidence 7, decisions 4, confirmations 1, events 3, deliveries 3, receipts 3, differences 0"
        assert re.search(r"^ +course built: \d{3} units, \d+ tasks, \d{3} questions, lint ok$", done.stdout, re.MULTILINE)
    assert "not yet, because" in done.stdout
    assert "COMPLETED" in done.stdout
    assert done.stdout.count("refused on purpose") == 2
    assert "issued, withdrawn, reinstated" in done.stdout


def test_the_course_is_built_once_and_kept(environment: dict[str, str]) -> None:
    kept = {path.name: path.stat().st_mtime_ns for path in (Path(environment["DIGISKILLS_DEMO_VAR"]) / "course").iterdir()}
    assert [name.rpartition("-")[0] for name in sorted(kept)] == ["DIGI-en", "DIGI-vi"]
    assert run_journey(environment).returncode == 0
    assert {path.name: path.stat().st_mtime_ns for path in (Path(environment["DIGISKILLS_DEMO_VAR"]) / "course").iterdir()} == kept


def test_what_the_journey_leaves_is_verified_without_network(environment: dict[str, str]) -> None:
    folder = Path(environment["DIGISKILLS_DEMO_VAR"])
    lists = [option for path in sorted(folder.glob("test-*.json")) for option in ("--status-list", str(path))]
    badge = [str(folder / "badge.json"), "--did", str(folder / "did.json"), *lists]
    record = [str(folder / "confirmation.jwt"), "--jwks", str(folder / "jwks.json")]
    for arguments in (badge, record):
        command = [sys.executable, "-c", "from digiskills_framework.cli import main; main()", "credential", "verify", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False)
        assert (done.returncode, "TEST" in done.stdout) == (0, True), done.stdout + done.stderr
    assert len(lists) == 4


def test_a_journey_that_cannot_go_on_says_where_and_fails(environment: dict[str, str], tmp_path: Path) -> None:
    """The keys' directory is a file here: nothing can be signed."""
    (tmp_path / "keys").write_text("not a directory")
    done = run_journey({**environment, "DIGISKILLS_DEMO_VAR": str(tmp_path)})
    assert done.returncode == 1
    assert "journey ok" not in done.stdout


@pytest.fixture
def server(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The served demo on free ports, with the addresses that it prints by the word before them."""
    command = [sys.executable, "-u", str(MANAGE), "serve", "--port", "0", "--sandbox-port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        addresses = dict(re.findall(r"^ +(\w+).*?(http://\S+)", "".join(lines), re.MULTILINE))
        try:
            yield process, addresses
        finally:
            process.kill()


def fetch(address: str) -> str:
    response = requests.get(address, headers={"Accept-Language": "vi"}, timeout=20)
    response.raise_for_status()
    return response.content.decode("utf-8")


def test_the_served_demo_answers_and_stops_clean(server: tuple[subprocess.Popen[str], dict[str, str]], environment: dict[str, str]) -> None:
    process, addresses = server
    home = addresses["Open"]
    assert "Bạn muốn thử với vai ai?" in fetch(home)
    assert "DigiskillsPractice" in fetch(f"{home}tasks/S3-01/")
    assert "DigiskillsPractice" in fetch(f"{home}tasks/S3-01/guided/")
    assert "<dl>" in fetch(f"{home}pages/glossary/")
    for nothing in (
        "tasks/S3-99/",
        "units/ds-nothing/",
        "pages/secrets/",
        "course-files/vi/digiskills-nothing.svg",
        "course-files/xx/a.svg",
    ):
        assert requests.get(f"{home}{nothing}", timeout=20).status_code == 404
    cover = requests.get(f"{home}course-files/vi/digiskills-cover.svg", timeout=20)
    assert cover.headers["Content-Type"] == "image/svg+xml"
    assert "window.handlerBaseUrl" in fetch(f"{home}static/demo/page.js")
    assert "DigiskillsPractice" in fetch(f"{home}resource/digiskills_practice/public/player.js")
    assert "keys" in fetch(f"{home}digiskills/jwks.json")
    assert fetch(addresses["Check"])
    assert fetch(addresses["Sandbox"])
    client = [sys.executable, str(ROOT / "docs/examples/api_client.py"), home, "--demo-person", "man", "skills"]
    assert "demo-s3-a1/" in subprocess.run(client, capture_output=True, text=True, timeout=SECONDS, check=True).stdout

    second = run_journey(environment)
    assert second.returncode == 1
    assert "another demo is running" in second.stderr

    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=SECONDS) == 0
    assert process.stdout is not None
    assert "stopped" in process.stdout.read()
