"""Promises about the phone, the coach, the points, the dates, and what the browser is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from digiskills_simulator.lint.problem import Problem
from digiskills_simulator.lint.words import texts
from digiskills_simulator.payload import render_payload
from digiskills_simulator.scenario import instantiate
from digiskills_simulator.task import CompiledTask

FEWEST_SCREENS, MOST_SCREENS = 10, 45
LONGEST_REVIEW = timedelta(days=366)
LONGEST_REVIEW_OF_SCAMS = timedelta(days=183)
FAST_AGEING = ("A1", "S1")
WARN_BEFORE = timedelta(days=60)


def coaching(task: CompiledTask) -> Iterator[Problem]:
    """A guided run is never silent, and the coach points at what can be touched where it speaks."""
    places = [("coach_home", task.program.coach_home, frozenset(task.program.apps))]
    places += [(f"screen {name}", screen.coach, frozenset(screen.by_id)) for name, screen in task.program.screens.items()]
    for where, hints, touchable in places:
        if not hints or hints[-1].when is not None:
            yield Problem("coach", "the coach may have nothing to say", "Let the last hint hold always", where)
        for hint in hints:
            if hint.point is not None and hint.point not in touchable:
                yield Problem("coach", f"points at {hint.point}, which is elsewhere", "Point at a widget of this screen", where)


def phone(task: CompiledTask) -> Iterator[Problem]:
    """A phone that one can believe in, and get lost in."""
    screens = len(task.program.screens)
    if not FEWEST_SCREENS <= screens <= MOST_SCREENS:
        yield Problem("phone", f"{screens} screens", f"Between {FEWEST_SCREENS} and {MOST_SCREENS}")
    for seed in range(12):
        payload = render_payload(instantiate(task, seed), language="vi", run_kind="counted")
        if len(payload["apps"]) < 3:
            yield Problem("phone", f"{len(payload['apps'])} apps (seed {seed})", "Three at least: a phone is never one app")
            return


def points(task: CompiledTask) -> Iterator[Problem]:
    """Ten to twenty points, and what is proven for the skills that the task names."""
    total = sum(goal.points for goal in task.goals)
    if not 10 <= total <= 20:
        yield Problem("points", f"the goals give {total} points", "Ten to twenty in all")
    named = {item["skill"] for item in task.raw["skills"]}
    judged = {goal.skill for goal in task.goals}
    if named != judged:
        message = f"the goals judge {', '.join(sorted(judged))}, the task names {', '.join(sorted(named))}"
        yield Problem("points", message, "Name the skills that are judged")


def closing(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """A line from real life, notes for who leads a group."""
    if not raw.get("real_life"):
        yield Problem("real-life", "there is no closing line", "Name an entry of the country pack's real-life.yaml", "real_life")
    if not raw.get("facilitator"):
        yield Problem("facilitator", "there are no notes", "Say what to say, and how two phones serve ten people", "facilitator")


def freshness(raw: Mapping[str, Any], today: date, *, release: bool) -> Iterator[Problem]:
    """Facts have a source and a date on which to look again."""
    reviewed, again = date.fromisoformat(raw["reviewed_on"]), date.fromisoformat(raw["review_by"])
    longest = LONGEST_REVIEW_OF_SCAMS if raw["skills"][0]["skill"] in FAST_AGEING else LONGEST_REVIEW
    if not reviewed < again <= reviewed + longest:
        yield Problem("review", f"review_by is not within {longest.days} days of reviewed_on", "Correct the dates", "review_by")
    if again < today:
        yield Problem("review", f"was due on {again}", "Read the claims again", "review_by", severity="error" if release else "warning")
    elif again - WARN_BEFORE <= today:
        yield Problem("review", f"is due on {again}", "Read the claims again", "review_by", severity="warning")


def secrets(task: CompiledTask, seeds: range) -> Iterator[Problem]:
    """The browser gets no word of the author's: no id, no story, no coaching in a counted run."""
    raw = task.raw
    widgets = [widget for screen in raw["screens"].values() for widget in screen["widgets"]]
    named = [*raw["screens"], *raw["state"], *raw["vars"], *(widget["id"] for widget in widgets if "id" in widget)]
    named += [option["id"] for widget in widgets for option in widget.get("options", [])]
    named += [entry["id"] for entry in (*raw["goals"], *raw["hazards"], *raw["witnesses"])]
    ids = {name for name in named if "_" in name}
    stories = {said for entry in (*raw["goals"], *raw["hazards"]) for _, text in texts(entry) for said in text.values() if "{" not in said}
    for seed in seeds:
        found = set(_words(render_payload(instantiate(task, seed), language="vi", run_kind="counted")))
        leaked = found & (ids | stories | {"coach", "coach_home"})
        if leaked:
            yield Problem("leak", f"the payload tells {sorted(leaked)[0]!r} (seed {seed})", "Say it otherwise on the phone")
            return


def _words(raw: object) -> Iterator[str]:
    """Every key and every string of a JSON value."""
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, dict):
        for key, value in raw.items():
            yield key
            yield from _words(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from _words(value)
