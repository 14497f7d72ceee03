"""The lanes' checks: pins, the wheel's place, and the record that each lane ran."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tools import lane, report

ROOT = Path(__file__).resolve().parents[2]
JUNIT = '<testsuites><testsuite tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}"/></testsuites>'


@pytest.mark.parametrize("platform", ["teak", "verawood"])
def test_the_pin_files_hold_exact_pins(platform: str) -> None:
    pins = lane.read_pins(ROOT / "requirements" / f"pins-{platform}.txt")
    assert {"django", "openedx-events", "edx-opaque-keys", "lxml", "cryptography"} <= set(pins)


def test_a_range_among_the_pins_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "pins.txt"
    file.write_text("# comment\nattrs==1.0\ndjango>=4\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"pins\.txt:3: 'django>=4' is not an exact pin"):
        lane.read_pins(file)


def test_a_moved_and_a_missing_pin_are_named() -> None:
    problems = lane.moved_pins({"pytest": "0.1", "no-such-distribution": "1", "hypothesis": version("hypothesis")})
    assert problems == [
        f"pytest is pinned to 0.1 but {version('pytest')} is installed",
        "no-such-distribution 1 is pinned but not installed",
    ]


def test_a_package_from_elsewhere_than_the_wheel_is_named(tmp_path: Path) -> None:
    assert len(lane.misplaced_packages(tmp_path)) == len(lane.PACKAGES)


def test_a_lane_that_promises_another_django_is_named() -> None:
    assert lane.wrong_django("py311-django17") == [
        *([] if sys.version_info[1] == 11 else [f"py311-django17 runs on Python {sys.version.split()[0]}"]),
        f"py311-django17 has Django {version('django')}",
    ]


def _record(folder: Path, environments: dict[str, object]) -> Path:
    path = folder / "tox.json"
    path.write_text(json.dumps({"testenvs": environments}), encoding="utf-8")
    return path


def test_a_lane_counts_only_when_it_succeeded_and_passed_tests(tmp_path: Path) -> None:
    green = {"result": {"success": True}}
    record = _record(tmp_path, {"good": green, "empty": green, "silent": green, "red": {"result": {"success": False}}})
    (tmp_path / "lane-good.xml").write_text(JUNIT.format(tests=3, failures=0, skipped=1), encoding="utf-8")
    (tmp_path / "lane-empty.xml").write_text(JUNIT.format(tests=0, failures=0, skipped=0), encoding="utf-8")
    problems = report.lane_problems(record, ["good", "empty", "silent", "red", "absent"])
    assert [problem.split()[1] for problem in problems] == ["empty", "silent", "red", "absent"]


def test_no_record_is_a_problem(tmp_path: Path) -> None:
    assert report.lane_problems(tmp_path / "tox.json", ["a"]) == [f"{tmp_path / 'tox.json'} was not written: tox did not run"]


def test_the_closing_line_adds_tests_and_stages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "test.xml").write_text(JUNIT.format(tests=10, failures=1, skipped=2), encoding="utf-8")
    assert report.main(["stages", str(tmp_path), "5", "1"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "11 passed, 2 failed, 2 skipped"


@pytest.fixture
def shims(tmp_path: Path) -> Path:
    """A folder of programs called python3 and python3.12 of which the first fails, as a shim of an absent version does."""
    broken = tmp_path / "python3"
    broken.write_text("#!/bin/sh\necho 'python3: command not found' >&2\nexit 127\n", encoding="utf-8")
    broken.chmod(0o755)
    return tmp_path


def _find_python(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(ROOT / "tools/find_python.sh")], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def test_an_interpreter_that_cannot_run_is_not_chosen(shims: Path) -> None:
    usable = shims / "python3.11"
    usable.symlink_to(sys.executable)
    minor = str(sys.version_info[1])
    found = _find_python(PATH=f"{shims}:{os.environ['PATH']}", PYTHON="", PYTHON_MINORS=minor)
    assert found.returncode == 0
    assert Path(found.stdout.strip()).exists()
    assert str(shims / "python3") != found.stdout.strip()


def test_a_named_interpreter_that_is_none_is_refused(shims: Path) -> None:
    found = _find_python(PYTHON=str(shims / "python3"))
    assert found.returncode == 1
    assert "is not a Python 3.11 or 3.12" in found.stderr


def test_no_interpreter_ends_with_the_command_to_type(shims: Path) -> None:
    found = _find_python(PATH=f"{shims}:/bin", HOME=str(shims), PYTHON="", PYTHON_MINORS="99")
    assert found.returncode == 1
    assert "apt-get install python3 python3-venv" in found.stderr
