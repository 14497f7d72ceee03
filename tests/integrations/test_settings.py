"""The key directory of a test run: there for the run, gone after it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from digiskills_integrations.settings import test as test_settings

MAKES_A_KEY = """
import os, sys
from pathlib import Path
from types import SimpleNamespace
from digiskills_integrations.settings.test import plugin_settings
settings = SimpleNamespace()
plugin_settings(settings)
child = os.fork()
if child == 0:
    sys.exit()
os.waitpid(child, 0)
Path(settings.DIGISKILLS_KEY_DIR, "key.pem").write_text("secret")
print(settings.DIGISKILLS_KEY_DIR)
"""


def test_the_key_directory_goes_with_its_process_and_not_with_a_child() -> None:
    command = [sys.executable, "-c", f"import sys\nsys.path[:] = {sys.path!r}\n{MAKES_A_KEY}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    folder = Path(done.stdout.strip())
    assert folder.name.startswith("digiskills-keys-")
    assert not folder.exists()


def test_a_directory_that_is_set_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_settings.tempfile, "tempdir", str(tmp_path))
    settings = SimpleNamespace(DIGISKILLS_KEY_DIR="/keys")
    test_settings.plugin_settings(settings)
    assert settings.DIGISKILLS_KEY_DIR == "/keys"
    assert list(tmp_path.iterdir()) == []
