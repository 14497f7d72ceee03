"""The gate: who is admitted, and who gets a stateless attempt instead."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import crum
import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import RequestFactory, override_settings
from opaque_keys.edx.keys import UsageKey
from opaque_keys.edx.locator import LibraryUsageLocatorV2
from workbench.runtime import WorkbenchRuntime

from digiskills_grading.errors import ConfigurationError
from digiskills_grading.models import Attempt, Learner
from digiskills_xblock.lms import LmsAdapter
from digiskills_xblock.recording import Learner as Admitted
from digiskills_xblock.recording import Refused, recording_context
from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import Page

USAGE = UsageKey.from_string("block-v1:DemoX+DIGI+2026+type@digiskills_practice+block@s301")


class _PlatformRuntime:
    """Has what the adapter reads of the modulestore's runtime: where its class comes from, author mode, the user service."""

    __module__ = "xmodule.modulestore.split_mongo.runtime"

    def __init__(self, attributes: dict[str, Any], *, author: bool = False) -> None:
        self.is_author_mode = author
        self._attributes = attributes

    def service(self, _block: object, name: str) -> Any:
        assert name == "user"
        return SimpleNamespace(get_current_user=lambda: SimpleNamespace(opt_attrs=self._attributes))


@dataclass
class Platform:
    """An LMS as far as the gate looks at it: the request's user, what the runtime is bound to, masquerade settings."""

    user: Any
    usage: Any = USAGE
    author: bool = False
    attributes: dict[str, Any] = field(default_factory=dict)

    def context(self) -> Admitted | Refused:
        block = SimpleNamespace(
            runtime=_PlatformRuntime(self.attributes, author=self.author), scope_ids=SimpleNamespace(usage_id=self.usage)
        )
        request = RequestFactory().post("/")
        request.user = self.user
        crum.set_current_request(request)
        adapter = LmsAdapter()
        assert adapter.recognises(block)
        return adapter.context(block)


def _bound_to(user_id: int, *, staff: bool = False) -> dict[str, Any]:
    return {"edx-platform.is_authenticated": True, "edx-platform.user_id": user_id, "edx-platform.user_is_staff": staff}


@pytest.fixture
def lms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The platform's module of masquerading, with the rule of ``get_course_masquerade`` (lms/djangoapps/courseware/masquerade.py)."""
    masquerade = ModuleType("lms.djangoapps.courseware.masquerade")
    masquerade.get_course_masquerade = lambda user, key: getattr(user, "masquerade_settings", {}).get(key)  # type: ignore[attr-defined]
    for name in ("lms", "lms.djangoapps", "lms.djangoapps.courseware"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, masquerade.__name__, masquerade)
    with override_settings(ROOT_URLCONF="lms.urls"):
        yield
    crum.set_current_request(None)


def _masquerade(role: str, user_name: str | None = None) -> dict[Any, Any]:
    return {USAGE.context_key: SimpleNamespace(role=role, user_name=user_name)}


@pytest.mark.usefixtures("lms")
class TestLms:
    def test_a_learner_in_a_course_is_admitted(self) -> None:
        user = User(pk=7)
        assert Platform(user, attributes=_bound_to(7)).context() == Admitted(7, "course-v1:DemoX+DIGI+2026", str(USAGE))

    def test_branch_and_version_are_no_part_of_the_keys(self) -> None:
        branched = UsageKey.from_string(
            "block-v1:DemoX+DIGI+2026+branch@published-branch+version@5f0000000000000000000000+type@digiskills_practice+block@s301"
        )
        found = Platform(User(pk=7), usage=branched, attributes=_bound_to(7)).context()
        assert found == Admitted(7, "course-v1:DemoX+DIGI+2026", str(USAGE))

    def test_course_staff_as_themselves_is_admitted_and_marked(self) -> None:
        found = Platform(User(pk=7), attributes=_bound_to(7, staff=True)).context()
        assert isinstance(found, Admitted)
        assert found.is_staff

    @pytest.mark.parametrize("role, user_name", [("student", None), ("student", "man"), ("staff", "man")])
    def test_masquerading_is_refused(self, role: str, user_name: str | None) -> None:
        user = User(pk=7)
        user.masquerade_settings = _masquerade(role, user_name)
        assert Platform(user, attributes=_bound_to(7)).context() == Refused("masquerading")

    def test_staff_who_chose_the_staff_view_are_themselves(self) -> None:
        user = User(pk=7)
        user.masquerade_settings = _masquerade("staff")
        assert isinstance(Platform(user, attributes=_bound_to(7, staff=True)).context(), Admitted)

    def test_a_runtime_bound_to_somebody_else_is_refused(self) -> None:
        assert Platform(User(pk=7), attributes=_bound_to(8)).context() == Refused("masquerading")

    def test_the_csrf_exempt_door_is_refused(self) -> None:
        user = User(pk=7)
        user.known = False
        assert Platform(user, attributes=_bound_to(7)).context() == Refused("not_authenticated_request")

    def test_anonymous_viewers_are_refused(self) -> None:
        found = Platform(AnonymousUser(), attributes={"edx-platform.is_authenticated": False}).context()
        assert found == Refused("not_signed_in")

    def test_authors_are_refused(self) -> None:
        assert Platform(User(pk=7), attributes=_bound_to(7), author=True).context() == Refused("author_mode")

    def test_libraries_are_refused(self) -> None:
        library = LibraryUsageLocatorV2.from_string("lb:DemoX:DIGI:digiskills_practice:s301")
        assert Platform(User(pk=7), usage=library, attributes=_bound_to(7)).context() == Refused("not_in_a_course")

    def test_studio_is_refused_even_without_author_mode(self) -> None:
        with override_settings(ROOT_URLCONF="cms.urls"):
            assert Platform(User(pk=7), attributes=_bound_to(7)).context() == Refused("author_mode")

    def test_without_a_request_nothing_is_recorded(self) -> None:
        block = SimpleNamespace(runtime=_PlatformRuntime(_bound_to(7)), scope_ids=SimpleNamespace(usage_id=USAGE))
        crum.set_current_request(None)
        assert LmsAdapter().context(block) == Refused("no_request")


@pytest.mark.django_db
def test_a_runtime_that_nobody_knows_is_refused(page: PageMaker) -> None:
    block = WorkbenchRuntime("student_1").get_block(page().usage_id)
    assert recording_context(block) == Refused("unknown_runtime")


@pytest.mark.django_db
def test_an_adapter_that_cannot_be_imported_is_named(page: PageMaker) -> None:
    block = page().block
    with override_settings(DIGISKILLS_RUNTIME_ADAPTERS=["nowhere.Adapter"]), pytest.raises(ConfigurationError, match=r"nowhere\.Adapter"):
        recording_context(block)


@pytest.mark.django_db
def test_a_wrong_configuration_is_answered_without_details(page: PageMaker) -> None:
    tab = page()
    with override_settings(DIGISKILLS_RUNTIME_ADAPTERS=["nowhere.Adapter"]):
        answer = tab.start()
    assert (answer.status, answer.code) == (500, "internal_error")
    assert "nowhere" not in answer.body["error"]["message"]


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["masquerading", "author_mode", "not_signed_in"])
def test_the_refused_play_and_nothing_is_stored(page: PageMaker, seen_by: Callable[..., Page], learner: User, reason: str) -> None:
    tab = seen_by(page(), learner, refusal=reason)
    started = tab.start()
    answer = tab.submit(started, {"schema": "trace/1", "actions": [{"a": "wait"}, {"a": "end"}]})
    assert started.body["stored"] is False
    assert started.body["attempt"] is None
    assert answer.body["feedback"]["stored"] is False
    assert answer.body["feedback"]["score_milli"] == 0
    assert not Attempt.objects.exists()
    assert not Learner.objects.exists()
    assert tab.runtime.published == []


@pytest.mark.django_db
def test_a_masquerading_teacher_cannot_submit_a_learners_attempt(page: PageMaker, seen_by: Callable[..., Page], learner: User) -> None:
    tab = page()
    started = tab.start()
    answer = seen_by(tab, learner, refusal="masquerading").submit(started, {"schema": "trace/1", "actions": []})
    assert (answer.status, answer.code) == (404, "attempt_not_found")
    assert Attempt.objects.get().state == "open"
