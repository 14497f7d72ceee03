"""The moment of a task that a picture shows: the phone as the shown way first meets a screen, with one fixed seed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from digiskills_framework.content_types import TaskPicture
from digiskills_framework.tasks import TaskDefinition
from digiskills_simulator.machine import Machine
from digiskills_simulator.prng import Stream
from digiskills_simulator.program import HOME, Condition, Option, Screen, Widget
from digiskills_simulator.rendering import segments
from digiskills_simulator.scenario import Scenario, instantiate
from digiskills_simulator.task import compile_task
from digiskills_simulator.texts import Text, shown
from digiskills_simulator.witness import SOLVE, WitnessError, witness_actions
from digiskills_xblock.course.shown import ShownScreen, ShownWidget

SEED = 1
_HOME_TITLE = {"vi": "Màn hình chính", "en": "Home screen"}
_COVERED = "•"


class MomentError(ValueError):
    """A picture that a task cannot give: what is wrong and what to do, in one sentence."""


def moment(task: TaskDefinition, picture: TaskPicture, language: str) -> ShownScreen:
    """The screen at the first moment of the shown way at which it is up (and, with a mark, the marked widget on it).

    Args:
        task: the picture's task, with the overlay of the audience on.

    Raises:
        MomentError: the screen or the widget does not exist, or the shown way does not come there.
        FrameworkDataError: the task cannot be compiled.
    """
    scenario = _scenario(task)
    _check_names(scenario, picture)
    for machine in _shown_way(scenario):
        view = _View(machine, scenario, language)
        if machine.at == picture.screen and (picture.mark is None or picture.mark in view.ids()):
            return view.screen(picture)
    what = f"screen {picture.screen!r}" if picture.mark is None else f"screen {picture.screen!r} with {picture.mark!r} on it"
    raise MomentError(f"the shown way of {task.id}{_worn(task)} never meets {what} (seed {SEED}); it meets {', '.join(met(task))}")


def met(task: TaskDefinition) -> tuple[str, ...]:
    """The screens that the shown way meets, in its order.

    Raises:
        MomentError: the task's shown way cannot be read.
    """
    return tuple(dict.fromkeys(machine.at for machine in _shown_way(_scenario(task))))


@lru_cache(maxsize=64)
def _scenario(task: TaskDefinition) -> Scenario:
    return instantiate(compile_task(task), SEED)


def _shown_way(scenario: Scenario) -> Iterator[Machine]:
    """The machine before the first action and after each; always the same object."""
    machine = Machine(scenario.task.program, scenario.values)
    yield machine
    try:
        actions = witness_actions(scenario, SOLVE)
    except WitnessError as error:
        raise MomentError(f"{scenario.task.id}: {error}") from error
    for action in actions:
        machine.step(action)
        yield machine


def _worn(task: TaskDefinition) -> str:
    return f" with overlay {task.overlay!r}" if task.overlay else ""


def _check_names(scenario: Scenario, picture: TaskPicture) -> None:
    program = scenario.task.program
    if picture.screen != HOME and picture.screen not in program.screens:
        raise MomentError(f"{picture.task} has no screen {picture.screen!r}; it has home, {', '.join(program.screens)}")
    ids = program.apps if picture.screen == HOME else program.screens[picture.screen].by_id
    if picture.mark is not None and picture.mark not in ids:
        raise MomentError(f"screen {picture.screen!r} of {picture.task} has no {picture.mark!r}; it has {', '.join(ids)}")


class _View:
    """A machine as its user sees it at this moment."""

    def __init__(self, machine: Machine, scenario: Scenario, language: str) -> None:
        self._machine = machine
        self._scenario = scenario
        self._language = language

    def ids(self) -> frozenset[str]:
        """What could be marked: the apps of the home screen, the widgets that show."""
        program, screen = self._machine.program, self._screen()
        if screen is None:
            return frozenset(name for name, app in program.apps.items() if self._holds(app.show))
        return frozenset(widget.id for widget in screen.widgets if widget.id is not None and self._holds(widget.show))

    def screen(self, picture: TaskPicture) -> ShownScreen:
        alt, screen = picture.alt.text(self._language), self._screen()
        if screen is None:
            return ShownScreen(kind=HOME, app="", title=_HOME_TITLE[self._language], widgets=tuple(self._apps(picture.mark)), alt=alt)
        app = self._machine.program.apps[screen.app]
        widgets = [shown for widget in screen.widgets if self._holds(widget.show) for shown in self._widgets(widget, picture.mark)]
        return ShownScreen(
            kind=app.kind, app=self._text(app.title), title=self._text(screen.title), widgets=tuple(widgets), alt=alt, style=screen.style
        )

    def _screen(self) -> Screen | None:
        return self._machine.program.screens.get(self._machine.at)

    def _apps(self, mark: str | None) -> Iterator[ShownWidget]:
        for name, app in self._machine.program.apps.items():
            if self._holds(app.show):
                yield ShownWidget(type="app", text=self._text(app.title), name=app.icon, style=app.kind, marked=name == mark)

    def _widgets(self, widget: Widget, mark: str | None) -> Iterator[ShownWidget]:
        marked = mark is not None and widget.id == mark
        if widget.type in ("choice", "scan"):
            if label := self._of(widget, "label"):
                yield ShownWidget(type="text", text=label, style="label", marked=marked)
            yield from (self._option(widget, option, marked=marked) for option in self._order(widget) if self._holds(option.show))
            return
        yield ShownWidget(
            type=widget.type,
            text=self._typed(widget) if widget.type == "input" else self._of(widget, "text") or self._of(widget, "alt"),
            label=self._of(widget, "label"),
            note=self._of(widget, "sub"),
            meta=self._of(widget, "meta"),
            name=widget.attributes.get("icon", widget.attributes.get("name", "")),
            style=widget.attributes.get("style", widget.attributes.get("from", "")),
            on=widget.type == "toggle" and bool(self._machine.env.get(widget.to or "")),
            enabled=self._holds(widget.enabled),
            marked=marked,
        )

    def _option(self, widget: Widget, option: Option, *, marked: bool) -> ShownWidget:
        chosen = (
            widget.to is not None and option.value is not None and self._machine.env.get(widget.to) == option.value.holds(self._machine.env)
        )
        kind = "option" if widget.type == "choice" and not widget.rules else "button"
        return ShownWidget(type=kind, text=self._text(option.text), on=chosen, style="secondary" if kind == "button" else "", marked=marked)

    def _order(self, widget: Widget) -> list[Option]:
        options = list(widget.options)
        return list(Stream(self._scenario.seed, f"shuffle:{widget.id}").shuffled(options)) if widget.shuffle else options

    def _typed(self, widget: Widget) -> str:
        value = self._machine.env.get(widget.to or "", "")
        if widget.kind == "passcode":
            return _COVERED * len(str(value))
        return "" if value in (0, "") else shown(value, "num" if widget.kind == "amount" else None)

    def _holds(self, condition: Condition | None) -> bool:
        return condition is None or bool(condition.holds(self._machine.env))

    def _of(self, widget: Widget, name: str) -> str:
        return self._text(widget.texts[name]) if name in widget.texts else ""

    def _text(self, text: Text) -> str:
        parts = segments(self._scenario, text, self._language)
        return "".join(part if isinstance(part, str) else shown(self._machine.env[part.name], part.format) for part in parts)
