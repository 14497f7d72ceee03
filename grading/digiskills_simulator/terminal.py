"""A task in a terminal: screens as lines, everything that can be done as a numbered choice. Works without colours, and read aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from digiskills_simulator.feedback import render_feedback
from digiskills_simulator.machine import TAPPABLE, Action, Machine
from digiskills_simulator.program import HOME, Coach, Condition, Widget
from digiskills_simulator.rendering import render, segments
from digiskills_simulator.scenario import Scenario, sanitize_trace
from digiskills_simulator.scoring import ScoredAttempt, replay, score
from digiskills_simulator.texts import Text, shown
from digiskills_simulator.trace import Trace
from digiskills_simulator.witness import opaque

Ask = Callable[[str], str | None]
"""Asks a question; None when nobody answers any more."""
Say = Callable[[str], None]

WORDS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "home": "Màn hình chính",
        "coach": "Gợi ý",
        "toast": "Máy báo",
        "off": "chưa bấm được",
        "me": "Bạn",
        "them": "Họ",
        "system": "Ứng dụng",
        "picture": "Hình",
        "notice": "Thông báo",
        "type": "Gõ vào",
        "is": "đang là",
        "on": "bật",
        "turned_off": "tắt",
        "app": "Mở",
        "phone": "b Quay lại, h Màn hình chính, w Chờ một lát, u Hoàn tác, x Xong",
        "choose": "Chọn số hoặc chữ: ",
        "typed": "Bạn gõ: ",
        "unknown": "Không có lựa chọn này.",
        "impossible": "Chưa làm được việc này ở đây.",
        "score": "Điểm",
        "well": "Làm tốt",
        "missed": "Còn thiếu",
        "how": "Cách làm",
        "story": "Chuyện đã xảy ra",
        "next": "Bước tiếp theo",
        "real_life": "Ngoài đời",
    },
    "en": {
        "home": "Home screen",
        "coach": "Hint",
        "toast": "The phone says",
        "off": "not possible yet",
        "me": "You",
        "them": "They",
        "system": "The app",
        "picture": "Picture",
        "notice": "Notification",
        "type": "Type into",
        "is": "now",
        "on": "on",
        "turned_off": "off",
        "app": "Open",
        "phone": "b Back, h Home, w Wait a moment, u Undo, x Done",
        "choose": "Choose a number or a letter: ",
        "typed": "You type: ",
        "unknown": "There is no such choice.",
        "impossible": "This is not possible here.",
        "score": "Score",
        "well": "Done well",
        "missed": "Missing",
        "how": "How to do it",
        "story": "What happened",
        "next": "Next step",
        "real_life": "In real life",
    },
}
_LETTERS = {"b": Action("back"), "h": Action("home"), "w": Action("wait"), "u": Action("undo"), "x": Action("end")}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be done; ``typed`` asks for a text first."""

    label: str
    action: Action
    typed: bool = False


def play_in_terminal(scenario: Scenario, *, language: str, guided: bool, ask: Ask, say: Say) -> ScoredAttempt:
    """One run, until the person is done or answers no more; its result is told and returned.

    Args:
        language: ``vi`` or ``en``.
        guided: the coach speaks on every screen.
    """
    phone = _Phone(scenario, language, guided=guided)
    for text in (scenario.task.title, scenario.task.goal, scenario.task.brief):
        say(render(scenario, text, language))
    while not phone.machine.ended:
        say("")
        for line in phone.lines():
            say(line)
        phone.take(ask, say)
    scored = _scored(scenario, phone.actions)
    for line in _told(render_feedback(scenario, scored, language=language), WORDS[language]):
        say(line)
    return scored


class _Phone:
    def __init__(self, scenario: Scenario, language: str, *, guided: bool) -> None:
        self.machine = Machine(scenario.task.program, scenario.values)
        self.actions: list[Action] = []
        self._scenario = scenario
        self._language = language
        self._guided = guided
        self._words = WORDS[language]

    def lines(self) -> Iterator[str]:
        """What there is to read, then what there is to do."""
        screen = self.machine.program.screens.get(self.machine.at)
        yield f"== {self._text(screen.title) if screen else self._words['home']} =="
        hints = screen.coach if screen else self.machine.program.coach_home
        if self._guided and (hint := self._hint(hints)):
            yield f"({self._words['coach']}: {hint})"
        for widget in screen.widgets if screen else ():
            if self._holds(widget.show) and (line := self._line(widget)):
                yield line
        for number, choice in enumerate(self.choices(), start=1):
            yield f"{number}. {choice.label}"
        yield self._words["phone"]

    def choices(self) -> list[Choice]:
        """What can be done here besides the phone's own buttons, in the order of the screen."""
        screen, program = self.machine.program.screens.get(self.machine.at), self.machine.program
        found = [choice for widget in (screen.widgets if screen else ()) for choice in self._touches(widget)]
        if self.machine.at == HOME:
            apps = (app for app in program.apps.values() if self._holds(app.show))
            found += [Choice(f"{self._words['app']} {self._text(app.title)}", Action("open", app.id)) for app in apps]
        notices = self.machine.notices if screen is None or not screen.modal else []
        label = self._words["notice"]
        found += [Choice(f"{label}: {self._text(program.notices[name].text)}", Action("notice", name)) for name in notices]
        return found

    def take(self, ask: Ask, say: Say) -> None:
        """One answer of the person; nobody answering any more ends the run."""
        choices, answer = self.choices(), ask(self._words["choose"])
        if answer is None:
            self._do(Action("end"), say)
        elif answer.strip().lower() in _LETTERS:
            self._do(_LETTERS[answer.strip().lower()], say)
        elif answer.strip().isdecimal() and 0 < int(answer) <= len(choices):
            choice = choices[int(answer) - 1]
            typed = ask(self._words["typed"]) if choice.typed else None
            self._do(choice.action if typed is None else choice.action._replace(detail=typed), say)
        else:
            say(self._words["unknown"])

    def _do(self, action: Action, say: Say) -> None:
        if not self.machine.step(action):
            say(self._words["impossible"])
            return
        self.actions.append(action)
        for toast in self.machine.toasts:
            say(f"{self._words['toast']}: {self._text(toast)}")

    def _line(self, widget: Widget) -> str:
        """A widget that is only read, or that cannot be used yet; empty for one that is among the choices."""
        if widget.id is not None and self._holds(widget.enabled) and (widget.rules or widget.type not in TAPPABLE):
            return ""
        said = ": ".join(text for text in (self._of(widget, "label"), self._of(widget, "text"), self._of(widget, "alt")) if text)
        if widget.type == "bubble":
            return f"{self._words[widget.attributes.get('from', 'them')]}: {said}"
        if widget.type == "image":
            return f"[{self._words['picture']}] {said}"
        return f"- {said} ({self._words['off']})" if widget.id is not None else said

    def _touches(self, widget: Widget) -> Iterator[Choice]:
        if widget.id is None or not (self._holds(widget.show) and self._holds(widget.enabled)):
            return
        label, words = self._of(widget, "label"), self._words
        if widget.type in TAPPABLE and widget.rules:
            said = ", ".join(text for text in (self._of(widget, name) for name in ("text", "sub", "meta")) if text)
            yield Choice(f"[{said}]", Action("tap", widget.id))
        elif widget.type == "input":
            yield Choice(f"{words['type']} {label} ({words['is']}: {self._value(widget)})", Action("type", widget.id), typed=True)
        elif widget.type == "toggle":
            on = bool(self.machine.env.get(widget.to or ""))
            now, new = (words["on"], "off") if on else (words["turned_off"], "on")
            yield Choice(f"{label} ({words['is']}: {now})", Action("choose", widget.id, new))
        else:
            kind = "scan" if widget.type == "scan" else "choose"
            for option in widget.options:
                if self._holds(option.show):
                    yield Choice(f"{label}: {self._text(option.text)}", Action(kind, widget.id, option.id))

    def _value(self, widget: Widget) -> str:
        return str(self.machine.env.get(widget.to or "", ""))

    def _hint(self, hints: tuple[Coach, ...]) -> str:
        return next((self._text(hint.say) for hint in hints if self._holds(hint.when)), "")

    def _holds(self, condition: Condition | None) -> bool:
        return condition is None or bool(condition.holds(self.machine.env))

    def _of(self, widget: Widget, name: str) -> str:
        return self._text(widget.texts[name]) if name in widget.texts else ""

    def _text(self, text: Text) -> str:
        parts = segments(self._scenario, text, self._language)
        return "".join(part if isinstance(part, str) else shown(self.machine.env[part.name], part.format) for part in parts)


def _scored(scenario: Scenario, actions: list[Action]) -> ScoredAttempt:
    """As if a browser had sent them."""
    trace = Trace(tuple(opaque(scenario, action) for action in actions))
    return score(scenario, replay(scenario, sanitize_trace(scenario, trace)))


def _told(feedback: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
    yield f"\n== {words['score']}: {feedback['score_milli'] // 10} / 100 =="
    yield from (f"{words['well']}: {text}" for text in feedback["went_well"])
    for missed in feedback["missed"]:
        yield f"{words['missed']}: {missed['text']}. {missed['why']} {words['how']}: {missed['how']}"
    yield from (f"{words['story']}: {hazard['story']}" for hazard in feedback["hazards"])
    yield f"{words['next']}: {feedback['next']}"
    yield from (f"{words['real_life']}: {line['text']}" for line in feedback["real_life"])
