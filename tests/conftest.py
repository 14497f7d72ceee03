"""What the whole suite shares: hypothesis profiles, the programs outside Python, and an honest account of skipped tests.

A skip in a local run is a note. With CI=true a skip outside tests/platform fails the run, because what was not run was not tested;
tests/platform needs a checkout of the LMS and may be reported as not run.
"""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

from tools import system

TESTS = Path(__file__).parent
IN_CI = os.environ.get("CI") == "true"

hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
hypothesis.settings.load_profile("ci" if IN_CI else "local")


@pytest.fixture(scope="session")
def node_executable() -> str:
    """Path of node 18 or newer; fails when there is none (make test installs one)."""
    found = system.find_node()
    if found is None:
        pytest.fail(f"node {system.NODE_MAJOR} or newer is needed: run `make test`, or set NODE to its path")
    return found


@pytest.fixture(scope="session")
def chromium_executable() -> str:
    """Path of Chromium; fails when there is none (make test installs one)."""
    found = system.find_chromium()
    if found is None:
        pytest.fail("Chromium is needed: run `make test`, or set CHROMIUM to its path")
    return found


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves tests/services out where no services run: make test-services starts them and sets the address."""
    if "DIGISKILLS_TEST_MYSQL_PORT" in os.environ:
        return
    services = [item for item in items if item.path.is_relative_to(TESTS / "services")]
    if services:
        config.hook.pytest_deselected(items=services)
        items[:] = [item for item in items if item not in services]


def _skipped(terminal: pytest.TerminalReporter) -> list[tuple[str, str]]:
    """Node id and reason of each skipped test, sorted."""
    rows = []
    for report in terminal.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        rows.append((report.nodeid, reason.removeprefix("Skipped: ")))
    return sorted(rows)


def _outside_platform(node_id: str) -> bool:
    return not node_id.startswith("tests/platform/")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turns a green run with skips outside tests/platform red in CI."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if not IN_CI or exitstatus != pytest.ExitCode.OK or terminal is None:
        return
    if any(_outside_platform(node_id) for node_id, _ in _skipped(terminal)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Counts and names what was not run."""
    rows = _skipped(terminalreporter)
    if not rows:
        return
    terminalreporter.section(f"not run: {len(rows)}")
    for node_id, reason in rows:
        verdict = "  [fails in CI]" if IN_CI and _outside_platform(node_id) else ""
        terminalreporter.line(f"{node_id}: {reason}{verdict}")
