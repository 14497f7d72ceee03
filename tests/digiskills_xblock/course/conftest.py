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


@pytest.fixture(scope="session")
def later(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """The same framework some months later: a lesson reworded, a question more, a task more, a skill's lesson gone, another order."""

    def change(files: dict[str, garden.Raw]) -> None:
        files["lessons/garden/X1"]["why"] = [{"vi": "Lý do mới", "en": "A new reason"}]
        files["lessons/garden/X1"]["version"] = 2
        more = {**files["questions/garden/X2"]["questions"][0], "id": "q99"}
        more["choices"] = [{**choice, "text": {"vi": f"Mới {n}", "en": f"New {n}"}} for n, choice in enumerate(more["choices"])]
        files["questions/garden/X2"]["questions"].append(more)
        content = files[f"frameworks/{garden.KEY}/content"]["skills"]
        content["X2"]["tasks"] = ["A1-01"]
        del content["Y1"]
        del files["lessons/garden/Y1"]
        files[f"frameworks/{garden.KEY}/framework"]["skills"][0], files[f"frameworks/{garden.KEY}/framework"]["skills"][1] = (
            files[f"frameworks/{garden.KEY}/framework"]["skills"][1],
            files[f"frameworks/{garden.KEY}/framework"]["skills"][0],
        )

    return garden.plant(tmp_path_factory.mktemp("later"), change)


@pytest.fixture
def olxcleaner() -> None:
    """For tests that need it: an extra, and in the tests' requirements."""
    pytest.importorskip("olxcleaner", reason="needs olxcleaner: pip install .[course]")
