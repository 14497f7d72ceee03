"""Runs of people whom no author foresaw: who wander about, who do nothing, who repeat another's answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from digiskills_simulator.machine import Action, Machine
from digiskills_simulator.prng import Stream
from digiskills_simulator.program import Widget
from digiskills_simulator.scenario import Scenario, sanitize_trace
from digiskills_simulator.scoring import ScoredAttempt, replay, score
from digiskills_simulator.trace import Trace
from digiskills_simulator.witness import opaque

WALK_LENGTH = 80


def play(scenario: Scenario, actions: Iterable[Action]) -> ScoredAttempt:
    """Score actions in the author's ids as if a browser had sent them: opaque, cut, impossible ones included."""
    trace = Trace(tuple(opaque(scenario, action) for action in actions))
    return score(scenario, replay(scenario, sanitize_trace(scenario, trace)))


class Walk:
    """A person who taps whatever is there, but can read: types what the phone or the task shows.

    Args:
        number: another one walks another way.
        after: what was done before the person began to wander.
        length: most steps, those before included.

    Attributes:
        actions: what was done, in the author's ids; only what was possible.
        stuck: the screen on which nothing was possible any more, None if there was none.
    """

    def __init__(self, scenario: Scenario, number: int, *, after: Iterable[Action] = (), length: int = WALK_LENGTH) -> None:
        self._scenario = scenario
        self._stream = Stream(scenario.seed, f"walk:{number}")
        self._machine = Machine(scenario.task.program, scenario.values)
        self._shown = [str(value) for value in scenario.values.values() if not isinstance(value, bool)] or ["0"]
        self.actions: list[Action] = []
        self.stuck: str | None = None
        for action in after:
            self._did(action)
        while len(self.actions) < length and not self._machine.ended and self.stuck is None:
            self._step()

    def _step(self) -> None:
        likely = self._stream.shuffled([*self._on_screen(), *self._elsewhere()])
        for action in (*likely, Action("back"), Action("home"), *(Action("open", app) for app in self._scenario.task.program.apps)):
            if self._did(action):
                return
        self.stuck = self._machine.at

    def _did(self, action: Action) -> bool:
        possible = self._machine.step(action)
        if possible:
            self.actions.append(action)
        return possible

    @property
    def screens(self) -> set[str]:
        return self._machine.trace.screens

    def _on_screen(self) -> Iterator[Action]:
        screen = self._scenario.task.program.screens.get(self._machine.at)
        for widget in screen.widgets if screen else ():
            if widget.id is not None:
                yield self._touch(widget, widget.id)

    def _touch(self, widget: Widget, name: str) -> Action:
        if widget.type == "input":
            return Action("type", name, self._stream.choice(self._shown))
        if widget.type in ("choice", "scan"):
            return Action("scan" if widget.type == "scan" else "choose", name, self._stream.choice(widget.options).id)
        if widget.type == "toggle":
            return Action("choose", name, self._stream.choice(("on", "off")))
        return Action("tap", name)

    def _elsewhere(self) -> Iterator[Action]:
        """One app, one of the phone's own buttons, every notice. Waiting is no way out of a dead end, so it comes only now and then."""
        yield Action("open", self._stream.choice(list(self._scenario.task.program.apps)))
        yield Action(self._stream.choice(("home", "back", "undo")))
        yield from (Action("notice", notice) for notice in self._machine.notices)
        if self._stream.below(8) == 0:
            yield Action("wait")


def ways_out(scenario: Scenario, screens: Sequence[str]) -> Iterator[str]:
    """Modal screens on which, as they are first entered, nothing can ever be touched: no phone button helps there."""
    program = scenario.task.program
    for name in screens:
        screen = program.screens[name]
        if screen.modal and not any(widget.id is not None and widget.rules for widget in screen.widgets):
            yield name
