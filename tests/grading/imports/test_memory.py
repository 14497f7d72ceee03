"""Memory does not grow with the file."""

from __future__ import annotations

import tracemalloc

import pytest
from attrs import evolve

from digiskills_grading import api
from digiskills_grading.imports.writing import CHUNK
from tests.grading.imports.helpers import OPTIONS, csv_file, load, row

pytestmark = pytest.mark.django_db


def peak(rows: int, learner: str) -> int:
    """Most bytes that Python held at once while it looked through so many rows."""
    content = csv_file(row(learner, ref=f"result {number}", note="x" * 200) for number in range(rows))
    tracemalloc.start()
    try:
        report = load(content, evolve(OPTIONS, dry_run=True))
        assert report.added == rows
        return tracemalloc.get_traced_memory()[1] - len(content)  # the whole file is copied once into the stream
    finally:
        tracemalloc.stop()


def test_five_times_the_rows_take_no_more_memory() -> None:
    learner = api.create_learner()
    peak(10, learner)  # what is loaded once
    assert peak(5 * CHUNK, learner) < 1.3 * peak(CHUNK, learner)
