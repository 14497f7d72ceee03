"""The identity vault: encrypted, found by a keyed index, one number for one learner, keys that change."""

from __future__ import annotations

import base64
import io
import secrets
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from pytest_django import Settings

from digiskills_framework.api import load_identity_scheme
from digiskills_grading import api as grading
from digiskills_grading.data import LearnerRef
from digiskills_grading.errors import LearnerNotFound
from digiskills_grading.models import Learner
from digiskills_integrations.credentials.keys import ACTIVE_KEY_NAME, DEVELOPMENT_KEY_NAME
from digiskills_integrations.errors import ConfigurationError, IdentityInUseError, IdentityRefusedError
from digiskills_integrations.identity import vault
from digiskills_integrations.identity.models import VerifiedIdentity
from tests.integrations.conftest import NOW
from tests.integrations.registries import REAL_NUMBER, TEST_NUMBER

A, B = "01JDA4V8Q0000000000000000A", "01JDA4V8Q0000000000000000B"
VN = load_identity_scheme("vn")
pytestmark = pytest.mark.usefixtures("learners")


@pytest.fixture
def learners(platform: Settings) -> None:
    """Learners A and B."""
    for public_id in (A, B):
        Learner.objects.create(public_id=public_id, created_at=NOW)


def record(learner: str = A, number: str = REAL_NUMBER) -> None:
    vault.record_identity(learner, number, pack="vn", source="desk-check", now=NOW)


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def test_a_number_is_kept_and_read_back(platform: Settings) -> None:
    record()
    assert vault.number_of(A, VN, is_test=False) == REAL_NUMBER
    assert vault.learner_of(f" {REAL_NUMBER} ", pack="vn") == A
    assert grading.has_verified_identity(A) is True
    assert vault.number_of(B, VN, is_test=False) is None
    assert grading.has_verified_identity(B) is False


def test_the_number_is_nowhere_in_the_clear(platform: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        record()
    [row] = VerifiedIdentity.objects.values()
    assert REAL_NUMBER not in caplog.text + repr(row) + str(VerifiedIdentity.objects.get())


def test_a_number_for_tests_verifies_nobody(platform: Settings) -> None:
    record(number=TEST_NUMBER)
    assert vault.number_of(A, VN, is_test=True) == TEST_NUMBER
    assert vault.number_of(A, VN, is_test=False) is None
    assert grading.has_verified_identity(A) is False


@pytest.mark.parametrize("number", ["", "12345678901", "1234567890123", "00109300000x", "001 093 000 001", "٠٠١٠٩٣٠٠٠٠٠١"])
def test_what_is_no_number_is_refused_without_being_shown(platform: Settings, number: str) -> None:
    with pytest.raises(IdentityRefusedError, match="exactly 12 digits") as caught:
        record(number=number)
    assert not number or number not in str(caught.value)
    assert not VerifiedIdentity.objects.exists()


def test_nobody_has_no_number(platform: Settings) -> None:
    with pytest.raises(LearnerNotFound, match="01JDA4V8Q0000000000000000C"):
        record("01JDA4V8Q0000000000000000C")
    assert not VerifiedIdentity.objects.exists()


def test_one_number_belongs_to_one_learner(platform: Settings) -> None:
    record()
    with pytest.raises(IdentityInUseError) as caught:
        record(B)
    assert caught.value.learner == A
    assert REAL_NUMBER not in str(caught.value)
    assert not VerifiedIdentity.objects.filter(learner_public_id=B).exists()


def test_a_number_may_be_corrected_and_recorded_again(platform: Settings) -> None:
    record(number="001093000009")
    record()
    record()
    assert vault.number_of(A, VN, is_test=False) == REAL_NUMBER
    assert VerifiedIdentity.objects.count() == 1
    record(B, "001093000009")


def test_retiring_a_learner_deletes_the_number(platform: Settings) -> None:
    public_id = grading.create_learner()
    record(public_id)
    grading.retire_learner(LearnerRef(public_id=public_id))
    assert not VerifiedIdentity.objects.exists()
    vault.forget(public_id)


def test_keys_can_be_changed(platform: Settings) -> None:
    old_index, old_pii = new_key(), platform.DIGISKILLS_PII_KEYS
    platform.DIGISKILLS_IDENTITY_INDEX_KEYS = [old_index]
    record()
    platform.DIGISKILLS_IDENTITY_INDEX_KEYS = [new_key(), old_index]
    platform.DIGISKILLS_PII_KEYS = [Fernet.generate_key().decode(), *old_pii]
    with pytest.raises(IdentityInUseError):  # found under the old key, too
        record(B)
    assert vault.rotate() == 1
    platform.DIGISKILLS_IDENTITY_INDEX_KEYS = platform.DIGISKILLS_IDENTITY_INDEX_KEYS[:1]
    platform.DIGISKILLS_PII_KEYS = platform.DIGISKILLS_PII_KEYS[:1]
    assert vault.learner_of(REAL_NUMBER, pack="vn") == A
    assert vault.number_of(A, VN, is_test=False) == REAL_NUMBER


def test_a_lost_key_is_an_error_and_no_missing_identity(platform: Settings) -> None:
    record()
    platform.DIGISKILLS_PII_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(ConfigurationError, match="DIGISKILLS_PII_KEYS"):
        vault.number_of(A, VN, is_test=False)


@pytest.mark.parametrize("key", ["!", "c2hvcnQ="])
def test_an_index_key_that_is_none_is_named_but_not_shown(platform: Settings, key: str) -> None:
    platform.DIGISKILLS_IDENTITY_INDEX_KEYS = [key]
    with pytest.raises(ConfigurationError, match="DIGISKILLS_IDENTITY_INDEX_KEYS") as caught:
        record()
    assert key not in str(caught.value)


def test_real_keys_demand_a_real_index_key(platform: Settings, tmp_path: Path) -> None:
    record()
    keys = tmp_path / "keys"
    (keys / DEVELOPMENT_KEY_NAME).rename(keys / ACTIVE_KEY_NAME)
    with pytest.raises(ConfigurationError, match="DIGISKILLS_IDENTITY_INDEX_KEYS"):
        record(B, "001093000009")


def imported(file: Path, content: str, *options: str) -> str:
    file.write_text(content, encoding="utf-8")
    out = io.StringIO()
    call_command("digiskills_identity", "import", str(file), "--source", "desk-check", *options, stdout=out)
    return out.getvalue()


def test_a_file_of_numbers_is_recorded(platform: Settings, tmp_path: Path) -> None:
    content = f"learner,number,birth_year,sex\n{A},{REAL_NUMBER},1993,female\n{B},001093000009,,\n"
    assert imported(tmp_path / "ids.csv", content, "--dry-run") == "line 2: warning sex_differs\nwould record 2\n"
    assert not VerifiedIdentity.objects.exists()
    assert imported(tmp_path / "ids.csv", content).endswith("recorded 2\n")
    assert vault.learner_of("001093000009", pack="vn") == B


@pytest.mark.parametrize(
    "content, problems",
    [
        ("learner\n", ["line 1, column header: column number is missing"]),
        ("learner,number,phone\n", ["line 1, column header: 'phone' is not a column"]),
        (f"learner,number\n{A},1093000001\n", ["line 2, column number: not exactly 12 digits"]),
        (f"learner,number\nx,{REAL_NUMBER}\n", ["line 2, column learner"]),
        (f"learner,number\n{A},{REAL_NUMBER}\n{A},{REAL_NUMBER}\n", ["line 3, column learner: stands in line 2", "line 3, column number"]),
        (f"learner,number,birth_year,sex\n{A},{REAL_NUMBER},93,m\n", ["line 2, column birth_year: '93'", "line 2, column sex: 'm'"]),
    ],
)
def test_a_wrong_row_stops_the_whole_file(platform: Settings, tmp_path: Path, content: str, problems: list[str]) -> None:
    good = f"{B},001093000009{',,' if 'sex' in content else ''}\n" if "number" in content else ""
    with pytest.raises(CommandError, match="nothing was written") as caught:
        imported(tmp_path / "ids.csv", content + good)
    assert [problem for problem in problems if problem not in str(caught.value)] == []
    assert REAL_NUMBER not in str(caught.value)
    assert not VerifiedIdentity.objects.exists()


def test_the_command_rotates_and_says_who_is_waited_for(platform: Settings) -> None:
    record()
    out = io.StringIO()
    call_command("digiskills_identity", "rotate", stdout=out)
    call_command("digiskills_identity", "waiting", stdout=out)
    assert out.getvalue() == "rotated 1\nnobody is waited for\n"
