"""Reads what the test runs recorded (JUnit XML, tox's JSON) and counts.

    python -m tools.report lanes var/reports/tox.json LANE ...     exit 1 unless each lane ran its tests and succeeded
    python -m tools.report stages var/reports 5 1                  a table of the test runs, and the closing line "N passed, N failed"
                                                                   of tests and stages (here 5 stages of which 1 was red) together

Exit code 1 when something is red, 2 for a wrong call.
"""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Counts:
    """Outcome of one run: tests passed, failed (errors included) and skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        text = f"{self.passed} passed, {self.failed} failed"
        return f"{text}, {self.skipped} skipped" if self.skipped else text


def read_junit(path: Path) -> Counts:
    """Counts of a JUnit XML file as pytest writes it.

    Raises:
        ValueError: the file is not readable as such.
    """
    try:
        root = ET.parse(path).getroot()  # noqa: S314  (written by our own pytest a moment ago)
    except (ET.ParseError, OSError) as error:
        raise ValueError(f"{path} is not a JUnit report: {error}") from error
    total = Counts()
    for suite in root.iter("testsuite"):
        number = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
        failed = number["failures"] + number["errors"]
        total += Counts(number["tests"] - failed - number["skipped"], failed, number["skipped"])
    return total


def lane_problems(record: Path, lanes: list[str]) -> list[str]:
    """A sentence for each lane that tox did not run to a green end, or whose pytest left no report with passed tests."""
    if not record.exists():
        return [f"{record} was not written: tox did not run"]
    environments = json.loads(record.read_text(encoding="utf-8")).get("testenvs", {})
    problems = []
    for lane in lanes:
        result = environments.get(lane, {}).get("result", {})
        report = record.parent / f"lane-{lane}.xml"
        if not result.get("success"):
            problems.append(f"lane {lane} did not succeed: {result or 'it did not run'}")
        elif not report.exists() or read_junit(report).passed == 0:
            problems.append(f"lane {lane} ran no tests")
    return problems


def total(folder: Path) -> Counts:
    """Prints a row for each report in `folder` and returns their sum."""
    counts = Counts()
    for path in sorted(folder.glob("*.xml")):
        one = read_junit(path)
        print(f"  {path.stem:<28} {one}")
        counts += one
    return counts


def main(arguments: list[str]) -> int:
    """Entry point; returns the exit code."""
    match arguments:
        case ["lanes", record, *lanes] if lanes:
            problems = lane_problems(Path(record), lanes)
            for problem in problems:
                print(problem)
            print(f"lanes: {len(lanes) - len(problems)} of {len(lanes)} ran and are green")
            return 1 if problems else 0
        case ["stages", folder, stages, red]:
            counts = total(Path(folder)) + Counts(int(stages) - int(red), int(red))
            print(counts)
            return 1 if counts.failed else 0
    print("usage: python -m tools.report lanes RECORD LANE ... | stages FOLDER STAGES RED", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
