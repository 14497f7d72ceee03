"""A program specialised for a seed: expressions folded, what can never appear left out (docs/reference/engine.md §7).

What this module drops never reaches a browser; what it keeps is exactly what a real app would show, and the guards of its moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from digiskills_simulator.logic import Value, fold
from digiskills_simulator.program import HOME, Coach, Condition, Option, Program, Rule, Screen, Widget
from digiskills_simulator.texts import Place, Text

TAPPABLE = frozenset({"button", "item", "bubble"})


def specialise(program: Program, values: Mapping[str, Value], *, coaching: bool) -> Program:
    """Fold the variables into the program and prune it.

    Args:
        program: as the author wrote it.
        values: the variables drawn.
        coaching: keep the hints of a guided run.
    """
    folded = _Folding(values, coaching).program(program)
    return _prune_state(_prune_screens(folded))


class _Folding:
    def __init__(self, values: Mapping[str, Value], coaching: bool) -> None:
        self._values = values
        self._coaching = coaching

    def program(self, program: Program) -> Program:
        initial = {name: self._value(value) if isinstance(value, Condition) else value for name, value in program.initial.items()}
        events = [replace(event, when=self.guard(event.when), rules=self.first_of(event.rules)) for event in program.events]
        return replace(
            program,
            initial=initial,
            apps={name: replace(app, show=self.guard(app.show)) for name, app in program.apps.items()},
            screens={name: self.screen(screen) for name, screen in program.screens.items()},
            events=tuple(event for event in events if not never(event.when) and event.rules),
            coach_home=self.hints(program.coach_home),
        )

    def screen(self, screen: Screen) -> Screen:
        widgets = tuple(widget for widget in map(self.widget, screen.widgets) if not never(widget.show))
        enter = tuple(rule for rule in map(self.rule, screen.enter) if not never(rule.when))
        return replace(screen, widgets=widgets, enter=enter, coach=self.hints(screen.coach))

    def widget(self, widget: Widget) -> Widget:
        options = tuple(option for option in map(self.option, widget.options) if not never(option.show))
        return replace(
            widget, show=self.guard(widget.show), enabled=self.guard(widget.enabled), rules=self.first_of(widget.rules), options=options
        )

    def option(self, option: Option) -> Option:
        return replace(option, value=self._value(option.value) if option.value else None, show=self.guard(option.show))

    def hints(self, hints: tuple[Coach, ...]) -> tuple[Coach, ...]:
        if not self._coaching:
            return ()
        folded = (replace(hint, when=self.guard(hint.when)) for hint in hints)
        return tuple(hint for hint in folded if not never(hint.when))

    def first_of(self, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        """Only the rules that can be the first that holds."""
        kept: list[Rule] = []
        for rule in map(self.rule, rules):
            if not never(rule.when):
                kept.append(rule)
            if rule.when is None:
                break
        return tuple(kept)

    def rule(self, rule: Rule) -> Rule:
        return replace(rule, when=self.guard(rule.when), sets=tuple((name, self._value(value)) for name, value in rule.sets))

    def guard(self, condition: Condition | None) -> Condition | None:
        """The folded guard; None when it always holds."""
        if condition is None:
            return None
        folded = self._value(condition)
        return None if folded.node.constant is True else folded

    def _value(self, condition: Condition) -> Condition:
        return Condition.of(fold(condition.node, self._values))


def never(condition: Condition | None) -> bool:
    return condition is not None and condition.node.constant is False


def _prune_screens(program: Program) -> Program:
    """Only the screens, notices and apps that some sequence of actions could reach.

    An app that is never on the home screen stays if something leads to a screen of it, as a call does.
    """
    reached: set[str] = set()
    notices: set[str] = set()
    frontier = [program.start, *(app.start for app in program.apps.values() if not never(app.show))]
    for event in program.events:
        frontier.extend(_targets(event.rules, program, notices))
    while frontier:
        name = frontier.pop()
        screen = program.screens.get(name)
        if screen is None or name in reached:
            continue
        reached.add(name)
        frontier.append(screen.back)
        frontier.extend(_targets(screen.enter, program, notices))
        for widget in screen.widgets:
            frontier.extend(_targets(widget.rules, program, notices))
    in_use = {program.screens[name].app for name in reached}
    return replace(
        program,
        apps={name: app for name, app in program.apps.items() if name in in_use},
        screens={name: screen for name, screen in program.screens.items() if name in reached},
        notices={name: notice for name, notice in program.notices.items() if name in notices},
    )


def _targets(rules: Iterable[Rule], program: Program, notices: set[str]) -> list[str]:
    found = []
    for rule in rules:
        if rule.target is not None and rule.target != HOME:
            found.append(rule.target)
        notices.update(rule.notify)
        found.extend(program.notices[name].screen for name in rule.notify)
    return found


def _prune_state(program: Program) -> Program:
    """Only the state that a shown text or a kept guard reads; assignments to the rest vanish."""
    needed = _shown_names(program)
    while True:
        pruned = _with_state(program, needed)
        wanted = needed | (_read_names(pruned) & set(program.initial))
        if wanted == needed:
            return replace(pruned, initial={name: value for name, value in program.initial.items() if name in needed})
        needed = wanted


def _shown_names(program: Program) -> frozenset[str]:
    texts: list[Text] = [*program.texts(), *(hint.say for hint in program.hints())]
    shown = {segment.name for text in texts for segments in text.values() for segment in segments if isinstance(segment, Place)}
    # A switch and an input show their own state, which a rule may change. A choice does not: that two options set the same value would
    # tell that they are alike, so the browser shows what was chosen.
    widgets = (widget for screen in program.screens.values() for widget in screen.widgets)
    own = {widget.to for widget in widgets if widget.type in ("toggle", "input") and widget.to}
    return frozenset((shown | own) & set(program.initial))


def _read_names(program: Program) -> frozenset[str]:
    return frozenset(name for condition in program.conditions() for name in condition.node.names())


def _with_state(program: Program, needed: frozenset[str]) -> Program:
    initial = {name: value for name, value in program.initial.items() if name in needed}
    screens = {
        name: replace(
            screen,
            enter=tuple(rule for rule in (_without(rule, needed) for rule in screen.enter) if not rule.bare),
            widgets=tuple(_widget_with_state(widget, needed) for widget in screen.widgets),
        )
        for name, screen in program.screens.items()
    }
    events = (replace(event, rules=_trimmed(event.rules, needed)) for event in program.events)
    return replace(program, initial=initial, screens=screens, events=tuple(event for event in events if event.rules))


def _widget_with_state(widget: Widget, needed: frozenset[str]) -> Widget:
    kept = widget.to in needed
    # A tap is recorded only if a rule fires, so that even a rule with nothing left to do stays; other actions need no rule.
    rules = tuple(_without(rule, needed) for rule in widget.rules) if widget.type in TAPPABLE else _trimmed(widget.rules, needed)
    options = widget.options if kept else tuple(replace(option, value=None) for option in widget.options)
    return replace(widget, rules=rules, to=widget.to if kept else None, options=options)


def _trimmed(rules: tuple[Rule, ...], needed: frozenset[str]) -> tuple[Rule, ...]:
    """Without the rules at the end that have nothing left to do; one before others decides which is first, and stays."""
    kept = [_without(rule, needed) for rule in rules]
    while kept and kept[-1].bare:
        kept.pop()
    return tuple(kept)


def _without(rule: Rule, needed: frozenset[str]) -> Rule:
    return replace(rule, sets=tuple((name, value) for name, value in rule.sets if name in needed))
