"""Courses of the small framework, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from digiskills_xblock.course.building import Built, build_course
from digiskills_xblock.course.model import Course
from tests.digiskills_xblock.course import garden


@pytest.fixture(scope="session")
def garden_data(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """What loaders take as ``extra`` to know the framework garden/1.0."""
    return garden.plant(tmp_path_factory.mktemp("garden"))


@pytest.fixture(scope="session")
def built(garden_data: tuple[Path, ...]) -> Built:
    return build_course(garden.REQUEST, garden_data)


@pytest.fixture(scope="session")
def course(built: Built) -> Course:
    return built.course


@pytest.fixture
def olxcleaner() -> None:
    """For tests that need it: an extra, and in the tests' requirements."""
    pytest.importorskip("olxcleaner", reason="needs olxcleaner: pip install .[course]")
