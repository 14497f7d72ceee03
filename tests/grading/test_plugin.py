"""What the platform's plugin loader (edx_django_utils.plugins) makes of us, asked of the loader itself.

The signals that we receive live in the LMS, which is not here: stand-ins of their names take their place. The loader sees our
plugins alone: others that happen to be installed need more of a platform than there is.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.dispatch import Signal
from django.urls import URLResolver
from edx_django_utils.plugins import add_plugins, connect_plugin_receivers, get_plugin_apps, get_plugin_url_patterns, registry

import digiskills_grading
from digiskills_grading.apps import DigiskillsGradingConfig
from digiskills_grading.settings import beat, common, production

LMS, CMS = "lms.djangoapp", "cms.djangoapp"
APPS = {
    "digiskills_grading.apps.DigiskillsGradingConfig",
    "digiskills_integrations.apps.DigiskillsIntegrationsConfig",
    "digiskills_xblock.pages.apps.DigiskillsPagesConfig",
}
GRADING = Path(digiskills_grading.__file__).parent


@pytest.fixture(autouse=True)
def _our_plugins_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    found = registry.get_plugin_app_configs

    def ours(project: str) -> list[Any]:
        return [config for config in found(project) if config.__module__.startswith("digiskills_")]

    monkeypatch.setattr(registry, "get_plugin_app_configs", ours)


def site(monkeypatch: pytest.MonkeyPatch, **values: Any) -> ModuleType:
    """The settings module of a site."""
    module = ModuleType("settings_of_a_site")
    vars(module).update(values)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


@pytest.mark.parametrize("project", [LMS, CMS])
def test_all_apps_are_found_in_the_lms_and_in_studio(project: str) -> None:
    assert set(get_plugin_apps(project)) >= APPS


@pytest.mark.parametrize("project", [LMS, CMS])
@pytest.mark.parametrize("kind", ["common", "production", "test"])
def test_every_setting_of_ours_has_a_value_after_every_kind_of_start(monkeypatch: pytest.MonkeyPatch, project: str, kind: str) -> None:
    module = site(monkeypatch)
    add_plugins(module.__name__, project, "common")
    add_plugins(module.__name__, project, kind)
    assert common.DEFAULTS.keys() <= vars(module).keys()


@pytest.mark.parametrize("tokens", ["ENV_TOKENS", "AUTH_TOKENS"])
def test_the_operators_file_wins_for_every_setting(monkeypatch: pytest.MonkeyPatch, tokens: str) -> None:
    given = {name: f"given {name}" for name in common.DEFAULTS if name != "DIGISKILLS_CERTIFICATE_RULES"}
    module = site(monkeypatch, **{tokens: given})
    add_plugins(module.__name__, LMS, "common")
    add_plugins(module.__name__, LMS, "production")
    assert {name: value for name, value in vars(module).items() if name in given} == given


def test_a_value_that_is_there_before_us_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Newer releases read the operator's file before they load plugins, without keeping it in tokens."""
    module = site(monkeypatch, DIGISKILLS_CELERY_BEAT=False, CELERYBEAT_SCHEDULE={})
    for kind in ("common", "production"):
        add_plugins(module.__name__, LMS, kind)
    assert (module.DIGISKILLS_CELERY_BEAT, module.CELERYBEAT_SCHEDULE) == (False, {})


def test_the_lms_starts_the_tasks_of_both_apps_and_studio_none(monkeypatch: pytest.MonkeyPatch) -> None:
    lms = site(monkeypatch, CELERYBEAT_SCHEDULE={"of-the-platform": {}})
    add_plugins(lms.__name__, LMS, "common")
    tasks = {entry.get("task", "") for entry in lms.CELERYBEAT_SCHEDULE.values()}
    assert {f"digiskills_grading.tasks.{name}" for name in beat.BEAT_SECONDS} <= tasks
    assert "digiskills_integrations.tasks.deliver" in tasks
    assert "of-the-platform" in lms.CELERYBEAT_SCHEDULE
    names = [entry["task"] for entry in lms.CELERYBEAT_SCHEDULE.values() if entry]
    assert len(names) == len(set(names))
    studio = site(monkeypatch)
    add_plugins(studio.__name__, CMS, "common")
    assert not hasattr(studio, "CELERYBEAT_SCHEDULE")


@pytest.mark.parametrize("project, there", [(LMS, {"course-builder", "my-skills", "try-list"}), (CMS, {"course-builder"})])
def test_pages_lie_under_one_namespace(project: str, there: set[str]) -> None:
    """Studio has the course builder alone."""
    found = [
        pattern for pattern in get_plugin_url_patterns(project) if isinstance(pattern, URLResolver) and pattern.namespace == "digiskills"
    ]
    [ours] = found
    assert str(ours.pattern) == "^digiskills/"
    assert {str(name) for name in ours.reverse_dict if isinstance(name, str)} & {"course-builder", "my-skills", "try-list"} == there


def wanted() -> list[dict[str, str]]:
    receivers: list[dict[str, str]] = DigiskillsGradingConfig.plugin_app["signals_config"][LMS]["receivers"]
    return receivers


def test_receivers_are_connected_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    signals: dict[str, Signal] = {}
    for receiver in wanted():
        path, _, name = receiver["signal_path"].rpartition(".")
        parts = path.split(".")
        for depth in range(1, len(parts) + 1):
            monkeypatch.setitem(sys.modules, ".".join(parts[:depth]), ModuleType(".".join(parts[:depth])))
        signals[receiver["dispatch_uid"]] = Signal()
        setattr(sys.modules[path], name, signals[receiver["dispatch_uid"]])
    connect_plugin_receivers(LMS)
    connect_plugin_receivers(LMS)
    assert {uid: len(signal.receivers) for uid, signal in signals.items()} == dict.fromkeys(signals, 1)
    assert {key[0] for signal in signals.values() for key, *_ in signal.receivers} == signals.keys()


def test_studio_hears_nothing_and_needs_nothing_of_the_lms() -> None:
    assert CMS not in DigiskillsGradingConfig.plugin_app["signals_config"]
    connect_plugin_receivers(CMS)


def imported_on_loading(path: Path) -> set[str]:
    """Top-level packages that a module imports when it is loaded itself."""
    loaded = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in loaded if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in loaded if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names}


def test_no_module_imports_the_platform_when_it_is_loaded() -> None:
    """Studio has no ``lms`` settings and the demo no platform at all: what is needed of it is imported inside functions."""
    platform = {"lms", "cms", "common", "openedx", "xmodule", "completion"}
    assert [path for path in GRADING.rglob("*.py") if imported_on_loading(path) & platform] == []


def test_what_production_takes_is_what_common_gives() -> None:
    assert production.DEFAULTS is common.DEFAULTS
