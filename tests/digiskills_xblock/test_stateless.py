"""Tokens of attempts that are not stored: nobody reads them, moves them or keeps them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from digiskills_xblock import stateless
from digiskills_xblock.stateless import StatelessAttempt, TokenRefused, issue, redeem
from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import Page, trace_of

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
EMPTY = {"schema": "trace/1", "actions": []}


def attempt(seed: int = 5) -> StatelessAttempt:
    return StatelessAttempt("7", "block@s301", "S3-01", 1, "d" * 64, seed, "counted", stateless.expiry(NOW))


def test_a_token_gives_back_what_it_was_issued_for() -> None:
    assert redeem(issue(attempt()), user="7", usage="block@s301", now=NOW) == attempt()


def test_a_token_shows_nothing_of_its_contents() -> None:
    seed = 7_777_777_777_777_777
    token = issue(attempt(seed))
    assert str(seed) not in token
    assert issue(attempt(seed)) != token


@pytest.mark.parametrize("user, usage", [("8", "block@s301"), ("7", "block@other")])
def test_a_token_of_another_person_or_block_is_refused(user: str, usage: str) -> None:
    with pytest.raises(TokenRefused, match="token_invalid"):
        redeem(issue(attempt()), user=user, usage=usage, now=NOW)


def test_a_token_ends_after_twelve_hours() -> None:
    token = issue(attempt())
    redeem(token, user="7", usage="block@s301", now=NOW + timedelta(hours=12))
    with pytest.raises(TokenRefused, match="token_expired"):
        redeem(token, user="7", usage="block@s301", now=NOW + timedelta(hours=12, seconds=1))


@pytest.mark.property
@given(position=st.integers(min_value=0), replacement=st.characters(codec="utf-8"))
def test_a_token_changed_anywhere_is_refused(position: int, replacement: str) -> None:
    token = issue(attempt())
    index = position % len(token)
    changed = token[:index] + replacement + token[index + 1 :]
    if changed.rstrip("=") == token.rstrip("="):
        return
    try:
        found = redeem(changed, user="7", usage="block@s301", now=NOW)
    except TokenRefused:
        return
    # The last character of base64 has bits that carry nothing: the bytes are the same then, and so is the attempt.
    assert found == attempt()


@pytest.mark.property
@given(token=st.none() | st.integers() | st.text(max_size=300) | st.lists(st.integers(), max_size=3) | st.just("x" * 5000))
def test_what_was_never_issued_is_refused(token: object) -> None:
    with pytest.raises(TokenRefused, match="token_invalid"):
        redeem(token, user="7", usage="block@s301", now=NOW)


@pytest.fixture
def preview(page: PageMaker, seen_by: Callable[..., Page], learner: User) -> Page:
    """The block in Studio."""
    return seen_by(page(), learner, refusal="author_mode")


@pytest.mark.django_db
def test_an_author_gets_a_score_and_may_submit_again(preview: Page) -> None:
    started = preview.start()
    token = stateless.redeem(started.body["token"], user=preview.runtime.user_id, usage=preview.usage_id, now=datetime.now(UTC))
    trace = trace_of("S3-01", token.seed)
    assert preview.submit(started, trace).body["feedback"]["score_milli"] == 1000
    assert preview.submit(started, EMPTY).body["feedback"]["score_milli"] == 0


@pytest.mark.django_db
def test_a_token_that_is_too_old_or_made_up_is_answered_kindly(preview: Page) -> None:
    with time_machine.travel(NOW, tick=False):
        started = preview.start()
    with time_machine.travel(NOW + timedelta(hours=13), tick=False):
        late = preview.submit(started, EMPTY)
    forged = preview.call("submit", {"token": "gAAAA", "trace": EMPTY})
    assert (late.status, late.code) == (410, "token_expired")
    assert (forged.status, forged.code) == (400, "token_invalid")
    assert "start again" in late.body["error"]["message"]


@pytest.mark.django_db
def test_a_token_is_no_way_into_the_record(preview: Page, seen_by: Callable[..., Page], other: User) -> None:
    started = preview.start()
    answer = seen_by(preview, other).submit(started, EMPTY)
    assert (answer.status, answer.code) == (400, "token_invalid")


@pytest.mark.django_db
def test_previews_show_results_as_learners_will_see_them(page: PageMaker, seen_by: Callable[..., Page], learner: User) -> None:
    hidden = page(show_correctness="never")
    as_learner = seen_by(hidden, learner, refusal="masquerading")
    assert as_learner.submit(as_learner.start(), EMPTY).body["feedback"] == {"hidden": True, "stored": False}
    later = page(show_correctness="past_due", due="2100-01-01T00:00:00Z")
    author, teacher = seen_by(later, learner, refusal="author_mode"), seen_by(later, learner, refusal="masquerading")
    assert author.submit(author.start(), EMPTY).body["feedback"]["hidden"] is False
    assert teacher.submit(teacher.start(), EMPTY).body["feedback"]["hidden"] is True
