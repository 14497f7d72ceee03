"""``digiskills task`` as authors, machines and people at a terminal use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from digiskills_framework.tasks import load_task, task_ids
from digiskills_simulator.api import compile_task
from digiskills_simulator.cli import task
from digiskills_simulator.drafting import KINDS
from digiskills_simulator.terminal import play_in_terminal
from tests.grading.simulator.conftest import DATA, scenario_where
from tests.grading.simulator.test_lint import BROKEN

EXAMPLE = ("--data", str(DATA))


def run(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(task, arguments, input=typed)


def parsed(*arguments: str, code: int = 0) -> Any:
    result = run(*arguments)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_list_names_every_task() -> None:
    assert [row["id"] for row in parsed("list", "--json", *EXAMPLE)["tasks"]] == sorted([*task_ids(), "X1-01"])


def test_lint_tells_machines_the_tasks_and_the_number_of_errors() -> None:
    report = parsed("lint", "X1-01", "--json", "--walks", "100", *EXAMPLE, code=1)
    (row,) = report["tasks"]
    assert row["id"] == "X1-01"
    assert report["errors"] == sum(problem["severity"] == "error" for problem in row["problems"]) > 0
    assert all(problem["message"] and problem["remedy"] for problem in row["problems"])


def test_lint_of_a_task_that_there_is_not_is_an_error_not_a_crash() -> None:
    assert parsed("lint", "S3-99", "--json", code=1)["errors"] == 1


def test_show_draws_the_same_for_the_same_seed() -> None:
    first, again, other = (parsed("show", "S3-01", "--seed", seed)["drawn"] for seed in ("3", "3", "4"))
    assert first == again != other


def test_show_as_browser_is_the_payload_without_judgement() -> None:
    payload = parsed("show", "S3-01", "--seed", "3", "--as-browser", "--language", "en")
    assert (payload["schema"], payload["run"], payload["language"]) == ("payload/1", "counted", "en")
    assert "goals" not in payload


@pytest.mark.parametrize("command", ["show", "play"])
def test_an_overlay_that_there_is_not_is_named(command: str) -> None:
    result = run(command, "S3-01", "--overlay", "nobody")
    assert result.exit_code == 2
    assert "worker" in result.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_draft_lacks_nothing_but_its_own_content(kind: str, tmp_path: Path) -> None:
    assert run("new", "S3-90", "--kind", kind, "--skill", "S3", "--data", str(tmp_path)).exit_code == 0
    report = parsed("lint", "S3-90", "--json", "--walks", "100", "--data", str(tmp_path), code=1)
    assert {problem["rule"] for problem in report["tasks"][0]["problems"]} == {"phone"}


def test_a_draft_never_overwrites(tmp_path: Path) -> None:
    arguments = ("new", "S3-90", "--kind", "shop", "--data", str(tmp_path))
    assert run(*arguments).exit_code == 0
    (path,) = tmp_path.rglob("1.yaml")
    path.write_text("mine", encoding="utf-8")
    assert run(*arguments).exit_code == 1
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("arguments", [("new", "S3-9", "--kind", "shop"), ("new", "S3-90", "--kind", "shop", "--skill", "A1")])
def test_a_draft_under_a_wrong_id_is_refused(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert run(*arguments, "--data", str(tmp_path)).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_stats_count_and_find_the_gaps() -> None:
    report = parsed("stats", "--json", "--walks", "10", *EXAMPLE)
    assert {row["id"] for row in report["tasks"]} == {*task_ids(), "X1-01"}
    assert all(row["variants"] >= 50 or row["id"] == "X1-01" for row in report["tasks"])
    covered = {(cell["skill"], cell["audience"]) for cell in report["coverage"]}
    assert ("S3", "citizen") in covered
    assert covered.isdisjoint((cell["skill"], cell["audience"]) for cell in report["missing"])


def test_play_goes_from_the_home_screen_to_the_score(tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    answers.write_text("1\n1\n1\nnonsense\n99\nb\nw\nx\n", encoding="utf-8")
    result = run("play", "X1-01", "--seed", "1", "--guided", "--language", "en", "--script", str(answers), *EXAMPLE)
    assert result.exit_code == 0
    assert "(Hint: Open the wallet.)" in result.stdout
    assert result.stdout.count("There is no such choice.") == 2
    assert "== Score: " in result.stdout
    assert "\x1b" not in result.stdout


def test_play_ends_when_nobody_answers_any_more() -> None:
    result = run("play", "X1-01", "--seed", "1", *EXAMPLE, typed="1\n")
    assert result.exit_code == 0
    assert "== Điểm: " in result.stdout


def test_a_run_in_the_terminal_scores_as_in_the_browser() -> None:
    """The numbers that lead along the witness of a genuine stall, found by their labels as a person finds them."""
    scenario = scenario_where(compile_task(load_task("X1-01", extra=(DATA,))), case="genuine")
    amount, pin = (str(scenario.drawn[name]) for name in ("amount", "pin"))
    wanted = iter(
        ["1. Open", "[Scan]", "Code at the stall", "[Compare", "Type into Amount", amount, "Type into Code", pin, "[Confirm]", "x"]
    )
    shown: list[str] = []

    def ask(question: str) -> str:
        word = next(wanted)
        if question.startswith("You type") or word == "x":
            return word
        return next(line.split(".")[0] for line in reversed(shown) if line[:1].isdigit() and word in line)

    scored = play_in_terminal(scenario, language="en", guided=False, ask=ask, say=shown.append)
    assert (scored.score_milli, scored.ignored) == (1000, 0)


def test_every_command_and_every_rule_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "task-lint.md").read_text(encoding="utf-8")
    assert [name for name in task.commands if f"## digiskills task {name}\n" not in page] == []
    assert [rule for rule in {rule for rule, _ in BROKEN.values()} | {"task", "review"} if f"| `{rule}` |" not in page] == []
