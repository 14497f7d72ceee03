"""Every setting of ours has a default and an annotation (OEP-17), and there is none that nobody gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import digiskills_grading
import digiskills_integrations
import digiskills_xblock
from digiskills_grading.settings import common as grading
from digiskills_integrations.settings import common as integrations

PACKAGES = [Path(package.__file__).parent for package in (digiskills_grading, digiskills_integrations, digiskills_xblock)]
# The sandbox's own registry is a program, which reads these from its environment.
OF_THE_SANDBOX = {"DIGISKILLS_SANDBOX_REGISTRY_SECRET", "DIGISKILLS_SANDBOX_SECRET"}


@pytest.mark.parametrize("module", [grading, integrations], ids=["grading", "integrations"])
def test_every_default_is_annotated_and_nothing_else_is(module: object) -> None:
    source = Path(str(module.__file__)).read_text(encoding="utf-8")  # type: ignore[attr-defined]
    names = re.findall(r"^ +# \.\. (?:setting|toggle)_name: (\w+)$", source, re.MULTILINE)
    described = re.findall(r"^ +# \.\. (?:setting|toggle)_description: \S", source, re.MULTILINE)
    assert names == list(module.DEFAULTS)  # type: ignore[attr-defined]
    assert len(described) == len(names)


def test_every_setting_that_is_read_has_a_default() -> None:
    read = {
        name
        for package in PACKAGES
        for path in package.rglob("*.py")
        for name in re.findall(r"\bDIGISKILLS_[A-Z_]+[A-Z]\b", path.read_text(encoding="utf-8"))
    }
    assert read - OF_THE_SANDBOX == grading.DEFAULTS.keys() | integrations.DEFAULTS.keys()
