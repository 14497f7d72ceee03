"""The operator's data directory, empty at first."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture
def rulebook(tmp_path: Path, settings: Settings) -> Path:
    """A data directory that the site knows."""
    directory = tmp_path / "data"
    directory.mkdir()
    settings.DIGISKILLS_DATA_DIRS = [str(directory)]
    return directory
