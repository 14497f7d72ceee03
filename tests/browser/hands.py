"""How a person works the page: with fingers on a touch screen, or with the keys alone."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from playwright.sync_api import Error, Locator, Page, expect

MAX_TABS = 60

# Where the focus is as seen from a wanted element, and whether the focus can be seen.
LOOK_AT_FOCUS = """(wanted) => {
  const now = document.activeElement, style = getComputedStyle(now), line = parseFloat(style.outlineWidth);
  return {
    there: now === wanted,
    before: Boolean(wanted.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING),
    visible: now === document.body || (style.outlineStyle !== "none" && line >= 2),
    what: now.outerHTML.slice(0, 200),
  };
}"""


class Hands(Protocol):
    """What a person can do to what is seen."""

    def press(self, target: Locator) -> None:
        """Press a button, a link, a switch or a summary."""

    def type(self, target: Locator, text: str) -> None:
        """Fill a field in."""

    def pick(self, options: Sequence[Locator], index: int) -> None:
        """Choose one of a group of radio buttons."""


class Touch:
    """Fingers. A tap fails where something else lies over the target."""

    def press(self, target: Locator) -> None:
        target.tap()

    def type(self, target: Locator, text: str) -> None:
        target.tap()
        if target.input_value():
            target.select_text()
        target.press_sequentially(text)

    def pick(self, options: Sequence[Locator], index: int) -> None:
        options[index].tap()


class Keyboard:
    """Tab, Shift+Tab, Enter, Space and arrows. Every stop of the focus must be visible."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, target: Locator) -> None:
        self._reach(target)
        self._page.keyboard.press("Space" if target.get_attribute("role") == "switch" else "Enter")

    def type(self, target: Locator, text: str) -> None:
        self._reach(target)
        self._page.keyboard.press("Control+a")
        self._page.keyboard.type(text)
        self._page.keyboard.press("Enter")

    def pick(self, options: Sequence[Locator], index: int) -> None:
        # A group of radio buttons is one stop: the chosen one, else the end that one comes from.
        at = next((i for i, option in enumerate(options) if option.is_checked()), None)
        if at is None:
            at = 0 if not options[0].evaluate(LOOK_AT_FOCUS)["before"] else len(options) - 1
        self._reach(options[at])
        for _ in range(abs(index - at)):
            self._page.keyboard.press("ArrowDown" if at < index else "ArrowUp")
        self._page.keyboard.press("Space")

    def _reach(self, target: Locator) -> None:
        """Moves the focus to the target, in the direction in which a person sees it, stop by stop."""
        expect(target).to_be_visible()
        for _ in range(MAX_TABS):
            focus = target.evaluate(LOOK_AT_FOCUS)
            assert focus["visible"], f"one does not see that the focus is on {focus['what']}"
            if focus["there"]:
                return
            self._page.keyboard.press("Shift+Tab" if focus["before"] else "Tab")
        raise AssertionError(f"not reached with {MAX_TABS} presses of Tab: {target}; the focus is on {focus['what']}")


def switch_off(page: Page) -> None:
    """The phone goes off. Closing a page lifts a cut line for its last moments, in which the page would still send."""
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")
    page.close()
