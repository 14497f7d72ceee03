"""The learner's page: every state, what comes next and why, and what happened."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client, override_settings

from digiskills_framework.api import StartAnswer, load_framework
from digiskills_framework.tasks import list_tasks
from digiskills_grading import api, assessment, dimensions, learners
from digiskills_grading.advice import ASSURANCES, CATALOGUE, advice
from digiskills_grading.data import LearnerRef
from digiskills_grading.ids import new_public_id
from digiskills_grading.models import Decision, Evidence, RegulationVersion, Track
from digiskills_grading.scoring import placement, retraction_key, source_key
from digiskills_grading.scoring.placement import Recommendation
from digiskills_grading.scoring.types import Reason
from digiskills_grading.transactions import run_locked
from tests.grading.helpers import AUDIENCE, COURSE, REGULATION, account, attempt, block, observe

pytestmark = pytest.mark.django_db

PAGE = "/digiskills/my-skills/"
START = "/digiskills/my-skills/start/"
STRICT = "demo-assured/1"  # two of the last three, valid for two years, told sixty days before
YEAR = 365
STATE = re.compile(r'<span class="state (\w+)">([^<]+)</span>')


class Courses:
    """A platform with one course, which offers one task more than anybody has seen."""

    def block_url(self, course_key: str, usage_key: str) -> str:
        return f"/courses/{course_key}/jump_to/{usage_key}"

    def course_url(self, course_key: str) -> str:
        return f"/courses/{course_key}/"

    def course_name(self, course_key: str) -> str:
        return "Basic skills"

    def tasks(self, course_key: str) -> dict[str, str]:
        return {"A1-01": "block-of-the-course", "S3-01": "another-block"}


def ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def record(learner: LearnerRef, skill: str, value: int = 1000, *, kind: str = "score", at: datetime, facet: str = "") -> str:
    """One piece of evidence from an assessor, and what follows; returns its key."""
    person, skill_id = learners.resolve(learner), dimensions.skill_id(skill)
    source = "exemption" if kind == "exemption" else "observation"
    key = source_key(source, new_public_id(at), skill=skill, facet=facet, revision=0)
    add(person.pk, skill_id, kind=kind, source=source, source_key=key, value_milli=value, facet=facet, occurred_at=at)
    return key


def add(learner_pk: int, skill_id: int, **values: object) -> None:
    def work() -> None:
        Evidence.objects.create(
            learner_id=learner_pk,
            skill_id=skill_id,
            assurance="observed",
            recorded_at=datetime.now(UTC),
            **values,
        )
        assessment.assess(learner_pk, now=datetime.now(UTC))

    run_locked(learner_pk, work)


def twice(learner: LearnerRef, skill: str, value: int, *, days: float) -> None:
    record(learner, skill, value, at=ago(days + 1))
    record(learner, skill, value, at=ago(days))


def page_of(name: str, url: str = PAGE, **query: str) -> str:
    response = signed_in(name).get(url, {"lang": "en", **query})
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def signed_in(name: str, *, enforce_csrf_checks: bool = False) -> Client:
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    client.force_login(get_user_model().objects.get_or_create(username=name)[0])
    return client


@pytest.fixture
def man() -> LearnerRef:
    """Somebody with one skill in each state, under a strict regulation."""
    learner = account("man")
    api.ensure_track(learner, regulation=STRICT, audience=AUDIENCE)
    twice(learner, "S1", 900, days=10)
    twice(learner, "S2", 900, days=700)
    twice(learner, "S3", 900, days=3 * YEAR)
    twice(learner, "S4", 500, days=5)
    record(learner, "I1", 0, kind="exemption", at=ago(4))
    return learner


def test_every_state_has_words_a_mark_and_a_row(man: LearnerRef) -> None:
    page = page_of("man")
    states = dict(STATE.findall(page))
    assert states == {
        "mastered": "Mastered",
        "expiring": "Mastered, ends soon",
        "expired": "Expired",
        "not_yet": "Not yet",
        "exempt": "Not asked of you",
        "not_assessed": "Not tried yet",
    }
    assert all(page.count(f'class="mark {state}"') >= 2 for state in states), "one in the chart, one in its legend"
    assert f"valid until {ago(700 - 730):%d/%m/%Y}" in page
    assert f"ended on {ago(3 * YEAR - 730):%d/%m/%Y}" in page
    assert "Ends soon: Shopping online." in page


def test_the_chart_is_told_to_those_who_do_not_see_it(man: LearnerRef) -> None:
    told = re.findall(r'role="img" aria-label="([^"]+)"', page_of("man"))
    assert (
        "Essential digital services. Using online public services: Mastered; Shopping online: Mastered, ends soon; "
        "Paying online: Expired; Using local digital platforms: Not yet."
    ) in told


def test_only_what_was_mastered_is_told_as_something_one_can_do(man: LearnerRef) -> None:
    page = page_of("man")
    assert "You can submit an application on the public-service portal yourself" in page
    assert "You can compare prices including delivery" in page
    assert "You can scan a QR code" not in page, "it has expired"
    assert "You can find a crop price" not in page, "to be exempt is not to be able"


def test_the_points_of_an_exemption_are_not_shown_as_points(man: LearnerRef) -> None:
    row = page_of("man").partition("Searching for information</th>")[2].partition("</tr>")[0]
    assert "Not asked of you" in row
    assert ">none</span>" in row


def test_how_the_results_came_about_is_counted_without_blame(man: LearnerRef) -> None:
    page = page_of("man")
    assert "seen and recorded by an assessor: 8" in page
    assert "Getting help is a good way to learn." in page


def test_the_newest_comes_first_and_a_correction_is_told_kindly(man: LearnerRef) -> None:
    key = record(man, "D1", 300, at=ago(2))
    wrong = Evidence.objects.get(source_key=key)
    add(
        wrong.learner_id, wrong.skill_id, kind="retraction", source=wrong.source, source_key=retraction_key(key), retracts=key,
        value_milli=0, occurred_at=ago(0),
    )  # fmt: skip
    history = page_of("man").partition("What happened so far")[2]
    correction = history.index("looked at again and corrected: Using digital devices. This may happen, and it is not your fault.")
    assert correction < history.index("You do not have to show this any more: Searching for information")
    assert history.index("You do not have to show this any more") < history.index("wrote it down: Using local digital platforms")


def test_the_same_decision_for_other_reasons_is_no_news(man: LearnerRef) -> None:
    assert Decision.objects.count() > 2
    assert [entry.status for entry in api.learner_history(man) if entry.kind == "decision"] == ["not_yet"]


def test_history_is_as_long_as_asked_and_nobody_elses(man: LearnerRef) -> None:
    assert len(api.learner_history(man, limit=3)) == 3
    assert api.learner_history(account("duoc")) == ()
    assert "What happened so far" not in page_of("duoc")


def test_rules_that_are_gone_do_not_hide_the_rest(man: LearnerRef) -> None:
    gone = RegulationVersion.objects.create(key="gone/1")
    Track.objects.create(learner_id=learners.resolve(man).pk, regulation=gone, audience=AUDIENCE)
    page = page_of("man")
    assert "These rules are no longer in use here." in page
    assert "“gone/1”" in page
    assert "Demo regulation with supervision" in page


def test_who_has_retired_has_an_empty_page(man: LearnerRef) -> None:
    api.retire_learner(man)
    assert "There is nothing here yet." in page_of("man")


@override_settings(DIGISKILLS_COURSE_LINKS=f"{__name__}.Courses")
def test_the_next_task_is_linked_where_it_was_done_or_where_the_course_offers_it() -> None:
    learner = account("man")
    attempt(learner, block("mine"))
    found = {item.recommendation.task: item.place for item in api.next_tasks(learner, regulation=REGULATION, audience=AUDIENCE, now=ago(0))}
    place = found["A1-01"]
    assert place is not None
    assert place.url == f"/courses/{COURSE}/jump_to/block-of-the-course"
    assert found["A1-10"] is None
    page = page_of("man")
    assert f'href="/courses/{COURSE}/jump_to/block-of-the-course"' in page
    assert f'href="/courses/{COURSE}/">Basic skills</a>' in page


@override_settings(DIGISKILLS_COURSE_LINKS="no.such.module")
def test_a_setting_that_names_nothing_is_named() -> None:
    learner = account("man")
    attempt(learner, block())
    with pytest.raises(Exception, match="DIGISKILLS_COURSE_LINKS"):
        api.next_tasks(learner, regulation=REGULATION, audience=AUDIENCE, now=ago(0))


def test_who_has_everything_is_asked_for_nothing() -> None:
    learner = account("man")
    api.ensure_track(learner, regulation=REGULATION, audience=AUDIENCE)
    observe(learner)
    attempt(learner, block())
    assert api.next_tasks(learner, regulation=REGULATION, audience=AUDIENCE, now=ago(0)) == ()
    assert "Next for you" not in page_of("man")


def test_recommendations_are_as_many_as_asked_and_of_the_track_asked_for(man: LearnerRef) -> None:
    assert len(api.next_tasks(man, regulation=STRICT, audience=AUDIENCE, now=ago(0), limit=2)) == 2
    assert api.next_tasks(man, regulation=REGULATION, audience=AUDIENCE, now=ago(0)) == ()
    first = api.next_tasks(man, regulation=STRICT, audience=AUDIENCE, now=ago(0))[0].recommendation
    assert (first.skills, first.reasons[0].code) == (("S2",), "renew")


def test_what_the_learner_says_orders_the_page_and_is_kept_in_the_session_alone() -> None:
    learner = account("man")
    api.ensure_track(learner, regulation=REGULATION, audience=AUDIENCE)
    client = signed_in("man")
    assert "Tell us what you know already" in client.get(PAGE, {"lang": "en"}).content.decode()
    answer = client.post(f"{START}?lang=en", {"A": "well", "S": "nonsense", "Z": "well"})
    assert answer["Location"] == f"{PAGE}?lang=en"
    page = client.get(PAGE, {"lang": "en"}).content.decode()
    assert "You told us that you do well in the group of the skill “Protecting yourself in cyberspace”" in page
    assert "Tell us what you know already" not in page
    assert re.search(r'name="A" value="well"[^>]* checked', client.get(START).content.decode())
    assert Evidence.objects.count() == 0
    assert "You told us" not in page_of("man"), "another sign-in begins anew"


def test_the_start_profile_is_guarded_and_may_be_left_out() -> None:
    assert Client().get(START).status_code == 302
    assert signed_in("man", enforce_csrf_checks=True).post(START, {"A": "well"}).status_code == 403
    assert signed_in("man").post(START).status_code == 302


def test_whatever_the_model_says_every_task_can_be_started() -> None:
    learner = account("man")
    api.ensure_track(learner, regulation=REGULATION, audience=AUDIENCE)
    attempt(learner, block())
    start = dict.fromkeys("KDICSANPWT", StartAnswer.NOT_YET)
    offered = {
        item.recommendation.task for item in api.next_tasks(learner, regulation=REGULATION, audience=AUDIENCE, now=ago(0), start=start)
    }
    for task in list_tasks():
        assert api.start_attempt(learner, block(task.id, task=task.id), run_kind="guided", now=ago(0)).task_id == task.id
        assert api.start_attempt(learner, block(task.id, task=task.id), run_kind="counted", now=ago(0)).task_id == task.id
    assert len(offered) < len(list_tasks())


def test_the_page_costs_few_queries(man: LearnerRef, django_assert_max_num_queries: object) -> None:
    client = signed_in("man")
    client.get(PAGE)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        client.get(PAGE)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_reason_of_the_model_has_a_whole_sentence(language: str) -> None:
    source = Path(placement.__file__).read_text(encoding="utf-8")
    used = {*re.findall(r'Reason\("(\w+)"', source), *(f"said_{answer}" for answer in StartAnswer)}
    assert used == CATALOGUE[language].keys()
    params: dict[str, str | int | tuple[str, ...]] = {
        "skill": "S3",
        "skills": ("D1", "D2"),
        "n": 2,
        "assurance": ("supervised", "observed"),
        "on": "2026-11-22T00:00:00+00:00",
    }
    told = advice(_recommendation(*(Reason(code, params) for code in sorted(used))), load_framework("digiskills-vn/1.0"), language)
    assert len(set(told)) == len(used)
    for sentence in told:
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert unicodedata.is_normalized("NFC", sentence)
    assert ASSURANCES["vi"].keys() == ASSURANCES["en"].keys()


def _recommendation(*reasons: Reason) -> Recommendation:
    return Recommendation(skills=("S3",), facets=(), task=None, run_kind="counted", estimate_milli=0, assurance=(), reasons=reasons)
