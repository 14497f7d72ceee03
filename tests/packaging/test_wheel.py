"""What the wheel brings into a site's site-packages, and what it must not bring."""

from __future__ import annotations

import configparser
import importlib
import subprocess
import zipfile
from email.parser import Parser
from pathlib import Path, PurePosixPath

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.conftest import ROOT
from tools.lane import read_pins

PACKAGES = {
    "digiskills_framework": "framework_data",
    "digiskills_simulator": "grading",
    "digiskills_grading": "grading",
    "digiskills_integrations": "integrations",
    "digiskills_xblock": ".",
}
ENTRY_POINT_GROUPS = {"console_scripts", "xblock.v1", "lms.djangoapp", "cms.djangoapp", "digiskills.commands", "digiskills.destination"}
NOT_PACKAGED = {"tests", "demo", "benchmarks", "tools", "docs", "tutor", "requirements"}


def test_the_top_level_is_our_five_packages_and_nothing_else(wheel_names: list[str]) -> None:
    top = {PurePosixPath(name).parts[0] for name in wheel_names}
    assert {name for name in top if not name.endswith(".dist-info")} == set(PACKAGES)
    assert len([name for name in top if name.endswith(".dist-info")]) == 1


def test_no_tests_and_no_extras_are_installed(wheel_names: list[str]) -> None:
    assert [name for name in wheel_names if NOT_PACKAGED & set(PurePosixPath(name).parts)] == []


@pytest.mark.parametrize("package,root", PACKAGES.items())
def test_every_file_of_a_package_is_in_the_wheel(package: str, root: str, source_copy: Path, wheel_names: list[str]) -> None:
    """Data, templates, migrations, catalogues: a file that is in the tree and not in the wheel works for us and fails for a site."""
    folder = source_copy / root / package
    wanted = {str(PurePosixPath(package) / path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file()}
    keepers = {name for name in wanted if PurePosixPath(name).name in {".gitkeep", ".gitignore"}}
    assert sorted(wanted - keepers - set(wheel_names)) == []


@pytest.mark.parametrize(
    "pattern",
    [
        "digiskills_framework/data/**/*.yaml",
        "digiskills_framework/data/tasks/**/*.yaml",
        "digiskills_framework/schemas/*.json",
        "digiskills_grading/migrations/0001_*.py",
        "digiskills_grading/templates/**/*.html",
        "digiskills_grading/locale/vi/LC_MESSAGES/*.mo",
        "digiskills_integrations/migrations/0001_*.py",
        "digiskills_integrations/templates/**/*.html",
        "digiskills_integrations/locale/vi/LC_MESSAGES/*.mo",
        "digiskills_xblock/public/*.js",
        "digiskills_xblock/public/*.css",
        "digiskills_xblock/templates/**/*.html",
        "digiskills_xblock/conf/locale/vi/LC_MESSAGES/*.mo",
    ],
)
def test_the_wheel_holds_each_kind_of_file(pattern: str, installed: Path) -> None:
    assert any(installed.glob(pattern)), f"nothing in the wheel matches {pattern}"


def test_every_entry_point_can_be_loaded(installed: Path) -> None:
    (file,) = installed.glob("*.dist-info/entry_points.txt")
    parser = configparser.ConfigParser(delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(file.read_text(encoding="utf-8"))
    assert set(parser.sections()) == ENTRY_POINT_GROUPS
    for group in parser.sections():
        for name, value in parser[group].items():
            module, _, attribute = value.partition(":")
            assert hasattr(importlib.import_module(module), attribute), f"[{group}] {name} = {value}"


def test_the_metadata_names_licence_python_and_readme(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(archive.read(name).decode("utf-8"))
        licences = [name for name in archive.namelist() if name.endswith("/LICENSE")]
    assert metadata["Name"] == "digiskills-xblock"
    assert "AGPL-3.0-or-later" in (metadata["License"], metadata["License-Expression"])
    assert {part.strip() for part in metadata["Requires-Python"].split(",")} == {">=3.11", "<3.13"}
    assert metadata.get_payload().strip()
    assert licences


def test_the_ranges_of_the_metadata_contain_the_pins_of_both_platforms(wheel: Path) -> None:
    """A floor above a pin, or a ceiling below, would move a package of the site that installs us."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(archive.read(name).decode("utf-8"))
    ranges = [Requirement(text) for text in metadata.get_all("Requires-Dist", []) if "extra ==" not in text]
    outside = []
    for platform in ("teak", "verawood"):
        pins = {canonicalize_name(key): version for key, version in read_pins(ROOT / f"requirements/pins-{platform}.txt").items()}
        for wanted in ranges:
            pin = pins.get(canonicalize_name(wanted.name))
            if pin is not None and not wanted.specifier.contains(pin):
                outside.append(f"{platform} pins {wanted.name} {pin}, we ask for {wanted.specifier}")
    assert outside == []


def test_no_secret_or_key_file_is_in_the_tree() -> None:
    """Development keys are made on first run, outside the tree."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    found = [name for name in listed if PurePosixPath(name).suffix in {".pem", ".key", ".p12", ".pfx", ".jks"}]
    marker = "-----BEGIN " + "PRIVATE KEY-----"
    found += [name for name in listed if (ROOT / name).is_file() and marker in (ROOT / name).read_text(encoding="utf-8", errors="ignore")]
    assert found == []
