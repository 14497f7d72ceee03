"""Results sent by machines: who may, what is answered, and that asking twice does it once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from digiskills_grading.models import ApiRequest, Evidence, ImportBatch
from tests.grading.rest_api.people import BASE, program, public_id, signed_in

pytestmark = pytest.mark.django_db
IMPORTS = f"{BASE}/imports"


@pytest.fixture
def registrar() -> Client:
    return signed_in("registrar", "import_evidence")


def results(*values: int, name: str = "results.csv") -> SimpleUploadedFile:
    """Results of one learner, one row each."""
    rows = [f"{public_id('man')},S3,{value},2026-11-01,r{number}" for number, value in enumerate(values)]
    text = "\n".join(["learner_id,skill,value,occurred_at,source_ref", *rows])
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def send(client: Client, key: str | None = "k1", **fields: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(IMPORTS, {"dry_run": "false", "source": "exam", "scale": "percent"} | fields, headers=headers)


def test_a_file_becomes_evidence_and_its_report_can_be_read_again(registrar: Client) -> None:
    report = send(registrar, file=results(80, 90)).json()
    assert (report["rows"], report["added"], report["written"], report["errors"]) == (2, 2, True, [])
    assert Evidence.objects.filter(source="import").count() == 2
    shown = registrar.get(f"{IMPORTS}/{report['batch_id']}").json()
    assert (shown["state"], shown["rows"], shown["added"]) == ("finished", 2, 2)


def test_a_dry_run_tells_and_writes_nothing(registrar: Client) -> None:
    report = send(registrar, file=results(80), dry_run="true").json()
    assert (report["added"], report["written"], report["batch_id"]) == (1, False, None)
    assert not Evidence.objects.exists()


def test_the_same_key_does_it_once_and_gives_the_same_answer(registrar: Client) -> None:
    first, second = (send(registrar, file=results(80)) for _ in range(2))
    assert first.json() == second.json()
    assert ImportBatch.objects.count() == 1
    assert send(registrar, "k2", file=results(80)).json()["unchanged"] == 1


def test_a_key_is_for_one_request_of_one_account(registrar: Client) -> None:
    send(registrar, file=results(80))
    for other in ({"file": results(70)}, {"file": results(80), "scale": "milli"}, {"file": results(80), "dry_run": "true"}):
        answer = send(registrar, **other)
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert send(signed_in("colleague", "import_evidence"), file=results(70)).status_code == 200


def test_a_request_that_is_being_worked_on_is_not_begun_again(registrar: Client) -> None:
    send(registrar, file=results(80))
    ApiRequest.objects.update(status=None, created_at=timezone.now())
    answer = send(registrar, file=results(80))
    assert (answer.status_code, answer.json()["code"]) == (409, "request_in_progress")
    assert answer["Retry-After"]
    ApiRequest.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    assert send(registrar, file=results(80)).json()["unchanged"] == 1


def test_a_key_is_forgotten_after_a_day(registrar: Client) -> None:
    send(registrar, file=results(80))
    ApiRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert send(registrar, file=results(70)).status_code == 200
    assert ApiRequest.objects.count() == 1


def test_a_request_that_was_refused_may_be_repaired_under_its_key(registrar: Client) -> None:
    refused = send(registrar, file=SimpleUploadedFile("results.csv", b"nothing"))
    assert (refused.status_code, refused.json()["code"]) == (422, "import_refused")
    assert send(registrar, file=results(80)).status_code == 200


def test_a_rejected_row_is_named_without_what_stood_in_it(registrar: Client) -> None:
    file = SimpleUploadedFile("results.csv", "learner_id,skill,value,occurred_at,source_ref\nLò Thị Mận,S3,80,2026-11-01,r1".encode())
    answer = send(registrar, file=file, dry_run="true")
    (error,) = answer.json()["errors"]
    assert error["row"] == 2
    assert error["remedy"]
    assert "Mận" not in answer.content.decode()


@pytest.mark.parametrize(
    "fields, field",
    [
        ({}, "file"),
        ({"file": results, "dry_run": "maybe"}, "dry_run"),
        ({"file": results, "source": ""}, "source"),
        ({"file": results, "scale": "stars"}, "scale"),
        ({"file": results, "highest_assurance": "sworn"}, "highest_assurance"),
        ({"file": results, "timezone": "Asia/Ho Chi Minh"}, "timezone"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(registrar: Client, fields: dict[str, Any], field: str) -> None:
    made = {name: value(80) if callable(value) else value for name, value in fields.items()}
    answer = send(registrar, **made)
    assert answer.status_code == 400
    assert [problem["field"] for problem in answer.json()["problems"]] == [field]
    assert "stars" not in answer.content.decode()


def test_what_must_be_said_is_not_guessed(registrar: Client) -> None:
    answer = registrar.post(IMPORTS, {"file": results(80)}, headers={"Idempotency-Key": "k"})
    assert {problem["field"] for problem in answer.json()["problems"]} == {"dry_run", "source"}


@pytest.mark.parametrize("key", [None, "", "with blank", "x" * 65, "ключ"])
def test_a_key_is_needed(registrar: Client, key: str | None) -> None:
    answer = send(registrar, key, file=results(80))
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["field"] == "Idempotency-Key"


def test_a_file_that_is_too_long_and_another_kind_of_body_are_refused(registrar: Client, settings: Any) -> None:
    settings.DIGISKILLS_API_MAX_IMPORT_BYTES = 64
    assert send(registrar, file=results(80)).status_code == 400
    assert send(registrar, file=SimpleUploadedFile("r.csv", b"x" * 100_000)).status_code == 413
    answer = registrar.post(IMPORTS, "{}", content_type="application/json", headers={"Idempotency-Key": "k"})
    assert answer.status_code == 415


def test_a_body_that_is_not_what_it_says_is_a_problem(registrar: Client) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = registrar.generic("POST", IMPORTS, b"\xff\xfe", content_type=kind, headers={"Idempotency-Key": "k"})
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_who_may_import() -> None:
    writes = {"scopes": ["digiskills:write"]}
    assert send(signed_in("anybody"), file=results(80)).status_code == 403
    assert send(signed_in("clerk", "view_reports", "view_evidence"), file=results(80)).status_code == 403
    assert send(Client(), file=results(80)).status_code == 401
    assert send(program("machine", "import_evidence", **writes), file=results(80)).status_code == 200
    assert send(program("machine", "import_evidence", scopes=["digiskills:read"]), file=results(80)).status_code == 403
    assert send(program("machine", "import_evidence", **writes, filters=["user:me"]), file=results(80)).status_code == 403


def test_supervision_is_claimed_with_the_permission_for_it_only(registrar: Client) -> None:
    assert send(registrar, file=results(80), highest_assurance="supervised").status_code == 403
    trusted = signed_in("exam-office", "import_evidence", "import_assured_evidence")
    assert send(trusted, file=results(80), highest_assurance="supervised").status_code == 200


def test_a_batch_is_shown_to_whoever_sent_it(registrar: Client) -> None:
    batch = send(registrar, file=results(80)).json()["batch_id"]
    assert signed_in("colleague", "import_evidence").get(f"{IMPORTS}/{batch}").status_code == 404
    assert signed_in("anybody").get(f"{IMPORTS}/{batch}").status_code == 403
    assert registrar.get(f"{IMPORTS}/01M82CAW2Z8DTF4XEBW3J3Y8GN").status_code == 404


def test_writing_has_a_rate_of_its_own(registrar: Client, settings: Any) -> None:
    settings.DIGISKILLS_API_RATES = {"write": "1/min"}
    assert [send(registrar, file=results(80)).status_code for _ in range(2)] == [200, 429]
    assert registrar.get(f"{BASE}/regulations").status_code == 200
