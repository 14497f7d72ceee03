"""A lesson and a file of questions that keep every promise, to be broken by tests one thing at a time."""

from __future__ import annotations

from typing import Any

from tests.framework_data.builders import text

Raw = dict[str, Any]

AUDIENCES = ("citizen", "student", "public_sector", "enterprise_worker")


def task_picture(**changes: Any) -> Raw:
    return {"task": "S1-01", "screen": "p_home", "mark": "open_login", "alt": text("The portal's first page"), **changes}


def sketch(*rows: Raw) -> Raw:
    given = rows or ({"type": "heading", "text": text("Heading")}, {"type": "button", "text": text("Send"), "mark": True})
    return {
        "app": {"kind": "files", "title": text("Files")},
        "title": text("My files"),
        "rows": list(given),
        "alt": text("A list of files"),
    }


def step() -> Raw:
    return {"do": text("Do this"), "how": text("Tap “Send”, then wait"), "picture": task_picture()}


def lesson(skill: str = "S1", *, young: bool = False) -> Raw:
    """A lesson of digiskills-vn for all four audiences."""
    raw: Raw = {
        "schema": "lesson/1",
        "skill": skill,
        "version": 1,
        "title": text("Applying on line"),
        "minutes": 10,
        "what": [text("What it is")],
        "why": [text("Why it helps")],
        "examples": {audience: text(f"A story for {audience}") for audience in AUDIENCES},
        "steps": [step(), {**step(), "picture": sketch()}, step()],
        "mistakes": [{"wrong": text(f"Wrong {n}"), "better": text(f"Better {n}")} for n in range(3)],
        "summary": [text(f"Line {n}") for n in range(3)],
        "glossary": [{"term": text(f"Term {n}"), "means": text("Meaning")} for n in range(2)],
        "real_life": ["scam_calls"],
        "lesson_plan": {
            "goal": text("Goal"),
            "bring": [text("Pens"), text("Paper")],
            "parts": [{"minutes": minutes, "title": text("Part"), "do": text("Do it")} for minutes in (5, 10, 15, 15)],
        },
        "facilitator": [text(f"Note {n}") for n in range(3)],
        "claims": [{"statement": text("A fact"), "source": "a law", "seen_on": "2026"}],
        "reviewed_on": "2026-11-22",
        "review_by": "2027-05-20",
    }
    if young:
        raw["young"] = {
            "title": text("For children"),
            "what": text("You learn"),
            "steps": [step(), step(), step()],
            "summary": [text("One"), text("Two")],
            "lesson_plan": {
                "goal": text("Goal of the class"),
                "bring": [text("Cards"), text("Chalk")],
                "parts": [{"minutes": minutes, "title": text("Game"), "do": text("Play it")} for minutes in (5, 10, 10, 10)],
            },
            "facilitator": [text(f"Note for the teacher {n}") for n in range(3)],
        }
    return raw


def question(number: int, *, right: int = 0, kind: str = "one", **changes: Any) -> Raw:
    """A question of three choices; ``right`` is the place of the right one, of several the first two that follow it too."""
    places = {right, (right + 1) % 3} if kind == "several" else {right}
    choices = [{"text": text(f"Choice {number} {place}"), "right": place in places, "because": text("Because")} for place in range(3)]
    common = {"id": f"q{number}", "use": "check", "kind": kind, "about": "judgement", "ask": text(f"Which {number}?"), "why": text("Why")}
    return {**common, "choices": choices, **changes}


def questions(skill: str = "S1", *, young: bool = False) -> Raw:
    """Five checks (one with several right answers), two finals; four more checks for the youngest."""
    asked = [question(number, right=number % 3) for number in range(4)]
    asked += [question(4, kind="several"), question(5, right=2, use="final"), question(6, right=1, use="final")]
    if young:
        asked += [question(10 + number, right=number % 3, levels=["CB1", "CB2"]) for number in range(4)]
    return {"schema": "questions/1", "skill": skill, "version": 1, "questions": asked}
