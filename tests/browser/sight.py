"""What a person finds on the page for an action of a trace: by role and accessible name, with the texts of the payload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page

from digiskills_simulator.payload_machine import PayloadMachine
from digiskills_simulator.texts import shown
from tests.browser.hands import Hands

Raw = Mapping[str, Any]
HOME = "home"


class Phone:
    """The simulated phone as a person sees it. A second machine runs beside it and knows what has to be there."""

    def __init__(self, page: Page, hands: Hands, payload: Raw, words: Mapping[str, str]) -> None:
        self._page = page
        self._hands = hands
        self._payload = payload
        self._words = words
        self._machine = PayloadMachine(payload)
        self.region = page.get_by_role("region", name=words["phone"], exact=True)

    @property
    def at(self) -> str:
        """The opaque id of the screen that must be shown now, or ``home``."""
        return str(self._machine.snapshot()["at"])

    def do(self, action: Mapping[str, str]) -> None:
        """Does one action as a person would."""
        self._act(action)
        assert self._machine.step(action), f"the phone must allow {action}"

    def see(self) -> None:
        """Waits until the phone shows the screen that it must show."""
        title = self._words["home_title"] if self.at == HOME else self._text(self._screen["title"])
        self.region.get_by_role("heading", name=title, exact=True, level=4).wait_for()

    def finish(self) -> None:
        """Says that one is done, and confirms it."""
        self._hands.press(self._page.get_by_role("button", name=self._words["finish"], exact=True))
        self._hands.press(self._page.get_by_role("button", name=self._words["finish_yes"], exact=True))

    def _act(self, action: Mapping[str, str]) -> None:
        kind = action["a"]
        if kind == "end":
            self.finish()
        elif kind == "type":
            label = self._text(self._widget(action)["label"])
            self._hands.type(self.region.get_by_label(label, exact=True), action["t"])
        elif kind == "choose" and self._is_radio(self._widget(action)):
            self._pick(action)
        elif kind == "open" and self.at != HOME:
            self._hands.press(self._key("apps"))
            self._hands.press(self._named(self._app(action)))
        else:
            self._hands.press(self._pressed(action))

    def _pressed(self, action: Mapping[str, str]) -> Locator:
        """What to press for an action that is one press."""
        match action["a"]:
            case "tap":
                return self._named(self._name(self._widget(action)))
            case "open":
                return self._named(self._app(action))
            case "notice":
                notices = self.region.get_by_role("list", name=self._words["notices"], exact=True)
                return self._named(self._text(self._payload["notices"][action["n"]]["text"]), notices)
            case "home" | "back":
                return self._key(action["a"])
            case "wait":
                return self._page.get_by_role("button", name=self._words["wait"], exact=True)
            case "undo":
                return self._named(self._words["undo"])
        widget = self._widget(action)
        label = self._text(widget["label"])
        if widget["type"] == "toggle":
            return self.region.get_by_role("switch", name=label, exact=True)
        return self._named(self._text(self._option(widget, action["o"])["text"]), self.region.get_by_role("group", name=label, exact=True))

    def _pick(self, action: Mapping[str, str]) -> None:
        """Chooses a radio button; what arrow keys pass over on the way is not taken."""
        widget = self._widget(action)
        group = self.region.get_by_role("group", name=self._text(widget["label"]), exact=True)
        radios = group.get_by_role("radio").all()
        names = [" ".join(radio.evaluate("radio => radio.closest('label').textContent").split()) for radio in radios]
        by_name = {self._text(option["text"]): option["id"] for option in widget["options"]}
        ids = [by_name[name] for name in names]
        self._hands.pick(radios, ids.index(action["o"]))

    @staticmethod
    def _is_radio(widget: Raw) -> bool:
        return widget["type"] == "choice" and not widget.get("do")

    def _name(self, widget: Raw) -> str:
        """The accessible name of a widget that can be tapped."""
        if widget["type"] == "bubble":
            return f"{self._words['from_' + widget['from']]} {self._text(widget['text'])}"
        return " ".join(self._text(widget[part]) for part in ("text", "sub", "meta") if part in widget)

    def _named(self, name: str, within: Locator | None = None) -> Locator:
        found = (within or self.region).get_by_role("button", name=name, exact=True)
        # A screen may have a button of its own that is named as one of the phone's keys, which come last.
        return found.first if within is None and name in {self._words[key] for key in ("back", "home", "apps")} else found

    def _key(self, name: str) -> Locator:
        """One of the three keys below the screen."""
        return self._named(self._words[name], self.region.get_by_role("group", name=self._words["navigation"], exact=True))

    @property
    def _screen(self) -> Raw:
        screen: Raw = self._payload["screens"][self.at]
        return screen

    def _widget(self, action: Mapping[str, str]) -> Raw:
        return next(widget for widget in self._screen["widgets"] if widget.get("id") == action["w"])

    @staticmethod
    def _option(widget: Raw, option_id: str) -> Raw:
        return next(option for option in widget["options"] if option["id"] == option_id)

    def _app(self, action: Mapping[str, str]) -> str:
        return self._text(next(app for app in self._payload["apps"] if app["id"] == action["p"])["title"])

    def _text(self, text: object) -> str:
        """A text of the payload with the present values in it, as it is read aloud."""
        parts = text if isinstance(text, list) else [text]
        values: Any = self._machine.snapshot()["vars"]
        whole = "".join(shown(values[part["v"]], part.get("f")) if isinstance(part, Mapping) else str(part) for part in parts)
        return " ".join(whole.split())
