"""Reads whose SQL is made once: the same rows as the query set gives, with the values of every call."""

from __future__ import annotations

import django
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digiskills_grading.compiled import CompiledRead, columns, take
from digiskills_grading.models import Attempt, AttemptRequest, Evidence
from tests.grading.helpers import account, attempt, block, later

EVIDENCE = ("id", "source_key", "facet", "practical", "occurred_at", "excluded_reason", "skill__code")


@pytest.mark.django_db
def test_the_rows_are_those_of_the_query_set_whatever_the_values() -> None:
    by_learner = CompiledRead(lambda learner: Evidence.objects.filter(learner_id=learner).order_by("id").values_list(*EVIDENCE), (int,))
    for number, name in enumerate(("man", "duoc")):
        attempt(account(name), block(), now=later(number))
    learners = list(Evidence.objects.values_list("learner_id", flat=True).distinct())
    assert len(learners) == 2
    for learner in (*learners, 0):
        assert by_learner(learner) == list(Evidence.objects.filter(learner_id=learner).order_by("id").values_list(*EVIDENCE))


@pytest.mark.django_db
def test_numbers_and_texts_keep_their_places() -> None:
    attempt(account("man"), block())
    row = Attempt.objects.get()
    read = CompiledRead(
        lambda text, pk, track: Attempt.objects.filter(track=track, pk=pk, public_id=text).values_list("n"), (str, int, int)
    )
    assert read(row.public_id, row.pk, row.track_id) == [(1,)]
    assert read(row.public_id, row.pk + 1, row.track_id) == []
    assert read(row.public_id, row.pk, row.track_id + 1) == []
    assert read("%s' OR 1=1 --", row.pk, row.track_id) == []


@pytest.mark.django_db
def test_one_call_is_one_statement() -> None:
    read = CompiledRead(lambda learner: AttemptRequest.objects.filter(learner_id=learner).values_list("id"), (int,))
    with CaptureQueriesContext(connection) as queries:
        assert [read(1), read(2)] == [[], []]
    assert len(queries) == 2


@pytest.mark.django_db
def test_a_query_set_that_cannot_be_compiled_once_is_refused() -> None:
    shifted = CompiledRead(lambda learner: AttemptRequest.objects.filter(learner_id=learner + 1).values_list("id"), (int,))
    with pytest.raises(TypeError, match="does not appear"):
        shifted(1)


@pytest.mark.django_db
def test_a_column_too_small_for_a_mark_is_refused_where_django_leaves_the_query_out() -> None:
    """Django 5 knows that no row can match a number out of the column's range; Django 4.2 asks the database, and all is well."""
    small = CompiledRead(lambda n: Attempt.objects.filter(n=n).values_list("id"), (int,))
    if django.VERSION < (5,):
        assert small(1) == []
    else:
        with pytest.raises(TypeError, match="does not fit the column"):
            small(1)


@pytest.mark.django_db
def test_instances_are_made_of_some_columns_in_any_order_and_load_the_others() -> None:
    attempt(account("man"), block())
    row = Attempt.objects.get()
    names = columns(Attempt, only={"score_milli", "id", "public_id"})
    some = take(iter([getattr(row, name) for name in names]), Attempt, names)
    assert (some.pk, some.public_id, some.score_milli) == (row.pk, row.public_id, row.score_milli)
    assert some.get_deferred_fields() == {*columns(Attempt)} - {*names}
    assert some.result == row.result
    whole = take(iter([getattr(row, name) for name in columns(Attempt)]), Attempt)
    assert {name: getattr(whole, name) for name in columns(Attempt)} == {name: getattr(row, name) for name in columns(Attempt)}
