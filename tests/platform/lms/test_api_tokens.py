"""A program that the operator has let in as the how-to says: its token from the platform, and what the API lets it do.

docs/how-to/use-the-api.md; openedx/edx-platform: openedx/core/djangoapps/oauth_dispatch/views.py::AccessTokenView, scopes.py, jwt.py
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.contrib.auth.models import Permission
from django.test import Client

from digiskills_grading.settings.scopes import SCOPES
from tests.platform.people import PASSWORD, Person
from tests.platform.places import Course

pytestmark = pytest.mark.django_db(databases="__all__")
FILE = Path(__file__).parents[3] / "docs/examples/api_client.py"
SECRET = "a secret of the program"


@pytest.fixture
def account(db: None) -> Any:
    """The program's account, which may follow decisions."""
    from common.djangoapps.student.tests.factories import UserFactory

    user = UserFactory(password=PASSWORD)
    user.user_permissions.add(Permission.objects.get(codename="view_decision", content_type__app_label="digiskills_grading"))
    return user


def application(account: Any, *scopes: str) -> Any:
    """An application of the account that is restricted to scopes.

    openedx/edx-platform: openedx/core/djangoapps/oauth_dispatch/models.py::ApplicationAccess, ::RestrictedApplication
    """
    from oauth2_provider.models import Application
    from openedx.core.djangoapps.oauth_dispatch.models import ApplicationAccess, RestrictedApplication

    made = Application.objects.create(
        user=account,
        name="follower",
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )
    ApplicationAccess.objects.create(application=made, scopes=list(scopes))
    RestrictedApplication.objects.create(application=made)
    return made


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The client of the documentation, whose request for a token goes to this LMS."""
    spec = importlib.util.spec_from_file_location("api_client", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def post(url: str, *, data: dict[str, str], timeout: int) -> requests.Response:
        given = Client().post(urlsplit(url).path, data)
        response = requests.Response()
        response.status_code, response._content = given.status_code, given.content
        return response

    monkeypatch.setattr(module.requests, "post", post)
    return module


def decisions(client: ModuleType, made: Any, scope: str) -> tuple[int, Any]:
    """What the API answers to a token of an application."""
    jwt = client.fetch_token("https://lms.example", made.client_id, SECRET, scope)
    response = Client().get("/digiskills/api/v1/decisions", HTTP_AUTHORIZATION=f"JWT {jwt}")
    return response.status_code, json.loads(response.content)


def test_the_platform_knows_our_scopes(settings: Any) -> None:
    assert settings.OAUTH2_PROVIDER["SCOPES"].items() >= SCOPES.items()


def test_a_program_follows_decisions(client: ModuleType, account: Any, course: Course, learner: Person) -> None:
    learner.play(course.pay)
    status, page = decisions(client, application(account, "digiskills:read"), "digiskills:read")
    assert (status, [entry["status"] for entry in page["items"]]) == (200, ["not_yet"])


def test_a_scope_that_the_operator_did_not_give_is_not_to_be_had(client: ModuleType, account: Any) -> None:
    with pytest.raises(requests.HTTPError):
        decisions(client, application(account, "digiskills:write"), "digiskills:read")


def test_the_platforms_own_scopes_do_not_reach_records(client: ModuleType, account: Any) -> None:
    assert decisions(client, application(account, "digiskills:read"), "read write email profile")[0] == 403


def test_a_scope_does_not_stand_in_for_a_permission(client: ModuleType, account: Any) -> None:
    account.user_permissions.clear()
    assert decisions(client, application(account, "digiskills:read"), "digiskills:read")[0] == 403
