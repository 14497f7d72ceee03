"""May what happens in this block be recorded, and for whom? One gate, asked before every start and every submission.

A teacher who views a course as a learner reaches the handlers with the learner's id, and Studio's preview has a user as well.
So nothing is inferred from there being a user: a *runtime adapter* that knows its runtime must say yes, and a runtime that
nobody knows is refused. What is refused is still played and scored, by a stateless attempt (see `stateless`).
"""

from __future__ import annotations

from functools import cache
from typing import Any, Protocol

from attrs import frozen
from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from digiskills_grading.errors import ConfigurationError

ADAPTERS_SETTING = "DIGISKILLS_RUNTIME_ADAPTERS"
LMS_ADAPTER = "digiskills_xblock.lms.LmsAdapter"


@frozen
class Learner:
    """The signed-in person whose attempts in this block are recorded.

    Attributes:
        user_id: the platform account.
        course_key, usage_key: where, as text.
        is_staff: of the course team: evidence is kept, marked and excluded.
    """

    user_id: int
    course_key: str
    usage_key: str
    is_staff: bool = False


@frozen
class Refused:
    """Nothing may be recorded; ``reason`` is a stable word for logs and tests, such as ``masquerading``."""

    reason: str


class RuntimeAdapter(Protocol):
    """What we must know of a runtime before we record anything in it. Made without arguments."""

    def recognises(self, block: Any) -> bool:
        """Whether the block runs in this adapter's runtime."""

    def context(self, block: Any) -> Learner | Refused:
        """For whom to record; called only for blocks that it recognises."""

    def bound_learner(self, block: Any) -> Learner | None:
        """For whom a block that it recognises was loaded, whoever asks: staff's tools load it for a learner. None outside a course."""

    def account(self, outward_id: str) -> int | None:
        """The account behind the id by which this runtime's staff tools name a person; None when there is none."""

    def holds_grade(self, block: Any) -> bool:
        """Whether the runtime holds a grade of the bound learner in the block, with which it could compare a new one."""

    def announce_deleted_score(self, block: Any, user_id: int, course_key: str, usage_key: str) -> None:
        """Tell the runtime that a learner's score in the block is gone; called after the transaction that deleted it."""


def recording_context(block: Any) -> Learner | Refused:
    """For whom attempts in the block, as bound to its runtime now, are recorded.

    Raises:
        ConfigurationError: the setting names an adapter that cannot be imported.
    """
    adapter = _adapter(block)
    return Refused("unknown_runtime") if adapter is None else adapter.context(block)


def account(block: Any, outward_id: str) -> int | None:
    """The account that the staff tools of the block's runtime mean by an id; None when nobody can say.

    Raises:
        ConfigurationError: see `recording_context`.
    """
    adapter = _adapter(block)
    return None if adapter is None else adapter.account(outward_id)


def bound_learner(block: Any) -> Learner | None:
    """For whom the block was loaded; None when nobody can say.

    Says nothing about who asks: only for reading a score, never for recording.

    Raises:
        ConfigurationError: see `recording_context`.
    """
    adapter = _adapter(block)
    return None if adapter is None else adapter.bound_learner(block)


def holds_grade(block: Any) -> bool:
    """Whether the block's runtime holds a grade of the learner for whom the block was loaded.

    Raises:
        ConfigurationError: see `recording_context`.
    """
    adapter = _adapter(block)
    return adapter is not None and adapter.holds_grade(block)


def announce_deleted_score(block: Any, user_id: int, course_key: str, usage_key: str) -> None:
    """Tell the runtime that a learner's score in the block is gone.

    Raises:
        ConfigurationError: see `recording_context`.
    """
    adapter = _adapter(block)
    if adapter is not None:
        adapter.announce_deleted_score(block, user_id, course_key, usage_key)


def _adapter(block: Any) -> RuntimeAdapter | None:
    return next((adapter for adapter in _adapters() if adapter.recognises(block)), None)


@cache
def _adapters() -> tuple[RuntimeAdapter, ...]:
    paths = [LMS_ADAPTER, *getattr(settings, ADAPTERS_SETTING, ())]
    return tuple(_load(path) for path in paths)


def _load(path: str) -> RuntimeAdapter:
    try:
        adapter: RuntimeAdapter = import_string(path)()
    except ImportError as error:
        raise ConfigurationError(f"{ADAPTERS_SETTING} names {path!r}, which cannot be imported: {error}") from error
    return adapter


def _forget_adapters(*, setting: str, **_: Any) -> None:
    if setting == ADAPTERS_SETTING:
        _adapters.cache_clear()


setting_changed.connect(_forget_adapters, dispatch_uid="digiskills_xblock.recording.adapters")
