"""The command line as people and machines use it: output, JSON, exit codes."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from digiskills_framework import cli
from digiskills_framework.library import SHIPPED
from tests.framework_data.builders import KEY, framework_files, write_framework
from tests.framework_data.importing.tables import ROWS, table_text, write_table


def run(*arguments: str | Path, typed: str | None = None) -> Result:
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments], input=typed)


def run_json(*arguments: str | Path, code: int = 0) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_list_names_the_frameworks(tmp_path: Path) -> None:
    write_framework(tmp_path)
    result = run("framework", "list", "--data", tmp_path)
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["community-helpers/1.0", "digiskills-vn/1.0", "tt02-vn/2025", KEY]
    assert [item["id"] for item in run_json("framework", "list")] == ["community-helpers/1.0", "digiskills-vn/1.0", "tt02-vn/2025"]


def test_list_names_the_regulations_and_the_coverage_rules() -> None:
    listed = run("framework", "list", "--kind", "regulations", "--language", "en")
    assert "vn-default/2  [default]  Default regulation 2 (working version)" in listed.stdout.splitlines()
    assert {row["id"]: row["group_kind"] for row in run_json("framework", "list", "--kind", "coverage")} == {
        "household-five-basic/1": "household"
    }


@pytest.mark.parametrize(
    "language, lines",
    [
        (
            "en",
            (
                "every skill of group D “Devices and software” (D1, D2)",
                "the mastery threshold: 700  (operator-configurable default; own assumption)",
            ),
        ),
        (
            "vi",
            ("mọi kỹ năng của nhóm D “Thiết bị và phần mềm” (D1, D2)", "ngưỡng đạt: 700  (operator-configurable default; own assumption)"),
        ),
    ],
)
def test_show_says_a_regulation_in_words(language: str, lines: tuple[str, ...]) -> None:
    result = run("framework", "show", "vn-default/2", "--audience", "student", "--level", "CB1", "--language", language)
    assert result.exit_code == 0
    for line in lines:
        assert any(shown.strip(" -") == line for shown in result.stdout.splitlines()), result.stdout


def test_show_indents_the_branches_of_a_tree() -> None:
    lines = run("framework", "show", "demo-assured/1", "--audience", "citizen", "--language", "en").stdout.splitlines()
    start = lines.index("    - at least one of the following:")
    assert lines[start + 1 : start + 5] == [
        "        - skill T1 “Understanding artificial intelligence”",
        "        - all of the following:",
        "            - skill T2 “Using artificial intelligence”",
        "            - skill T3 “Judging what artificial intelligence produces”",
    ]
    assert "        - skill D1 “Using digital devices”  [2 points]" in lines


def test_show_gives_machines_a_regulation_with_all_its_rules() -> None:
    shown = run_json("framework", "show", "vn-default/2", "--audience", "citizen")
    (entry,) = shown["audiences"]
    assert shown["digest"].startswith("sha256:")
    assert shown["change_policy"]["who"]["value"] == "not_completed"
    assert entry["requires"]["all"][0] == {"all": [{"skill": "K1"}], "named": "group:K"}
    assert entry["rules"]["counted_m"] == {"name": "counted_m", "value": 1, "basis": "not stated", "source": "not stated", "stated": False}


def test_show_refuses_an_audience_of_which_the_regulation_says_nothing() -> None:
    result = run("framework", "show", "vn-five-basic/1", "--audience", "student")
    assert result.exit_code == 2
    assert "citizen" in result.stderr


def test_show_says_when_a_group_is_covered() -> None:
    result = run("framework", "show", "household-five-basic/1", "--language", "en")
    assert "members: at least 1, citizen under vn-five-basic/1" in result.stdout
    assert run_json("framework", "show", "household-five-basic/1")["condition"] == "completed"


def test_diff_tells_what_changes_for_whom() -> None:
    result = run("framework", "diff", "demo-s3-a1/1", "demo-assured/1", "--language", "vi")
    assert result.exit_code == 0
    assert "+ Đối với người dân, ngưỡng đạt tăng từ 700 lên 800." in result.stdout.splitlines()
    changes = run_json("framework", "diff", "demo-s3-a1/1", "demo-s3-a1/2")["changes"]
    (change,) = (change for change in changes if change["path"] == "audiences.citizen.rules.raise_only")
    assert (change["old"], change["new"], change["stricter"]) == (True, False, True)


def test_show_prints_the_matrix_and_the_notice() -> None:
    result = run("framework", "show", "digiskills-vn/1.0", "--language", "en")
    assert result.exit_code == 0
    assert "working profile written by the project" in result.stdout
    assert "A4    ○ ○ ○ ● ● ● ● ●  Digital health and well-being" in result.stdout


def test_show_prints_the_statements_of_one_audience_and_level() -> None:
    result = run("framework", "show", "digiskills-vn/1.0", "--audience", "student", "--level", "CB1")
    assert result.exit_code == 0
    assert len([line for line in result.stdout.splitlines() if line.startswith("CB1 ")]) == 8
    shown = run_json("framework", "show", "digiskills-vn/1.0", "--audience", "citizen")
    assert len(shown["can_do"]) == 24
    assert len(shown["skills"]) == 26


def test_show_refuses_a_level_that_does_not_exist() -> None:
    result = run("framework", "show", "digiskills-vn/1.0", "--audience", "student", "--level", "ZZ")
    assert result.exit_code == 2
    assert "CB1" in result.stderr


def test_an_unknown_framework_is_a_finding() -> None:
    result = run("framework", "show", "nothing/1.0")
    assert result.exit_code == 1
    assert "digiskills-vn/1.0" in result.stderr
    assert run_json("framework", "show", "nothing/1.0", code=1)["findings"][0]["value"] == "nothing/1.0"


def test_validate_is_silent_success_on_the_shipped_data() -> None:
    result = run("framework", "validate")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "0 findings" in result.stdout
    assert run_json("framework", "validate", SHIPPED)["ok"] is True


def test_validate_names_file_line_path_value_and_remedy(tmp_path: Path) -> None:
    files = framework_files()
    files["framework"]["status"] = "real"
    write_framework(tmp_path, files)
    result = run("framework", "validate", tmp_path)
    assert result.exit_code == 1
    assert "frameworks/sample/1.0/framework.yaml:9 at status: is not one of the values allowed (value: real). Use one of: " in result.stderr
    finding = run_json("framework", "validate", tmp_path, code=1)["findings"][0]
    assert finding == {
        "file": "frameworks/sample/1.0/framework.yaml",
        "line": 9,
        "path": "status",
        "value": "real",
        "message": "is not one of the values allowed",
        "remedy": "Use one of: working, official, neutral",
    }


def test_release_makes_a_version_immutable(tmp_path: Path) -> None:
    write_framework(tmp_path)
    assert run_json("framework", "release", f"frameworks/{KEY}", "--data", tmp_path)["ok"] is True
    files = framework_files()
    files["framework"]["source"] = "another"
    write_framework(tmp_path, files)
    result = run("framework", "validate", tmp_path)
    assert result.exit_code == 1
    assert "Released versions are immutable" in result.stderr


def _import(tmp_path: Path, *more: str | Path) -> list[str | Path]:
    table = write_table(tmp_path, table_text())
    options = ("--id", "vn-official/1.0", "--title-vi", "Khung", "--source", "a test", "--out", tmp_path / "out")
    return ["framework", "import", table, *options, *more]


def test_import_shows_the_plan_and_asks(tmp_path: Path) -> None:
    refused = run(*_import(tmp_path), typed="n\n")
    assert refused.exit_code == 1
    assert "unmapped" in refused.stdout
    assert "added" in refused.stdout
    assert not (tmp_path / "out").exists()
    accepted = run(*_import(tmp_path), typed="y\n")
    assert accepted.exit_code == 0
    assert run("framework", "validate", tmp_path / "out").exit_code == 0


def test_import_dry_run_writes_nothing(tmp_path: Path) -> None:
    answer = run_json(*_import(tmp_path, "--dry-run"))
    assert answer["written"] is None
    assert answer["plan"]["added"] == ["1.1", "1.2", "1.10", "2.1"]
    assert len(answer["plan"]["unmapped"]) == 26
    assert not (tmp_path / "out").exists()


def test_import_follows_the_map(tmp_path: Path) -> None:
    mapping = write_table(tmp_path, "old,new\nS3,1.2\nA1,1.10\nA2,1.10\nW2,\n", "map.csv")
    answer = run_json(*_import(tmp_path, "--map", mapping, "--yes"))
    assert answer["plan"]["renamed"] == [{"old": "S3", "new": ["1.2"]}]
    assert [move["old"] for move in answer["plan"]["merged"]] == ["A1", "A2"]
    assert answer["plan"]["removed"] == ["W2"]
    shown = run_json("framework", "show", "vn-official/1.0", "--data", tmp_path / "out")
    assert {row["old"]: row["new"] for row in shown["succession"]} == {"A1": ["1.10"], "A2": ["1.10"], "S3": ["1.2"], "W2": []}


def test_import_names_wrong_rows_and_writes_nothing(tmp_path: Path) -> None:
    arguments = _import(tmp_path, "--yes")
    write_table(tmp_path, table_text((*ROWS, "1.1;Hai;Two;1;Nền tảng;Basics;often;x")))
    result = run(*arguments)
    assert result.exit_code == 1
    assert "table.csv at row 6, column citizen: is not a requirement (value: often)" in result.stderr
    assert "table.csv at row 6, column code: is given twice, first in row 2" in result.stderr
    assert not (tmp_path / "out").exists()


def test_import_will_not_overwrite(tmp_path: Path) -> None:
    assert run(*_import(tmp_path, "--yes")).exit_code == 0
    again = run(*_import(tmp_path, "--yes"))
    assert again.exit_code == 1
    assert "exists already" in again.stderr


def test_import_will_not_take_the_name_of_another_framework(tmp_path: Path) -> None:
    result = run(*_import(tmp_path, "--id", "digiskills-vn/1.0", "--yes"))
    assert result.exit_code == 1
    assert "name of a framework that exists" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "more",
    [("--json",), ("--id", "no-version", "--yes"), ("--id", "/1.0", "--yes"), ("--from", "", "--map", "MAP", "--yes")],
    ids=["json without yes", "id without version", "id without name", "map without framework"],
)
def test_wrong_usage_is_told_apart_from_wrong_data(tmp_path: Path, more: tuple[str, ...]) -> None:
    mapping = write_table(tmp_path, "old,new\nS3,1.2\n", "map.csv")
    result = run(*_import(tmp_path, *(str(mapping) if item == "MAP" else item for item in more)))
    assert result.exit_code == 2, result.output
    assert not (tmp_path / "out").exists()


def test_an_id_cannot_lead_out_of_the_directory(tmp_path: Path) -> None:
    result = run(*_import(tmp_path, "--id", "../../outside/1.0", "--yes"))
    assert result.exit_code == 1
    assert "does not have the form demanded" in result.stderr
    assert not (tmp_path / "outside").exists()


@click.command()
def friendly() -> None:
    """A command of another package."""
    click.echo("hello from a plugin")


not_a_command = "just text"


def _plugins(monkeypatch: pytest.MonkeyPatch, **targets: str) -> None:
    found = {name: EntryPoint(name=name, value=value, group=cli.COMMAND_GROUP) for name, value in targets.items()}
    monkeypatch.setattr(cli, "_plugins", lambda: found)


def test_other_packages_add_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    _plugins(monkeypatch, friendly=f"{__name__}:friendly")
    assert "A command of another package." in run("--help").stdout
    assert run("friendly").stdout == "hello from a plugin\n"


@pytest.mark.parametrize("target", ["no.such.module:command", "json:no_such_name", f"{__name__}:not_a_command"])
def test_a_broken_plugin_is_reported_and_breaks_nothing_else(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    _plugins(monkeypatch, broken=target)
    help_page = run("--help")
    assert help_page.exit_code == 0
    assert "cannot be loaded" in help_page.stdout
    result = run("broken")
    assert result.exit_code == 1
    assert target in result.stderr
    assert run("framework", "list").exit_code == 0


def test_a_plugin_cannot_replace_a_command_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    _plugins(monkeypatch, framework=f"{__name__}:friendly")
    assert run("framework", "list").exit_code == 0
