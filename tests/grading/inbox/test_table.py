"""The table of mapped blocks as people write it: in the admin, as CSV, by the command."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from digiskills_grading import inbox
from digiskills_grading.csv_export import csv_lines
from digiskills_grading.data import BlockFacts
from digiskills_grading.mapping_rows import COLUMNS, import_table, table_lines
from digiskills_grading.models import BlockMapping, Inbox
from tests.grading.helpers import AUDIENCE, COURSE, NOW, REGULATION, account, later
from tests.grading.inbox.places import PROBLEM, Platform, mapped, signal

pytestmark = pytest.mark.django_db

OTHER_PROBLEM = PROBLEM.replace("final", "middle")
SOUND = {
    "course_pattern": "course-v1:MayTrang+KNS1+*",
    "select": "id",
    "block_pattern": "final",
    "skill": "S3",
    "facet": "",
    "level": "",
    "practical": "no",
    "assurance": "self",
    "regulation": "",
    "audience": "",
    "active_from": "",
    "active_to": "",
}
FAULTS = [
    ({"course_pattern": "course-v2:x"}, "course_pattern", "course-v1:ORG"),
    ({"select": "name"}, "select", "not a valid choice"),
    ({"block_pattern": ""}, "block_pattern", "blank"),
    ({"skill": "S99"}, "skill", "no installed framework has a skill “S99”"),
    ({"facet": "recognise"}, "facet", "assessed as a whole"),
    ({"skill": "A1"}, "facet", "recognise, recover, refuse_and_check"),
    ({"assurance": "sworn"}, "assurance", "not a valid choice"),
    ({"regulation": REGULATION}, "audience", "give both"),
    ({"audience": AUDIENCE}, "regulation", "give both"),
    ({"regulation": "no-such/1", "audience": AUDIENCE}, "regulation", "no-such/1"),
    ({"course_pattern": f"course-v1:{'x' * 300}"}, "course_pattern", "at most 255"),
]


def as_csv(*rows: dict[str, str]) -> io.StringIO:
    cells = [[(SOUND | row)[name] for name in COLUMNS] for row in rows]
    return io.StringIO("".join(csv_lines([COLUMNS, *cells])))


@pytest.mark.parametrize(
    "wrong, column, says",
    [
        *FAULTS,
        ({"practical": "perhaps"}, "practical", "neither yes nor no"),
        ({"active_from": "tomorrow"}, "active_from", "2026-09-01"),
        ({"active_from": "2026-09-01T00:00:00"}, "active_from", "time zone"),
        ({"active_from": "2026-09-02T00:00:00Z", "active_to": "2026-09-01T00:00:00Z"}, "active_to", "never be in force"),
        ({"block_pattern": "first"}, "skill", "another row"),
    ],
)
def test_a_faulty_row_is_refused_with_its_line_and_column_and_nothing_is_changed(wrong: dict[str, str], column: str, says: str) -> None:
    mapped(skill="S2")
    change = import_table(as_csv({"block_pattern": "first"}, SOUND | wrong), dry_run=False)
    assert [(problem.line, problem.column) for problem in change.problems] == [(3, column)]
    assert says in change.problems[0].problem
    assert BlockMapping.objects.get().skill == "S2"


@pytest.mark.parametrize("header, column", [("course_pattern,select", "block_pattern"), (f"{','.join(COLUMNS)},colour", "colour")])
def test_a_file_with_other_columns_is_refused(header: str, column: str) -> None:
    change = import_table(io.StringIO(f"{header}\n"), dry_run=False)
    assert column in {problem.column for problem in change.problems}


def test_a_table_that_was_exported_and_imported_again_is_unchanged() -> None:
    mapped(practical=True, active_from=NOW, active_to=later(60), level="THCS", regulation=REGULATION, audience=AUDIENCE)
    mapped(skill="A1", facet="recognise", select="upstream", block_pattern="lb:MayTrang:*")
    lines = "".join(csv_lines(table_lines(BlockMapping.objects.order_by("pk"))))
    before = list(BlockMapping.objects.order_by("pk").values())
    change = import_table(io.StringIO(lines), dry_run=False)
    assert (change.added, change.removed, change.unchanged, change.problems) == (0, 0, 2, ())
    assert list(BlockMapping.objects.order_by("pk").values()) == before


def test_an_import_replaces_the_table_and_a_dry_run_only_says_so(tmp_path: Path) -> None:
    mapped()
    mapped(block_pattern="old")
    file = tmp_path / "mapping.csv"
    file.write_text(as_csv({}, {"block_pattern": "new"}).getvalue(), encoding="utf-8")
    for arguments, said, patterns in ((["--dry-run"], "would be", {"final", "old"}), ([], "were", {"final", "new"})):
        out = io.StringIO()
        call_command("digiskills_mappings", "import", str(file), *arguments, stdout=out)
        assert out.getvalue() == f"1 rows {said} added, 1 removed, 1 unchanged\n"
        assert set(BlockMapping.objects.values_list("block_pattern", flat=True)) == patterns


def test_the_command_names_file_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "mapping.csv"
    file.write_text(as_csv({"skill": "S99"}).getvalue(), encoding="utf-8")
    errors = io.StringIO()
    with pytest.raises(CommandError, match="nothing was changed: 1 problems"):
        call_command("digiskills_mappings", "import", str(file), stderr=errors)
    assert f"{file}, line 2, skill: no installed framework" in errors.getvalue()
    with pytest.raises(CommandError, match="No such file"):
        call_command("digiskills_mappings", "import", str(tmp_path / "none.csv"))


def test_the_command_writes_what_it_reads(tmp_path: Path) -> None:
    mapped()
    out = io.StringIO()
    call_command("digiskills_mappings", "export", stdout=out)
    call_command("digiskills_mappings", "export", str(tmp_path / "mapping.csv"))
    assert (tmp_path / "mapping.csv").read_bytes().decode("utf-8") == out.getvalue()
    assert "course-v1:MayTrang+KNS1+*" in out.getvalue()


def test_check_shows_what_every_block_of_a_course_is_mapped_to(platform: Platform) -> None:
    own = PROBLEM.replace("problem", "digiskills_practice")
    platform.course_blocks = {COURSE: [PROBLEM, OTHER_PROBLEM, own]}
    mapped(skill="A1", facet="recognise")
    out = io.StringIO()
    call_command("digiskills_mappings", "check", "--course", COURSE, stdout=out)
    assert out.getvalue().splitlines() == [f"{PROBLEM}\tA1/recognise", f"{OTHER_PROBLEM}\t-", f"1 blocks of {COURSE} are mapped"]


def test_the_command_of_the_inbox_says_what_it_did(platform: Platform) -> None:
    mapped()
    learner = account("man")
    inbox.receive(signal(learner, 5, at=NOW), now=NOW)
    Inbox.objects.update(not_before=None, attempts=9)
    out = io.StringIO()
    call_command("digiskills_inbox", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"processed": 0, "evidence": 0, "dropped": 0, "failed": 0}
    out = io.StringIO()
    call_command("digiskills_inbox", "--retry", stdout=out)
    assert out.getvalue() == "1 scores done (0 say nothing), 1 rows of evidence, 0 failed\n"


def test_a_source_that_does_not_exist_is_named(platform: Platform, settings: Any) -> None:
    settings.DIGISKILLS_SCORE_SOURCE = "no.such.module"
    inbox.receive(signal(account("man"), 5, at=NOW), now=NOW)
    with pytest.raises(CommandError, match=r"DIGISKILLS_SCORE_SOURCE is 'no\.such\.module'"):
        call_command("digiskills_inbox")


@pytest.fixture
def superuser() -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root", password="x"))
    return client


def form(**values: str) -> dict[str, str]:
    return {name: value for name, value in (SOUND | values).items() if name != "practical"}


@pytest.mark.parametrize("wrong, column, says", FAULTS)
def test_the_admin_shows_each_fault_at_its_field(wrong: dict[str, str], column: str, says: str, superuser: Client) -> None:
    response = superuser.post(reverse("admin:digiskills_grading_blockmapping_add"), form(**wrong))
    errors = response.context["adminform"].form.errors
    assert list(errors) == [column]
    assert not BlockMapping.objects.exists()


def test_the_admin_stores_a_sound_row_and_refuses_it_again(superuser: Client) -> None:
    url = reverse("admin:digiskills_grading_blockmapping_add")
    assert superuser.post(url, form()).status_code == 302
    row = BlockMapping.objects.get()
    assert row.created_by_id == get_user_model().objects.get(username="root").pk
    assert "another row" in superuser.post(url, form()).context["adminform"].form.errors["skill"][0]
    change = reverse("admin:digiskills_grading_blockmapping_change", args=[row.pk])
    assert superuser.post(change, form(block_pattern="first")).status_code == 302
    assert BlockMapping.objects.get().block_pattern == "first"


def test_the_preview_shows_blocks_and_who_has_the_word(superuser: Client, platform: Platform) -> None:
    platform.course_blocks = {COURSE: [PROBLEM, OTHER_PROBLEM], "course-v1:Else+X+1": [PROBLEM.replace("final", "strange")]}
    platform.known[OTHER_PROBLEM] = BlockFacts()
    general = mapped(select="any", block_pattern="*", skill="S2")
    mapped()
    page = superuser.get(reverse("admin:digiskills_mapping_preview", args=[general.pk])).content.decode()
    cells = [line.strip() for line in page.splitlines() if line.strip().startswith("<tr><td>")]
    assert cells == [
        f"<tr><td>{COURSE}</td><td>{PROBLEM}</td><td>S3</td></tr>",
        f"<tr><td>{COURSE}</td><td>{OTHER_PROBLEM}</td><td>S2</td></tr>",
    ]
    nothing = mapped(block_pattern="no-such-block")
    page = superuser.get(reverse("admin:digiskills_mapping_preview", args=[nothing.pk])).content.decode()
    assert "No block of any course matches" in page
    assert superuser.get(reverse("admin:digiskills_mapping_preview", args=[999])).status_code == 404


def test_the_preview_is_for_those_who_may_see_the_table(platform: Platform) -> None:
    row = mapped()
    client = Client()
    client.force_login(get_user_model().objects.create_user("clerk", password="x", is_staff=True))
    assert client.get(reverse("admin:digiskills_mapping_preview", args=[row.pk])).status_code == 403


def test_the_admin_lets_failed_scores_be_tried_again(superuser: Client) -> None:
    inbox.receive(signal(account("man"), 5, at=NOW), now=NOW)
    Inbox.objects.update(not_before=None, attempts=10, error="ConnectionError")
    body = {"action": "try_again", "_selected_action": [Inbox.objects.get().pk]}
    superuser.post(reverse("admin:digiskills_grading_inbox_changelist"), body)
    row = Inbox.objects.get()
    assert (row.attempts, row.not_before is not None) == (0, True)
