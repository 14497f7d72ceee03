"""One demo and one Chromium for all browser tests; a new browser context, with watched consoles, for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, expect, sync_playwright

from digiskills_xblock.i18n import Language
from tests.browser.demo_site import Demo, running_demo
from tests.browser.hands import Hands, Keyboard, Touch
from tests.browser.player_site import PlayerSite, serve
from tests.browser.playing import Learner

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PATIENCE = 30_000  # milliseconds until something must have happened, on a busy machine
expect.set_options(timeout=PATIENCE)
LearnerMaker = Callable[..., Learner]
DeviceMaker = Callable[..., BrowserContext]


# Both end with this folder, not with the whole suite: while Playwright runs, Django takes this thread for an asynchronous one.


@pytest.fixture(scope="package")
def chromium(chromium_executable: str) -> Iterator[Browser]:
    """One headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_executable, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The real demo, from nothing."""
    with running_demo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture
def site() -> Iterator[PlayerSite]:
    """The player alone on a page with a strict content security policy."""
    with serve(PlayerSite()) as site:
        yield site


@dataclass
class Console:
    """What went wrong in the pages of a test, and what of it the test expects."""

    errors: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Listens to all pages of a browser context."""
        context.on("console", self._on_message)
        context.on("weberror", lambda error: self._add(error.error))

    def unexpected(self) -> list[str]:
        """The errors that no test has announced."""
        return [error for error in self.errors if not any(part in error for part in self.expected)]

    def _on_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def _add(self, error: Error) -> None:
        self.errors.append(str(error))


@pytest.fixture
def console() -> Iterator[Console]:
    """Fails the test for any error or warning in the console that it does not expect."""
    console = Console()
    yield console
    assert console.unexpected() == []


@pytest.fixture
def new_device(chromium: Browser, console: Console) -> Iterator[DeviceMaker]:
    """Makes browser contexts: new cookies, new storage."""
    contexts: list[BrowserContext] = []

    def make(language: Language = "vi", **settings: Any) -> BrowserContext:
        context = chromium.new_context(locale=language, **{**PHONE, **settings})
        context.set_default_timeout(PATIENCE)
        console.watch(context)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def new_learner(demo: Demo, new_device: DeviceMaker) -> LearnerMaker:
    """Makes learners before the demo, signed in on a device of their own; on a given device they open one more tab."""

    def make(
        username: str = "tram",
        *,
        language: Language = "vi",
        keyboard: bool = False,
        device: BrowserContext | None = None,
        **settings: Any,
    ) -> Learner:
        context = device or new_device(language, **({**DESK, **settings, "has_touch": False, "is_mobile": False} if keyboard else settings))
        context.add_cookies([{"name": "django_language", "value": language, "url": demo.url}])
        page = context.new_page()
        hands: Hands = Keyboard(page) if keyboard else Touch()
        learner = Learner(demo, page, hands, language, username)
        if device is None:
            learner.sign_in()
        return learner

    return make
