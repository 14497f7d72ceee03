"""The command `digiskills_import_evidence`."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from digiskills_grading import api
from digiskills_grading.data import ImportOptions
from digiskills_grading.imports import writing
from digiskills_grading.models import Evidence, ImportBatch, Track
from tests.grading.helpers import AUDIENCE, REGULATION
from tests.grading.imports.helpers import csv_file, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def man() -> str:
    return api.create_learner()


@pytest.fixture
def file(man: str, tmp_path: Path) -> Path:
    """Two right rows and a wrong one, which a spreadsheet would take for a formula."""
    path = tmp_path / "results.csv"
    path.write_bytes(csv_file([row(man, ref="1"), row(man, "K1", ref="2"), row("=cmd()", ref="3")]))
    return path


def run(file: Path, *options: str, code: int = 0) -> str:
    """What the command prints, and that it ends with the code."""
    out = StringIO()
    command = ["digiskills_import_evidence", str(file), "--source=exam", "--scale=percent", "--verbosity=0", *options]
    if code:
        with pytest.raises(SystemExit) as ended:
            call_command(*command, stdout=out, stderr=StringIO())
        assert ended.value.code == code
    else:
        call_command(*command, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_it_imports_and_tells_what_became_of_the_rows(file: Path) -> None:
    printed = run(file, code=1)
    assert "row 4, learner_id: there is no such learner (value: =cmd())" in printed
    assert printed.splitlines()[-1] == "3 rows: 2 added, 0 corrected, 0 unchanged, 1 rejected; written"
    assert Evidence.objects.count() == 2


def test_a_dry_run_writes_nothing(file: Path) -> None:
    assert run(file, "--dry-run", code=1).endswith("1 rejected; nothing written\n")
    assert not Evidence.objects.exists()
    assert not ImportBatch.objects.exists()


def test_all_or_nothing(file: Path) -> None:
    assert run(file, "--all-or-nothing", code=1).endswith("nothing written\n")
    assert not Evidence.objects.exists()


def test_learners_join(man: str, tmp_path: Path) -> None:
    path = tmp_path / "right.csv"
    path.write_bytes(csv_file([row(man)]))
    run(path, f"--regulation={REGULATION}", f"--audience={AUDIENCE}")
    assert Track.objects.get().audience == AUDIENCE


def test_one_json_object_for_machines(file: Path) -> None:
    report: dict[str, Any] = json.loads(run(file, "--json", code=1))
    assert (report["added"], report["rejected"], report["errors"][0]["field"]) == (2, 1, "learner_id")
    assert report["batch_id"] == ImportBatch.objects.get().public_id


def test_all_errors_in_a_file_that_runs_no_formula(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "errors.csv"
    run(file, f"--report={target}", code=1)
    [header, error] = list(csv.reader(StringIO(target.read_text(encoding="utf-8-sig"))))
    assert header == ["row", "field", "value", "problem", "remedy"]
    assert error[:3] == ["4", "learner_id", "'=cmd()"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["errors.csv", "results.csv"]


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "errors.csv"
    for name, content in (("no.csv", None), ("empty.csv", b"")):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(CommandError) as refused:
            run(path, f"--report={target}")
        assert refused.value.returncode == 2
    assert not target.exists()


@pytest.mark.django_db(transaction=True)
def test_broken_off_it_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "GROUP_ROWS", 1)
    path = tmp_path / "results.csv"
    path.write_bytes(csv_file([row(api.create_learner(), ref=str(number)) for number in range(3)]))

    def stop(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    options = ImportOptions(source="exam", scale="percent")
    with path.open("rb") as stream, pytest.raises(KeyboardInterrupt):
        api.import_evidence(stream, filename=path.name, options=options, now=timezone.now(), actor_id=None, progress=stop)
    assert (Evidence.objects.count(), ImportBatch.objects.get().state) == (2, "running")
    assert run(path).startswith("3 rows: 1 added, 0 corrected, 2 unchanged")
