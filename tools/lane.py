"""Prepares a lane of tox.ini and checks that it is what its name says.

    python tools/lane.py platform-teak

It runs inside the lane's environment before pytest and

* puts the checkout's root at the *end* of the import path, so that `tests` and `tools` are found there and our packages are not:
  those must come from the installed wheel;
* checks that each of our packages does come from site-packages;
* checks the versions: of Django for py311-django42 and its sisters, of every pinned package for a platform lane. A package of
  ours that moved a pin of the platform would break the site that installs it.

Standard library only; exit code 1 names every deviation.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("digiskills_framework", "digiskills_simulator", "digiskills_grading", "digiskills_integrations", "digiskills_xblock")


def read_pins(path: Path) -> dict[str, str]:
    """Package name → exact version, of a constraints file with `name==version` lines and comments.

    Raises:
        ValueError: a line is neither a pin nor a comment.
    """
    pins: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.split("#")[0].strip()
        if not text:
            continue
        name, separator, version = text.partition("==")
        if not separator:
            raise ValueError(f"{path}:{number}: {text!r} is not an exact pin; write name==version")
        pins[name] = version
    return pins


def moved_pins(pins: dict[str, str]) -> list[str]:
    """A sentence for every pinned package that is installed in another version or not at all."""
    problems = []
    for name, version in pins.items():
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            problems.append(f"{name} {version} is pinned but not installed")
            continue
        if installed != version:
            problems.append(f"{name} is pinned to {version} but {installed} is installed")
    return problems


def misplaced_packages(site: Path) -> list[str]:
    """A sentence for each of our packages that would not be imported from the wheel."""
    problems = []
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        places = [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
        if not any(place.is_relative_to(site) for place in places):
            problems.append(f"{name} is not imported from the installed wheel but from {[str(place) for place in places] or 'nowhere'}")
    return problems


def wrong_django(lane: str) -> list[str]:
    """A sentence when the lane's name promises another Django or Python than there is."""
    problems = []
    python = re.search(r"py3(\d+)", lane)
    if python and sys.version_info[1] != int(python.group(1)):
        problems.append(f"{lane} runs on Python {sys.version.split()[0]}")
    django = re.search(r"django(\d)(\d)", lane)
    installed = importlib.metadata.version("django")
    if django and not installed.startswith(f"{django.group(1)}.{django.group(2)}."):
        problems.append(f"{lane} has Django {installed}")
    return problems


def main(arguments: list[str]) -> int:
    """Entry point; returns the exit code."""
    if len(arguments) != 1:
        print("usage: python tools/lane.py LANE", file=sys.stderr)
        return 2
    lane = arguments[0]
    site = Path(sysconfig.get_path("purelib"))
    (site / "checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    problems = misplaced_packages(site) + wrong_django(lane)
    checked = 0
    if lane.startswith("platform-"):
        pins = read_pins(ROOT / "requirements" / f"pins-{lane.removeprefix('platform-')}.txt")
        problems += moved_pins(pins)
        checked = len(pins)
    for problem in problems:
        print(f"{lane}: {problem}", file=sys.stderr)
    versions = f"Python {sys.version.split()[0]}, Django {importlib.metadata.version('django')}"
    print(f"{lane}: {versions}, {checked} pins checked, {len(problems)} deviations")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
