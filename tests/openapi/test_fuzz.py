"""Requests made from the OpenAPI document, thrown at the real WSGI application: schemathesis, all its checks, and it finds nothing.

``DIGISKILLS_FUZZ_N`` is the number of examples an operation and account (``make fuzz-api N=…``).
"""

from __future__ import annotations

import os
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from schemathesis import Case, GenerationMode

from tests.grading.helpers import account, attempt, block
from tests.grading.rest_api.people import public_id, public_keys, token, user

EXAMPLES = int(os.environ.get("DIGISKILLS_FUZZ_N", "8"))
EVERYTHING = ("view_learner", "view_evidence", "view_mastery", "view_decision", "import_evidence", "import_assured_evidence")
SCOPES = ["digiskills:read", "digiskills:write"]

schema = schemathesis.openapi.from_wsgi("/digiskills/api/v1/openapi.json", get_wsgi_application())
# Well-formed and still refused for what it says: a file of results that is none, a regulation that is not there.
schema.config.checks.positive_data_acceptance.expected_statuses = ["2xx", "304", "401", "403", "404", "409", "422"]
schema.config.generation.modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


@pytest.fixture
def man(db: None, settings: Any) -> str:
    """A learner with records, on a site without rates whose tokens can be checked."""
    settings.DIGISKILLS_API_RATES = dict.fromkeys(("read", "write", "failed"))
    settings.JWT_AUTH = {**settings.JWT_AUTH, "JWT_PUBLIC_SIGNING_JWK_SET": public_keys()}
    attempt(account("man"), block())
    return public_id("man")


@pytest.mark.parametrize("who", ["registrar", "man", "stranger"])
@schema.parametrize()
@hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_nothing_is_found(case: Case, who: str, man: str) -> None:
    user(who, *(EVERYTHING if who == "registrar" else ()))
    case.cookies.pop("sessionid", None)  # a made-up session beside the valid token, which is what counts
    _meet_what_there_is(case, man)
    case.call_and_validate(headers={"Authorization": token(who, scopes=SCOPES)})


def _meet_what_there_is(case: Case, man: str) -> None:
    """Half of the well-formed ids become ids that exist, and well-formed cursors go: one cannot make one up, which other tests see to."""
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    real = {"learner_id": man, "regulation_id": "vn-default", "framework_id": "digiskills-vn"}
    path = case.path_parameters or {}
    if "version" in path and len(str(path["version"])) % 2:
        path["version"] = "1" if "regulation_id" in path else "1.0"
    for name, value in real.items():
        if name in path and ord(str(path[name])[-1]) % 2:
            path[name] = value
    if case.query:
        case.query.pop("cursor", None)
