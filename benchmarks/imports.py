"""Importing results: writing evidence beside Django's own way, whole files, and what memory a long file takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, partial
from io import BytesIO
from pathlib import Path

from django.db import transaction

from benchmarks.measuring import Work, measure_once_each
from benchmarks.tables import SAMPLE_HEAD, Table, ratio, sample_cells
from digiskills_grading import api
from digiskills_grading.data import ImportOptions, ImportReport
from digiskills_grading.imports.applying import insert_rows
from digiskills_grading.models import Evidence, Learner
from digiskills_grading.scoring import source_key

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ROUNDS = 6  # the first is not counted
INSERTED = 5000  # rows of evidence of one measurement
A_FILE = 2000  # rows
A_LEARNER = 20  # rows of one learner in a file
SHORT, LONG = 20_000, 100_000  # rows of the files whose memory is compared
GOAL = 2.0  # times as fast as bulk_create
OPTIONS = ImportOptions(source="bench", scale="percent", framework="digiskills-vn/1.0")
JOINING = ImportOptions(source="bench", scale="percent", regulation="vn-default/1", audience="citizen")
_STATUS, _PEAK_RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
SKILLS = ("S1", "S2", "S3", "S4")


def insert_table() -> Table:
    """CPU time of writing rows of evidence that are made already."""
    learner = Learner.objects.get(public_id=api.create_learner()).pk
    works: dict[str, list[Work]] = {
        "ours: one statement for many rows": [partial(_in_one, insert_rows, _rows(learner, f"ours {turn}")) for turn in range(ROUNDS)],
        "bulk_create": [partial(_in_one, _bulk_create, _rows(learner, f"peer {turn}")) for turn in range(ROUNDS)],
    }
    samples = measure_once_each(works)
    if Evidence.objects.filter(learner_id=learner).count() != 2 * ROUNDS * INSERTED:
        raise AssertionError("a row was not written")
    ours, peer = samples.values()
    return Table(
        title=f"Writing {INSERTED:,} rows of evidence",
        head=("work", *SAMPLE_HEAD, "rows a CPU-second"),
        rows=[[name, *sample_cells(sample), f"{INSERTED * sample.per_second:,.0f}"] for name, sample in samples.items()],
        notes=[
            f"Goal: {GOAL:.0f} times as fast as bulk_create; measured {ratio(ours.median, peer.median)}. The rows are made before.",
            "Checked: every row is there afterwards.",
        ],
    )


def file_table() -> Table:
    """CPU time of whole imports, from bytes to masteries, and the memory they take."""
    memory = _memory_note()
    works: dict[str, list[Work]] = {
        "new results, no regulation": [partial(_import, f"a{turn}", OPTIONS) for turn in range(ROUNDS)],
        "new results, learners join and are decided upon": [partial(_import, f"b{turn}", JOINING) for turn in range(ROUNDS)],
        "the same file again": [partial(_import, "again", OPTIONS, _people("again")) for _ in range(ROUNDS)],
    }
    samples = measure_once_each(works)
    return Table(
        title=f"Importing a file of {A_FILE:,} rows, {A_LEARNER} a learner",
        head=("work", *SAMPLE_HEAD, "rows a CPU-second"),
        rows=[[name, *sample_cells(sample), f"{A_FILE * sample.per_second:,.0f}"] for name, sample in samples.items()],
        notes=[
            memory,
            "Reading, checking, sorting by learner, comparing with what is known, writing, and judging each learner once.",
        ],
    )


def _memory_note() -> str:
    if not _STATUS.exists():
        return "Memory was not measured: that needs Linux."
    people = _people("memory")
    short, long = _file("short", people, SHORT), _file("long", people, LONG)
    grown = [_growth(partial(_import_content, content, name, OPTIONS)) for name, content in (("short", short), ("long", long))]
    return (
        f"Peak of resident memory above what it was at the start: {grown[0] / 1024:.0f} MB for {SHORT:,} rows, "
        f"{grown[1] / 1024:.0f} MB for {LONG:,} rows ({len(long) / 2**20:.0f} MB)."
    )


def _growth(work: Work) -> int:
    """By how many KB the peak of resident memory exceeds what is resident at the start."""
    _PEAK_RESET.write_text("5", encoding="ascii")
    before = _status("VmRSS")
    work()
    return _status("VmHWM") - before


def _status(name: str) -> int:
    """A figure of the process in KB."""
    line = next(line for line in _STATUS.read_text(encoding="ascii").splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])


def _import(tag: str, options: ImportOptions, people: list[str] | None = None, rows: int = A_FILE) -> ImportReport:
    return _import_content(_file(tag, people or _people(tag), rows), tag, options)


def _import_content(content: bytes, tag: str, options: ImportOptions) -> ImportReport:
    rows = content.count(b"\n")
    report = api.import_evidence(BytesIO(content), filename=f"{tag}.csv", options=options, now=NOW, actor_id=None)
    if report.rejected or report.added + report.unchanged != rows:
        raise AssertionError(report.summary())
    return report


@cache
def _people(tag: str) -> list[str]:
    """Learners without an account, made once for a tag."""
    return [api.create_learner() for _ in range(A_FILE // A_LEARNER)]


def _file(tag: str, people: list[str], rows: int) -> bytes:
    lines = (
        f"{people[number % len(people)]},{SKILLS[number % len(SKILLS)]},{50 + number % 50},2026-10-01,{tag}-{number}"
        for number in range(rows)
    )
    return "\n".join(["learner_id,skill,value,occurred_at,source_ref", *lines]).encode()


def _rows(learner: int, tag: str) -> list[Evidence]:
    return [
        Evidence(
            learner_id=learner,
            skill_id=1,
            source=Evidence.Source.IMPORT.value,
            source_key=source_key("import", f"{tag}/{number}", skill="S3", facet="", revision=0),
            kind=Evidence.Kind.SCORE.value,
            value_milli=800,
            assurance="imported",
            occurred_at=NOW,
            recorded_at=NOW,
        )
        for number in range(INSERTED)
    ]


def _bulk_create(rows: list[Evidence]) -> None:
    Evidence.objects.bulk_create(rows, batch_size=500)


def _in_one(write: Callable[[list[Evidence]], None], rows: list[Evidence]) -> None:
    with transaction.atomic():
        write(rows)
