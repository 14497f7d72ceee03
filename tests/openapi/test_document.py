"""The OpenAPI document is what the views give, what is served, and whole."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from django.test import Client

from digiskills_grading.rest_api.v1 import urls
from digiskills_grading.rest_api.v1.shapes import Request
from tools import openapi

VIEWS = [pattern.callback.view_class for pattern in urls.urlpatterns]
COMMITTED = openapi.YAML_FILE.read_text(encoding="utf-8")


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in document["paths"].values() for operation in methods.values()]


def test_what_is_committed_is_what_the_views_give() -> None:
    made = openapi.document()
    assert openapi.as_yaml(made) == COMMITTED, "run python -m tools.openapi --update"
    assert openapi.as_json(made) == openapi.JSON_FILE.read_text(encoding="utf-8"), "run python -m tools.openapi --update"


def test_what_is_served_is_what_is_committed_and_needs_no_account(client: Client) -> None:
    answer = client.get("/digiskills/api/v1/openapi.json")
    assert answer.json() == yaml.safe_load(COMMITTED)
    assert client.get("/digiskills/api/v1/openapi.json", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_every_address_but_its_own_and_nowhere_is_described() -> None:
    document = yaml.safe_load(COMMITTED)
    described = {re.sub(r"\{\w+\}", "{}", path.removeprefix(openapi.PREFIX)) for path in document["paths"]}
    routed = {re.sub(r"<\w+:\w+>", "{}", str(pattern.pattern)) for pattern in urls.urlpatterns}
    assert routed - described == {"openapi.json", "^"}


def test_every_operation_says_who_may_call_it_and_how_it_fails() -> None:
    for operation in operations(yaml.safe_load(COMMITTED)):
        assert [next(iter(way)) for way in operation["security"]] == ["session", "token"]
        failures = {status: answer for status, answer in operation["responses"].items() if status >= "4"}
        assert {"400", "401", "403", "404", "406", "429"} <= set(failures)
        assert all(set(answer["content"]) == {"application/problem+json"} for answer in failures.values())


def test_bodies_take_the_fields_that_are_described_and_no_others() -> None:
    shapes = yaml.safe_load(COMMITTED)["components"]["schemas"]
    taken = [view.operations["post"].takes for view in VIEWS if "post" in view.operations]
    assert taken
    for serializer in taken:
        assert issubclass(serializer, Request)
        assert shapes[serializer.__name__.removesuffix("Serializer")]["additionalProperties"] is False


def test_names_of_operations_are_kept() -> None:
    """They are the names of functions in generated clients: adding is free, losing one breaks somebody."""
    assert {operation["operationId"] for operation in operations(yaml.safe_load(COMMITTED))} == {
        "getFramework",
        "getImport",
        "getLearner",
        "getMe",
        "getRegulation",
        "importEvidence",
        "listDecisions",
        "listEvidence",
        "listFrameworks",
        "listLearnerDecisions",
        "listMastery",
        "listMyDecisions",
        "listMyEvidence",
        "listMyMastery",
        "listRegulations",
        "recordObservation",
    }


@pytest.mark.parametrize("arguments, code", [([], 0)])
def test_the_tool_says_that_nothing_is_stale(arguments: list[str], code: int) -> None:
    assert openapi.main(arguments) == code
