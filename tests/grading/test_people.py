"""Learners and what identifies them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from digiskills_grading import api, handlers
from digiskills_grading.data import ConfirmationSummary, HolderData, LearnerRef
from digiskills_grading.errors import ConfigurationError, LearnerNotFound, UnknownContext
from digiskills_grading.ids import MAX_SEED, new_public_id, new_seed
from digiskills_grading.models import AdminUnit, Learner, Person, Trace, Track
from digiskills_grading.platform import profile_name
from digiskills_grading.ports import ConfirmationPort, IdentityPort, register_confirmation_port, register_identity_port
from tests.grading.helpers import AUDIENCE, NOW, REGULATION, account, attempt, block, observe


@pytest.mark.django_db
def test_an_account_is_one_learner_for_ever() -> None:
    first, again = (api.ensure_learner(account("man")) for _ in range(2))
    assert first == again
    assert api.ensure_learner(LearnerRef(public_id=first)) == first
    assert Learner.objects.count() == 1


@pytest.mark.django_db
def test_who_is_not_there_is_not_found() -> None:
    with pytest.raises(LearnerNotFound):
        api.ensure_learner(LearnerRef(public_id="0" * 26))


@pytest.mark.django_db
def test_what_was_learnt_outlives_the_account() -> None:
    learner = account("man")
    attempt(learner, block())
    get_user_model().objects.get(pk=learner.user_id).delete()
    kept = Learner.objects.get()
    assert kept.user_id is None
    assert kept.attempts.count() == 1


@pytest.mark.django_db
def test_a_name_lies_encrypted_and_keys_can_be_rotated() -> None:
    learner = LearnerRef(public_id=api.create_learner())
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    with override_settings(DIGISKILLS_PII_KEYS=[old]):
        api.record_person(learner, name="Nguyễn Thị Mận", birth_date="1958")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, birth_date FROM digiskills_grading_person")
        row = cursor.fetchone()
    assert not re.search("Nguyễn|Mận|1958", " ".join(row))
    with override_settings(DIGISKILLS_PII_KEYS=[new, old]):
        person = Person.objects.get()
        assert (person.name, person.birth_date) == ("Nguyễn Thị Mận", "1958")
    with override_settings(DIGISKILLS_PII_KEYS=[new]), pytest.raises(ConfigurationError, match="DIGISKILLS_PII_KEYS"):
        Person.objects.get()


@pytest.mark.django_db(transaction=True)
def test_retiring_an_account_forgets_the_person_and_keeps_what_was_decided() -> None:
    learner, other = account("man"), account("duoc")
    for person in (learner, other):
        attempt(person, block())
        api.record_person(person, name="Nguyễn Thị Mận")
    user = get_user_model().objects.get(pk=learner.user_id)
    with transaction.atomic():
        handlers.retire(sender=None, user=user)
        assert Learner.objects.filter(user=user).exists()
    handlers.retire(sender=None, user=user)
    assert Person.objects.get().learner.user_id == other.user_id
    assert Trace.objects.get().attempt.learner.user_id == other.user_id
    assert Learner.objects.filter(user=None).get().tracks.get().status == "not_yet"
    assert api.recompute(check=True).differences == ()
    assert api.track_overviews(learner) == ()


@pytest.mark.django_db
@pytest.mark.parametrize("keys", [[], ["not a key"]])
def test_without_a_key_no_name_is_stored(keys: list[str]) -> None:
    learner = LearnerRef(public_id=api.create_learner())
    with override_settings(DIGISKILLS_PII_KEYS=keys), pytest.raises(ConfigurationError, match="DIGISKILLS_PII_KEYS"):
        api.record_person(learner, name="Nguyễn Thị Mận")
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_the_holder_is_named_by_our_own_record_before_the_account() -> None:
    learner = account("man")
    get_user_model().objects.filter(pk=learner.user_id).update(first_name="Man", last_name="Nguyen")
    api.ensure_track(learner, regulation=REGULATION, audience=AUDIENCE)
    observe(learner)
    attempt(learner, block())
    todo = api.pending_issues(1)[0]
    assert holder(todo.id).name == "Man Nguyen"
    api.record_person(learner, name="Nguyễn Thị Mận")
    assert holder(todo.id).name == "Nguyễn Thị Mận"
    assert "Mận" not in repr(holder(todo.id))


class _Stop(Exception):
    pass


def holder(todo_id: int) -> HolderData:
    """The holder of a confirmation that is to be issued, and stays so."""
    found: list[HolderData] = []
    with suppress(_Stop), api.issue_transaction(todo_id) as case:
        assert case is not None
        found.append(case.holder)
        raise _Stop
    return found[0]


def test_nobody_has_no_name() -> None:
    assert profile_name(None) is None
    assert profile_name(get_user_model()()) is None


@pytest.mark.django_db
def test_a_learner_may_be_on_several_tracks_and_evidence_serves_all() -> None:
    learner = account("man")
    api.ensure_track(learner, regulation=REGULATION, audience=AUDIENCE)
    observe(learner)
    attempt(learner, block())
    api.ensure_track(learner, regulation="vn-default/1", audience=AUDIENCE)
    assert dict(Track.objects.values_list("regulation__key", "status")) == {REGULATION: "completed", "vn-default/1": "not_yet"}
    skills = {overview.regulation: [skill.skill for skill in overview.skills] for overview in api.track_overviews(learner)}
    assert skills == {REGULATION: ["A1", "S3"], "vn-default/1": ["A1", "S3"]}


@pytest.mark.django_db
def test_a_track_needs_a_regulation_that_speaks_of_the_audience() -> None:
    with pytest.raises(UnknownContext, match="student"):
        api.ensure_track(account("man"), regulation=REGULATION, audience="student")
    assert not Track.objects.exists()


def test_there_is_one_source_of_confirmations() -> None:
    class Other:
        def for_learner(self, learner_public_id: str) -> list[ConfirmationSummary]:
            return []

        def forget(self, learner_public_id: str) -> None:
            """Holds no name."""

    other: ConfirmationPort = Other()
    with pytest.raises(ConfigurationError, match="second source"):
        register_confirmation_port(other)


def test_there_is_one_keeper_of_identities() -> None:
    class Other:
        def has_verified_identity(self, learner_public_id: str) -> bool:
            return True

        def forget(self, learner_public_id: str) -> None:
            """Keeps none."""

    other: IdentityPort = Other()
    with pytest.raises(ConfigurationError, match="second source"):
        register_identity_port(other)


@pytest.mark.django_db
def test_a_learner_belongs_to_a_unit_and_to_those_it_lies_in() -> None:
    top = AdminUnit.objects.create(code="01", name="Hà Nội", level="province")
    unit = AdminUnit.objects.create(code="00004", name="Ba Đình", level="commune", parent=top)
    learner = LearnerRef(public_id=Learner.objects.create(public_id="A" * 26, admin_unit=unit, created_at=NOW).public_id)
    assert [(unit.code, unit.level) for unit in api.units_of(learner)] == [("00004", "commune"), ("01", "province")]
    assert api.units_of(LearnerRef(public_id="B" * 26)) == ()
    assert (api.learner_exists(learner), api.learner_exists(LearnerRef(public_id="B" * 26))) == (True, False)


@given(st.integers(86_400, 10**11), st.binary(min_size=10, max_size=10))
def test_outward_ids_sort_by_time_and_avoid_letters_that_are_misread(seconds: int, noise: bytes) -> None:
    public_id = new_public_id(datetime.fromtimestamp(seconds, UTC), lambda _: noise)
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{26}", public_id)
    assert public_id < new_public_id(datetime.fromtimestamp(seconds + 1, UTC), bytes)


def test_ids_and_seeds_do_not_repeat() -> None:
    assert len({new_public_id(NOW) for _ in range(1000)}) == 1000
    seeds = {new_seed() for _ in range(1000)}
    assert len(seeds) == 1000
    assert all(0 <= seed <= MAX_SEED for seed in seeds)
