"""A contact sheet of what learners see: ``var/screenshots/``, one picture a shot and ``index.html`` with all of them.

    python -m tools.screenshots [--task S1-01] [--width 360] [--to FOLDER]

For each kind of app the screens of that app on the shown way of a task, at 360 and 1280 px, in normal and very large text; further the
first page, a lesson, a result and a step of "see how it is done". For people to look at: nothing is compared.
"""

from __future__ import annotations

import argparse
import html
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import django
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from digiskills_framework.tasks import load_task, task_ids
from tests.browser.alone import Run
from tests.browser.hands import Touch
from tests.browser.player_site import PlayerSite, serve
from tools.system import find_chromium

TARGET = Path(__file__).resolve().parent.parent / "var" / "screenshots"
WIDTHS: dict[str, ViewportSize] = {"360": {"width": 360, "height": 780}, "1280": {"width": 1280, "height": 860}}
SIZES = {"normal": "A", "large": "A++"}
SCREENS_OF_A_KIND = 2


@dataclass(frozen=True)
class Shot:
    """One picture: what it shows, in which width and size of text."""

    name: str
    width: str
    size: str

    @property
    def file(self) -> str:
        return f"{self.name}-{self.width}-{self.size}.png"


def kinds_of(task_id: str) -> set[str]:
    """The kinds of apps of a task."""
    return {str(app["kind"]) for app in load_task(task_id).raw["apps"].values()}


def chosen() -> dict[str, set[str]]:
    """Few tasks, and which kinds of apps each of them is to show."""
    left = set().union(*map(kinds_of, task_ids()))
    found: dict[str, set[str]] = {}
    while left:
        best = max(task_ids(), key=lambda task_id: len(kinds_of(task_id) & left))
        found[best] = kinds_of(best) & left
        left -= found[best]
    return found


def sheet(browser: Browser, tasks: Mapping[str, set[str]], target: Path, width: str, size: str) -> Iterator[Shot]:
    """Plays tasks on one device and takes the pictures of the kinds of apps that each is to show."""
    for task_id, kinds in tasks.items():
        with serve(PlayerSite(task_id, seed=3)) as site:
            context = browser.new_context(locale="vi", viewport=WIDTHS[width], has_touch=True)
            run = Run(context.new_page(), Touch(), site)
            run.open()
            run.page.get_by_text(SIZES[size], exact=True).tap()
            yield take(run.page, target, Shot(f"{task_id}-start", width, size))
            yield from played(run, kinds, target, Shot(task_id, width, size))
            context.close()


def played(run: Run, kinds: set[str], target: Path, shot: Shot) -> Iterator[Shot]:
    """The screens of the wanted kinds, the result, and a step of the shown way."""
    taken: dict[str, int] = {}
    seen: list[Shot] = []

    def look(screen: str) -> None:
        kind = str(run.page.locator(".phone").get_attribute("class")).split("kind-")[1].split(" ")[0]
        if kind in kinds | {"home"} and taken.get(kind, 0) < SCREENS_OF_A_KIND:
            taken[kind] = taken.get(kind, 0) + 1
            seen.append(take(run.page, target, Shot(f"{kind}-{shot.name}-{taken[kind]}", shot.width, shot.size)))

    run.solve(run.start("guided"), look)
    yield from seen
    yield take(run.page, target, Shot(f"{shot.name}-result", shot.width, shot.size))
    run.press("show_how")
    run.page.get_by_role("heading", name=run.words["show_how"]).wait_for()
    yield take(run.page, target, Shot(f"{shot.name}-way", shot.width, shot.size))


def take(page: Page, target: Path, shot: Shot) -> Shot:
    """Takes a picture of the whole page."""
    page.screenshot(path=target / shot.file, full_page=True)
    return shot


def figure(shot: Shot) -> str:
    """A picture with its name, which opens it."""
    picture = f'<a href="{shot.file}"><img src="{shot.file}" alt="" loading="lazy"></a>'
    return f"<figure>{picture}<figcaption>{html.escape(shot.name)}</figcaption></figure>"


def index(shots: list[Shot]) -> str:
    """The contact sheet: one row of pictures for each width and size of text."""
    rows = []
    for width in WIDTHS:
        for size in SIZES:
            wanted = (shot for shot in sorted(shots, key=lambda one: one.name) if (shot.width, shot.size) == (width, size))
            figures = "".join(map(figure, wanted))
            rows.append(f"<h2>{width} px, {size} text</h2><div class=row>{figures}</div>")
    style = (
        "body{font:16px sans-serif;margin:24px;background:#eee}.row{display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start}"
        "figure{margin:0;background:#fff;padding:8px}img{height:480px;max-width:100%;object-fit:contain;object-position:top}"
    )
    return f"<!doctype html><meta charset=utf-8><title>Screens</title><style>{style}</style><h1>Screens</h1>{''.join(rows)}"


def main() -> int:
    """Writes the pictures and the sheet."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=main.__doc__)
    parser.add_argument("--task", action="append", choices=task_ids(), metavar="ID", help="one task with all its apps; repeatable")
    parser.add_argument("--width", action="append", choices=tuple(WIDTHS), help="repeatable")
    parser.add_argument("--to", type=Path, default=TARGET, metavar="FOLDER")
    asked = parser.parse_args()
    tasks = {task_id: kinds_of(task_id) for task_id in asked.task} if asked.task else chosen()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")  # the player's texts are in Django's catalogues
    django.setup()
    target: Path = asked.to
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("*.png"):
        old.unlink()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        shots = [shot for width in asked.width or WIDTHS for size in SIZES for shot in sheet(browser, tasks, target, width, size)]
        browser.close()
    (target / "index.html").write_text(index(shots), encoding="utf-8")
    print(f"{len(shots)} pictures: {target / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
