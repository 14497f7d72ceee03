"""Importing in the admin: upload, check, confirm; and who may."""

from __future__ import annotations

import pytest
from attrs import evolve
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from digiskills_grading import api, import_admin, switches
from digiskills_grading.imports import uploads
from digiskills_grading.models import Evidence, ImportBatch, ImportUpload, Learner
from tests.grading.imports.helpers import OPTIONS, csv_file, row

pytestmark = pytest.mark.django_db
ADD = reverse("admin:digiskills_grading_importbatch_add")


def clerk(name: str, *rights: str) -> Client:
    """Somebody of the office, signed in."""
    user = User.objects.create(username=name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def office() -> Client:
    return clerk("office", "import_evidence", "view_importbatch")


@pytest.fixture
def man() -> str:
    return api.create_learner()


def upload(client: Client, content: bytes, **values: str) -> str:
    """Uploads a file; gives the address of the page that follows, or the text of the form with its errors."""
    file = SimpleUploadedFile("results.csv", content)
    given = {"source": "exam", "scale": "percent", "dates": "iso", "highest_assurance": "imported", **values}
    answer = client.post(ADD, {**given, "file": file})
    return str(answer["Location"]) if answer.status_code == 302 else answer.content.decode()


def test_nothing_is_imported_before_it_is_confirmed(office: Client, man: str) -> None:
    check = upload(office, csv_file([row(man), row("nobody", ref="2")]))
    page = office.get(check).content.decode()
    assert "there is no such learner" in page
    assert not Evidence.objects.exists()
    done = office.post(check, {"confirm": "yes"}, follow=True).content.decode()
    assert "1 added, 0 corrected, 0 unchanged, 1 rejected" in done
    assert (Evidence.objects.count(), ImportUpload.objects.count()) == (1, 0)
    assert Evidence.objects.get().actor_id == User.objects.get(username="office").pk
    assert "results.csv" in office.get(reverse("admin:digiskills_grading_importbatch_changelist")).content.decode()


def test_one_can_turn_back(office: Client, man: str) -> None:
    check = upload(office, csv_file([row(man)]))
    office.post(check, {"discard": "yes"})
    assert (Evidence.objects.count(), ImportUpload.objects.count(), ImportBatch.objects.count()) == (0, 0, 0)
    assert office.get(check).status_code == 404


def test_all_errors_come_as_a_file_without_formulas(office: Client) -> None:
    answer = office.get(upload(office, csv_file([row("=1+1", ref=str(number)) for number in range(150)])) + "?errors=csv")
    lines = answer.getvalue().decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]  # of a streaming response
    assert (len(lines), "'=1+1" in lines[1]) == (151, True)


def test_all_or_nothing_says_that_nothing_was_imported(office: Client, man: str) -> None:
    check = upload(office, csv_file([row(man), row("nobody", ref="2")]), all_or_nothing="on")
    assert "Nothing was imported, as 1 rows were rejected." in office.post(check, {"confirm": "yes"}, follow=True).content.decode()
    assert not Evidence.objects.exists()


def test_a_file_that_cannot_be_read_is_told_at_its_field(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is missing" in upload(office, b"") or "empty" in upload(office, b"")
    assert "columns are missing" in upload(office, b"learner_id,skill\n")
    assert "as which audience" in upload(office, csv_file([row("x")]), regulation="demo-s3-a1/1")
    monkeypatch.setattr(import_admin, "MAX_ROWS", 1)
    assert "too many rows" in upload(office, csv_file([row("x", ref="1"), row("x", ref="2")]))
    monkeypatch.setattr(uploads, "MAX_UPLOAD_BYTES", 10)
    assert "too large" in upload(office, csv_file([row("x")]))
    assert not ImportUpload.objects.exists()


def test_only_who_may_vouch_can_import_more_than_imported(office: Client, man: str) -> None:
    content = csv_file([row(man, assurance="supervised")])
    assert "supervised" in upload(office, content, highest_assurance="supervised")
    assert not ImportUpload.objects.exists()
    inspector = clerk("inspector", "import_evidence", "import_assured_evidence", "view_importbatch")
    inspector.post(upload(inspector, content, highest_assurance="supervised"), {"confirm": "yes"})
    assert Evidence.objects.get().assurance == "supervised"


def test_colleagues_and_strangers(office: Client, man: str) -> None:
    check = upload(office, csv_file([row(man)]))
    colleague = clerk("colleague", "import_evidence")
    stranger = clerk("stranger", "view_importbatch")
    assert [client.get(check).status_code for client in (office, colleague, stranger, Client())] == [200, 404, 403, 302]
    assert [client.get(ADD).status_code for client in (office, colleague, stranger, Client())] == [200, 200, 403, 302]


def test_a_file_waits_encrypted_and_not_for_ever(man: str) -> None:
    now = timezone.now()
    content = csv_file([row(man)])
    first = uploads.keep(content, filename="a.csv", options=OPTIONS, actor_id=7, now=now - 2 * uploads.KEPT)
    assert uploads.find(first, actor_id=7, now=now) is None
    second = uploads.find(uploads.keep(content, filename="b.csv", options=OPTIONS, actor_id=7, now=now), actor_id=7, now=now)
    assert second is not None
    assert ImportUpload.objects.count() == 1
    assert (uploads.content_of(second).read(), uploads.options_of(second)) == (content, evolve(OPTIONS))
    assert uploads.find(second.public_id, actor_id=8, now=now) is None


def test_while_recording_is_stopped_the_file_is_kept(office: Client, man: str) -> None:
    check = upload(office, csv_file([row(man)]))
    switches.turn("recording", on=False, reason="test", actor_id=None, now=timezone.now())
    try:
        assert "try again later" in office.post(check, {"confirm": "yes"}, follow=True).content.decode()
    finally:
        switches.turn("recording", on=True, reason="test", actor_id=None, now=timezone.now())
    assert (Evidence.objects.count(), ImportUpload.objects.count(), Learner.objects.count()) == (0, 1, 1)
