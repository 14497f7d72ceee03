"""The parts of a phone as the machine runs it: apps, screens, widgets, rules. Both a task and a payload become a `Program`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from digiskills_simulator.logic import Evaluate, Node, Value, compile_node
from digiskills_simulator.texts import Text, digit_runs

HOME = "home"

Move = Literal["go", "interrupt", "resume"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A checked expression with its compiled form."""

    node: Node
    holds: Evaluate

    @classmethod
    def of(cls, node: Node) -> Condition:
        return cls(node, compile_node(node))


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a guard and its effects, in the order in which docs/reference/engine.md §4 applies them."""

    when: Condition | None = None
    sets: tuple[tuple[str, Condition], ...] = ()
    notify: tuple[str, ...] = ()
    dismiss: tuple[str, ...] = ()
    toast: Text = field(default_factory=dict)
    move: Move | None = None
    target: str | None = None
    undo: bool = False
    end: bool = False

    @property
    def bare(self) -> bool:
        """True if the rule does nothing but decide that it was the first."""
        return not (self.sets or self.notify or self.dismiss or self.toast or self.move or self.undo or self.end)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice, one code of a camera view."""

    id: str
    text: Text
    value: Condition | None = None
    show: Condition | None = None


@dataclass(frozen=True, slots=True)
class Widget:
    """One widget of a screen.

    ``texts`` holds the texts by field name (text, label, sub, meta, alt); ``attributes`` what only the browser needs
    (style, name, icon, from); ``kind`` the kind of an input; ``max`` its longest text in code points.
    """

    type: str
    id: str | None = None
    show: Condition | None = None
    enabled: Condition | None = None
    rules: tuple[Rule, ...] = ()
    to: str | None = None
    kind: str = ""
    max: int = 60
    options: tuple[Option, ...] = ()
    shuffle: bool = False
    texts: Mapping[str, Text] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coach:
    """A hint of a guided run; ``point`` names the widget or app to touch next."""

    say: Text
    when: Condition | None = None
    point: str | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    id: str
    app: str
    title: Text
    back: str = HOME
    modal: bool = False
    style: str = "normal"
    enter: tuple[Rule, ...] = ()
    coach: tuple[Coach, ...] = ()
    widgets: tuple[Widget, ...] = ()
    by_id: Mapping[str, Widget] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class App:
    id: str
    kind: str
    icon: str
    title: Text
    start: str
    show: Condition | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    id: str
    screen: str
    text: Text


@dataclass(frozen=True, slots=True)
class Event:
    """An incoming call, message or change: fires at most once, after the action that makes ``when`` true."""

    id: str
    when: Condition | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Program:
    """A phone: what the machine needs to run, whoever wrote it down.

    ``initial`` is the initial state by name; a `Condition` is evaluated once, over the variables drawn for the seed.
    """

    start: str
    initial: Mapping[str, Value | Condition]
    apps: Mapping[str, App]
    screens: Mapping[str, Screen]
    notices: Mapping[str, Notice]
    events: tuple[Event, ...]
    coach_home: tuple[Coach, ...] = ()

    def rules(self) -> Iterator[Rule]:
        """Every rule of every screen, widget and event."""
        for screen in self.screens.values():
            yield from screen.enter
            for widget in screen.widgets:
                yield from widget.rules
        for event in self.events:
            yield from event.rules

    def conditions(self) -> Iterator[Condition]:
        """Every expression of the phone, coaching included."""
        found: list[Condition | None] = [value for value in self.initial.values() if isinstance(value, Condition)]
        found.extend(app.show for app in self.apps.values())
        found.extend(event.when for event in self.events)
        found.extend(hint.when for hint in self.hints())
        for rule in self.rules():
            found.append(rule.when)
            found.extend(value for _, value in rule.sets)
        for screen in self.screens.values():
            for widget in screen.widgets:
                found.extend((widget.show, widget.enabled))
                for option in widget.options:
                    found.extend((option.value, option.show))
        yield from (condition for condition in found if condition is not None)

    def hints(self) -> Iterator[Coach]:
        yield from self.coach_home
        for screen in self.screens.values():
            yield from screen.coach

    def texts(self) -> Iterator[Text]:
        """Every text that the phone may show; coaching is not part of the phone."""
        yield from (app.title for app in self.apps.values())
        yield from (notice.text for notice in self.notices.values())
        yield from (rule.toast for rule in self.rules())
        for screen in self.screens.values():
            yield screen.title
            for widget in screen.widgets:
                yield from widget.texts.values()
                yield from (option.text for option in widget.options)

    @cached_property
    def symbols(self) -> frozenset[str]:
        """Every symbol that an expression names."""
        return frozenset(word for condition in self.conditions() for word in condition.node.symbols())

    @cached_property
    def input_kinds(self) -> Mapping[str, str]:
        """The kind of each input by its widget's id."""
        return {str(widget.id): widget.kind for screen in self.screens.values() for widget in screen.widgets if widget.type == "input"}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What gets an opaque id: ``app:x``, ``screen:x``, ``widget:x``, ``option:widget/x``, ``notice:x``, in the file's order."""
        names = [f"app:{name}" for name in self.apps]
        for screen in self.screens.values():
            names.append(f"screen:{screen.id}")
            for widget in screen.widgets:
                if widget.id is not None:
                    names.append(f"widget:{widget.id}")
                    names.extend(f"option:{widget.id}/{option.id}" for option in widget.options)
        names.extend(f"notice:{name}" for name in self.notices)
        return tuple(names)

    @cached_property
    def digit_runs(self) -> frozenset[str]:
        """Runs of four or more digits in the texts as written, without those that values put there."""
        literals = (segment for text in self.texts() for segments in text.values() for segment in segments if isinstance(segment, str))
        initial = (str(value) for value in self.initial.values() if not isinstance(value, Condition))
        return frozenset(run for literal in (*literals, *initial) for run in digit_runs(literal))
