"""Each promise of a task is missed by a task that breaks it and by nothing else: the smallest edit of a sound one."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from digiskills_framework.errors import FrameworkDataError
from digiskills_framework.pack_loader import load_pack
from digiskills_framework.strict_yaml import read_yaml
from digiskills_framework.tasks import DEFAULT_PACK, load_task, task_file
from digiskills_simulator.drafting import write_draft
from digiskills_simulator.lint import LintOptions, Problem, lint_task

TODAY = date(2026, 11, 22)
OPTIONS = LintOptions(today=TODAY, seeds=20, walks=100)
Raw = dict[str, Any]
Edit = Callable[[Raw], object]


class Folder:
    """A data directory with one task, written anew for each text: tasks are remembered by their directory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count = 0

    def lint(self, raw: Raw, options: LintOptions = OPTIONS) -> list[Problem]:
        self._count += 1
        directory = self._path / str(self._count)
        file = directory / "tasks" / "S3" / "S3-90" / "1.yaml"
        file.parent.mkdir(parents=True)
        text = yaml.safe_dump(raw, allow_unicode=True, sort_keys=False)
        file.write_text(text, encoding="utf-8")
        task = load_task("S3-90", extra=(directory,))
        written = task_file("S3-90", 1, extra=(directory,)).read_text(encoding="utf-8")
        return lint_task(task, load_pack(DEFAULT_PACK), written, options)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Raw:
    """The draft that `digiskills task new` writes, with three more screens, so that it keeps every promise."""
    path = write_draft(tmp_path_factory.mktemp("draft"), "S3-90", kind="portal", today=TODAY)
    raw: Any = read_yaml(path, name=path.name).value
    for number in range(3):
        page = deepcopy(raw["screens"]["main_old"])
        raw["screens"][f"main_old_{number}"] = page
        raw["screens"]["main_home"]["widgets"].append(
            {"type": "item", "id": f"open_old_{number}", "text": both(f"Trang {number}"), "do": {"go": f"main_old_{number}"}}
        )
    checked: Raw = raw
    return checked


def both(text: str) -> dict[str, str]:
    return {"vi": text, "en": text}


def say(text: str) -> Edit:
    """Puts a text on a screen."""
    return lambda raw: raw["screens"]["main_old"]["widgets"].append({"type": "text", "text": both(text)})


def drop(*names: str) -> Edit:
    return lambda raw: [raw.pop(name) for name in names]


def widget(raw: Raw, name: str) -> Raw:
    found: Raw = next(item for screen in raw["screens"].values() for item in screen["widgets"] if item.get("id") == name)
    return found


def give_points_for_nothing(raw: Raw) -> None:
    raw["goals"][0]["when"] = {"!": {"var": "slipped"}}


def let_the_naive_pass(raw: Raw) -> None:
    raw["naive"][0]["script"] = deepcopy(raw["witnesses"][0]["script"])


def always_the_same_answer(raw: Raw) -> None:
    raw["vars"]["case"] = {"sym": ["genuine"]}
    for witness in raw["witnesses"]:
        witness["proves"].pop("hazards")


def one_variant(raw: Raw) -> None:
    for name, value in {"sender": "Hòa", "code": "SG-214", "other_code": "SG-118", "amount": 200000, "more": 100000}.items():
        raw["vars"][name] = {"pick": [value]}


def points_for_walking_about(raw: Raw) -> None:
    for goal in raw["goals"]:
        goal["when"] = {"seen": "main_page"}


def wall_of_words(raw: Raw) -> None:
    raw["screens"]["main_old"]["widgets"] += [{"type": "text", "text": both("một hai ba bốn năm. " * 25 + "hết")}]


def talk_at_length(raw: Raw) -> None:
    for screen in raw["screens"].values():
        screen["widgets"] += [{"type": "text", "text": both("một " * 29 + "hai.")} for _ in range(15)]


def trap(raw: Raw) -> None:
    raw["screens"]["main_old"]["modal"] = True


def island(raw: Raw) -> None:
    raw["screens"]["island"] = deepcopy(raw["screens"]["main_old"])


def tell_the_story(raw: Raw) -> None:
    raw["screens"]["main_old"]["widgets"].append({"type": "text", "text": deepcopy(raw["hazards"][0]["story"])})


def let_recover_pass(raw: Raw) -> None:
    raw["hazards"][0]["recover"]["cap_milli"] = 800
    raw["witnesses"][2]["proves"].pop("score")


def only_false_messages(raw: Raw) -> None:
    raw["incoming"][0]["genuine"] = False


BROKEN: dict[str, tuple[str, Edit]] = {
    "no witness of the hazard": ("witness", lambda raw: raw["witnesses"].pop(1) and raw["witnesses"].pop(1)),
    "a witness claims too much": ("witness", lambda raw: raw["witnesses"][1]["proves"].update(score=700)),
    "an action that is not possible": ("witness", lambda raw: raw["witnesses"][0]["script"].insert(0, {"tap": "note_save"})),
    "no recovery": ("recover", lambda raw: raw["hazards"][0].pop("recover")),
    "a recovery that passes": ("recover", let_recover_pass),
    "a recovery that nobody shows": ("recover", lambda raw: raw["witnesses"].pop(2)),
    "no hazard": ("hazard", lambda raw: raw.update(hazards=[])),
    "points for nothing": ("idle", give_points_for_nothing),
    "no naive path": ("naive", drop("naive")),
    "a naive path passes": ("naive", let_the_naive_pass),
    "by heart": ("by-heart", always_the_same_answer),
    "one variant": ("variants", one_variant),
    "points for walking about": ("random", points_for_walking_about),
    "no way out": ("dead-end", trap),
    "a screen that nobody sees": ("unreachable", island),
    "nothing said of what is genuine": ("genuine", drop("incoming")),
    "nothing is genuine": ("genuine", only_false_messages),
    "a silent coach": ("coach", lambda raw: raw["screens"]["main_old"].pop("coach")),
    "a coach that points elsewhere": ("coach", lambda raw: raw["screens"]["main_old"]["coach"][0].update(point="set_big")),
    "a phone of one app": ("phone", lambda raw: [raw["apps"][name].update(show=False) for name in ("settings",)]),
    "too few points": ("points", lambda raw: raw["goals"][0].update(points=1)),
    "a skill that is not judged": ("points", lambda raw: raw["skills"].append({"skill": "A1"})),
    "no closing line": ("real-life", drop("real_life")),
    "no notes for groups": ("facilitator", drop("facilitator")),
    "a review too far off": ("review", lambda raw: raw.update(review_by="2029-01-01")),
    "a story on the phone": ("leak", tell_the_story),
    "another value in English": ("languages", lambda raw: raw["next"].update(en="Only {amount}.")),
    "a long sentence": ("sentence", say("một " * 33 + "hai")),
    "long sentences": ("reading-level", talk_at_length),
    "a lesson of one page": ("lesson", lambda raw: raw.update(lesson=raw["lesson"][:1])),
    "a lesson with a variable": ("lesson", lambda raw: raw["lesson"][0].update(body=both("Trả {amount}."))),
    "a wall of words": ("screen-length", wall_of_words),
    "a real number": ("real-number", say("Gọi 0912 345 678.")),
    "a real brand": ("real-name", say("Mở Zalo lên.")),
    "a real address": ("real-address", say("Vào vidu.com.")),
    "a name of the world spelt out": ("world-name", say("Ví Tre")),
}


def test_the_sound_task_keeps_every_promise(sound: Raw, folder: Folder) -> None:
    assert folder.lint(sound) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_promise_is_found(sound: Raw, folder: Folder, name: str) -> None:
    rule, edit = BROKEN[name]
    raw = deepcopy(sound)
    edit(raw)
    assert rule in {problem.rule for problem in folder.lint(raw) if problem.severity == "error"}


def test_a_decomposed_letter_is_refused_by_the_reader(sound: Raw, folder: Folder) -> None:
    raw = deepcopy(sound)
    say("Mo\u031b\u0309 ra")(raw)
    with pytest.raises(FrameworkDataError, match="NFC"):
        folder.lint(raw)


@pytest.mark.parametrize("release, severity", [(False, "warning"), (True, "error")])
def test_an_overdue_review_stops_a_release_only(sound: Raw, folder: Folder, *, release: bool, severity: str) -> None:
    found = folder.lint(sound, LintOptions(today=date(2027, 12, 1), seeds=20, walks=100, release=release))
    assert [(problem.rule, problem.severity) for problem in found] == [("review", severity)]


def test_what_is_wrong_in_an_overlay_names_it(sound: Raw, folder: Folder) -> None:
    raw = deepcopy(sound)
    raw["overlays"] = [{"id": "poor", "for": {"audiences": ["citizen"]}, "vars": {"more": {"pick": [0]}}}]
    assert {problem.overlay for problem in folder.lint(raw)} <= {"poor"}


def test_a_problem_of_many_seeds_is_one_line(sound: Raw, folder: Folder) -> None:
    raw = deepcopy(sound)
    raw["witnesses"][1]["proves"]["score"] = 700
    (problem,) = folder.lint(raw)
    assert problem.message == "witness answer_wrong, seed 0 and 19 more: scores 0, but claims 700"
