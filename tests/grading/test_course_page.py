"""The page of a course: one who teaches it, a learner, and somebody who teaches another one."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client

from digiskills_framework.tasks import load_task
from digiskills_grading import api, course_figures, dimensions, learners
from digiskills_grading.data import CourseReport, TaskFigures
from digiskills_grading.models import Attempt, BlockScore, CourseSnapshot, Track
from tests.grading.helpers import AUDIENCE, COURSE, NOW, REGULATION, account, attempt, block, later

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = f"/digiskills/course/{COURSE}/"
TEACHER = "huong"


def huong_teaches(user_id: int, course_key: str) -> bool:
    """A platform on which one person teaches one course."""
    return course_key == COURSE and get_user_model().objects.filter(pk=user_id, username=TEACHER).exists()


@pytest.fixture(autouse=True)
def course_team(settings: Any) -> None:
    settings.DIGISKILLS_COURSE_TEAM = f"{__name__}.huong_teaches"


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get_or_create(username=name)[0])
    return client


def taken(*, minutes: float = 10) -> CourseReport:
    assert api.take_course_figures(COURSE, now=later(minutes))
    found = api.course_report(COURSE)
    assert found is not None
    return found


def text(client: Client, **query: str) -> str:
    response = client.get(PAGE, {"lang": "en", **query})
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    return response.content.decode()


def rows_of(client: Client) -> list[list[str]]:
    response = client.get(PAGE, {"format": "csv", "lang": "en"})
    body = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    return list(csv.reader(io.StringIO(body)))


def run(name: str, *, goals: int, harmed: bool = False, block_name: str = "pay", score: int | None = None) -> None:
    """A scored counted run whose result meets the first so many goals: like one that was played, for large numbers of learners."""
    context = block(block_name)
    started = api.start_attempt(account(name), context, run_kind="counted", now=NOW)
    found = load_task("S3-01").raw
    result = {
        "score_milli": score if score is not None else 1000 * goals // len(found["goals"]),
        "goals": [{"id": goal["id"], "points": goal["points"], "met": place < goals} for place, goal in enumerate(found["goals"])],
        "hazards": [{"id": "paid_stranger", "step": 3, "recovered": False, "cap_milli": 300}] if harmed else [],
        "skills": [],
        "steps": 9,
        "ignored": 0,
        "ended": True,
    }
    Attempt.objects.filter(public_id=started.public_id).update(
        state=Attempt.State.SCORED, scored_at=NOW, score_milli=result["score_milli"], result=json.dumps(result)
    )


def only_task(report: CourseReport) -> TaskFigures:
    (task,) = report.tasks
    return task


def test_states_of_skills_add_up_to_the_learners() -> None:
    attempt(account("man"), block())
    attempt(account("gao"), block(), witness="pay_stranger")
    api.start_attempt(account("tram"), block(), run_kind="guided", now=NOW)
    report = taken()
    (group,) = report.groups
    assert (report.learners, group.regulation, group.audience, group.learners, group.completed) == (3, REGULATION, AUDIENCE, 3, 0)
    assert group.skills["S3"] == {"mastered": 1, "not_yet": 1, "not_assessed": 1, "expired": 0, "exempt": 0}
    assert group.skills["A1"]["not_assessed"] == 3
    assert (report.counted, report.guided) == (2, 0)
    assert report.assurance == {"self": 2}


def test_what_was_taken_back_is_in_no_mix() -> None:
    result = attempt(account("man"), block())
    api.flag_helped(account("man"), result.public_id, helped=True, actor_id=account("man").user_id, now=later(1))
    assert taken().assurance == {"assisted": 1}


def test_the_course_team_and_other_courses_are_left_out() -> None:
    attempt(account("man"), block())
    attempt(account(TEACHER), block(is_staff=True))
    attempt(account("far"), block(course_key="course-v1:MayTrang+KNS2+2026"))
    report = taken()
    assert (report.learners, report.counted, only_task(report).started) == (1, 1, 1)
    assert len(rows_of(signed_in(TEACHER))) == 4 + 1


def test_who_has_a_result_in_a_mapped_block_learns_in_the_course() -> None:
    attempt(account("man"), block())
    other = learners.resolve(account("gao"))
    api.ensure_track(account("gao"), regulation=REGULATION, audience=AUDIENCE)
    context = dimensions.context_id(COURSE, "block-v1:MayTrang+KNS1+2026+type@problem+block@quiz")
    BlockScore.objects.create(learner_id=other.pk, context_id=context, value_milli=500, modified_at=NOW)
    assert taken().learners == 2


def test_a_learner_who_was_moved_is_counted_under_the_newer_rules_alone() -> None:
    attempt(account("man"), block())
    track = Track.objects.get()
    newer = dimensions.regulation_id("vn-five-basic/1")
    track.regulation.successor_id = newer
    track.regulation.save()
    track.successor = Track.objects.create(learner_id=track.learner_id, regulation_id=newer, audience=AUDIENCE)
    track.save()
    assert [(group.regulation, group.learners) for group in taken().groups] == [("vn-five-basic/1", 1)]


def test_goals_that_the_best_miss_are_found() -> None:
    """Of three goals the last is met by those alone who miss the others."""
    for number in range(30):
        run(f"learner-{number}", goals=number % 3)
    goals = len(load_task("S3-01").raw["goals"])
    task = only_task(taken())
    first, second, *rest = task.goals
    assert (task.whole.n, first.difficulty, second.difficulty) == (30, 667, 333)
    assert first.discrimination == pytest.approx(500, abs=1)
    assert len(rest) == goals - 2
    assert {goal.difficulty for goal in rest} == {0}
    assert all(goal.signs == ("best_miss", "hard") for goal in rest)
    page = text(signed_in(TEACHER))
    assert "Look at these first" in page
    assert "Fewer than half of the best learners manage it." in page


def test_a_task_that_misleads_the_good_learners_is_found() -> None:
    for number in range(24):
        run(f"learner-{number}", goals=1, block_name="easy", score=40 * number)
        run(f"learner-{number}", goals=1, block_name="misleading", score=1000 - 40 * number)
    whole = {task.usage_key.rpartition("@")[2]: task.whole for task in taken().tasks}
    assert whole["misleading"].discrimination == -1000
    assert "negative" in whole["misleading"].signs
    assert (whole["easy"].n, whole["easy"].difficulty) == (24, 460)


def test_harm_is_told_by_the_first_sentence_of_its_story_without_what_differs_from_run_to_run() -> None:
    for number in range(6):
        run(f"learner-{number}", goals=1, harmed=True)
    taken()
    told = "Your money went into the account of someone who is not …. <strong>6 of 6 (100 %)</strong>"
    assert told in text(signed_in(TEACHER))


def test_only_the_first_counted_run_of_a_learner_tells_of_goals() -> None:
    for number in range(5):
        run(f"learner-{number}", goals=0, harmed=True)
        run(f"learner-{number}", goals=3)
        run(f"learner-{number}", goals=3)
    task = only_task(taken())
    assert (task.whole.n, task.whole.difficulty, task.median_tries) == (5, 0, 3000)
    assert task.hazards == (("paid_stranger", 5),)


def test_harm_of_very_few_is_told_to_nobody() -> None:
    for number in range(9):
        run(f"learner-{number}", goals=1, harmed=number < 4)
    assert only_task(taken()).hazards == ()
    assert "paid_stranger" not in CourseSnapshot.objects.get().body
    page = text(signed_in(TEACHER))
    assert "Commonest harm" not in page
    assert "Harm that befell fewer than 5 learners is not shown." in page


def test_who_began_and_never_handed_in_has_dropped_out_after_a_day() -> None:
    attempt(account("man"), block())
    api.start_attempt(account("gao"), block(), run_kind="counted", now=NOW)
    task = only_task(taken())
    assert (task.started, task.dropped) == (1, 0)
    assert api.take_course_figures(COURSE, now=NOW + timedelta(days=2))
    report = api.course_report(COURSE)
    assert report is not None
    assert (only_task(report).started, only_task(report).dropped) == (2, 1)


def test_the_page_leads_with_number_date_and_denominator() -> None:
    attempt(account("man"), block())
    taken()
    page = text(signed_in(TEACHER))
    leading = page.index("0 of 1 learners have completed (0 %)")
    assert leading < page.index("As of 22/11/2026") < page.index("<svg") < page.index("<table")
    assert "do not pass these figures on" in page
    assert "<script" not in page


def test_chart_and_table_say_the_same() -> None:
    attempt(account("man"), block())
    attempt(account("gao"), block(), witness="pay_stranger")
    taken()
    page = text(signed_in(TEACHER))
    drawn = dict(re.findall(r'aria-label="([^"]+?)\. ([^"]+)\."', page))
    body = page.split("The same as a table")[1].split("</table>")[0]
    for name, told in drawn.items():
        row = body.split(f'scope="row">{name}</th>')[1].split("</tr>")[0]
        cells = re.findall(r'data-label="([^"]+)"><span>(\d+) <span class="share">\((\d+ %)\)', row)
        assert told == "; ".join(f"{label}: {number} ({share})" for label, number, share in cells)
    assert len(drawn) == len(taken().groups[0].skills)


def test_learners_can_be_looked_at_by_audience() -> None:
    attempt(account("man"), block())
    attempt(account("gao"), block("other", audience="enterprise_worker", regulation="vn-default/1"))
    taken()
    client = signed_in(TEACHER)
    page = text(client)
    keys = re.findall(r'<option value="([^"]+)"', page)
    assert keys == [f"{REGULATION}~{AUDIENCE}~", "vn-default/1~enterprise_worker~"]
    assert "Workers in enterprises" in text(client, group=keys[1]).split("selected>")[1].split("<")[0]
    assert client.get(PAGE, {"group": "nothing"}).status_code == 404


def test_all_audiences_of_a_regulation_add_up() -> None:
    for number, audience in enumerate(("citizen", "enterprise_worker", "enterprise_worker")):
        attempt(account(f"learner-{number}"), block(audience=audience, regulation="vn-default/1"))
    taken()
    page = text(signed_in(TEACHER))
    assert '<option value="vn-default/1" selected>All learners' in page
    assert "0 of 3 learners have completed" in page


def test_strangers_find_no_such_page(settings: Any) -> None:
    attempt(account("man"), block())
    taken()
    stranger = signed_in("man")
    for query in ({}, {"format": "csv"}):
        assert stranger.get(PAGE, query).status_code == 404
    assert stranger.post(PAGE).status_code == 404
    assert signed_in(TEACHER).get("/digiskills/course/course-v1:Other+C+1/").status_code == 404
    assert Client().get(PAGE).status_code == 302
    settings.DIGISKILLS_COURSE_TEAM = "digiskills_grading.course_teams.nobody"
    assert signed_in(TEACHER).get(PAGE).status_code == 404


def test_the_team_takes_the_figures_of_a_small_course_when_it_likes() -> None:
    attempt(account("man"), block(), now=datetime.now(UTC))
    client = signed_in(TEACHER)
    assert "There are no figures of this course yet." in text(client)
    response = client.post(f"{PAGE}?lang=en")
    assert (response.status_code, response["Location"]) == (302, f"{PAGE}?group=&lang=en")
    assert "0 of 1 learners have completed" in text(client)


def test_a_large_course_is_not_counted_while_somebody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course_figures, "SMALL_COURSE", 2)
    for name in ("a", "b", "c"):
        attempt(account(name), block())
    assert not api.take_course_figures(COURSE, now=later(5))
    assert not CourseSnapshot.objects.exists()
    assert "Take the figures now" not in text(signed_in(TEACHER))
    assert api.refresh_course_figures(now=later(5), limit=10) == 1
    assert "0 of 3 learners" in text(signed_in(TEACHER))


def test_the_page_costs_the_same_however_many_learners_and_blocks_there_are(django_assert_num_queries: Any) -> None:
    client = signed_in(TEACHER)
    for number in range(6):
        attempt(account(f"learner-{number}"), block(f"block-{number}"))
        taken(minutes=2 * number)
        # Session, account, team; then figures, blocks, and whether there are too many runs.
        with django_assert_num_queries(6):
            text(client)


def test_figures_are_taken_again_when_they_are_due_and_less_often_while_nothing_changes() -> None:
    attempt(account("man"), block())
    assert api.refresh_course_figures(now=later(0), limit=10) == 1
    assert api.refresh_course_figures(now=later(14), limit=10) == 0
    assert api.refresh_course_figures(now=later(15), limit=10) == 1
    assert api.refresh_course_figures(now=later(44), limit=10) == 0
    attempt(account("gao"), block(), now=later(44))
    assert api.refresh_course_figures(now=later(45), limit=10) == 1
    assert CourseSnapshot.objects.get().wait_seconds == course_figures.SHORTEST_WAIT
    report = api.course_report(COURSE)
    assert report is not None
    assert (report.taken_at, report.learners) == (later(45), 2)


def test_figures_of_the_last_minute_are_those_of_now() -> None:
    attempt(account("man"), block())
    taken(minutes=10)
    attempt(account("gao"), block())
    assert taken(minutes=10.5).learners == 1
    assert taken(minutes=11).learners == 2


def test_the_export_has_a_row_for_each_learner_and_no_name() -> None:
    attempt(account("man"), block())
    attempt(account("gao"), block())
    rows = rows_of(signed_in(TEACHER))
    assert rows[2][0] == "Mind"
    assert rows[3][:6] == ["Learner", "Regulation", "Audience", "School level", "Decision", "Mastered or exempt"]
    assert {row[0] for row in rows[4:]} == {learners.resolve(account(name)).public_id for name in ("man", "gao")}
    row = dict(zip(rows[3], rows[4], strict=True))
    assert (row["Regulation"], row["Audience"], row["Decision"], row["S3"], row["A1"]) == (
        REGULATION,
        "Citizens",
        "not yet",
        "Mastered",
        "Not assessed",
    )
    assert not {"man", "gao"} & {cell for row in rows for cell in row}


def test_a_name_of_a_course_is_never_a_formula(settings: Any) -> None:
    settings.DIGISKILLS_COURSE_LINKS = f"{__name__}.FormulaCourse"
    attempt(account("man"), block())
    assert rows_of(signed_in(TEACHER))[0] == ["Course", "'=cmd()"]


class FormulaCourse:
    """A platform whose course has a hostile name."""

    def block_url(self, course_key: str, usage_key: str) -> str:
        return ""

    def course_url(self, course_key: str) -> str:
        return ""

    def course_name(self, course_key: str) -> str:
        return "=cmd()"

    def tasks(self, course_key: str) -> dict[str, str]:
        return {}


def test_the_way_to_the_page_from_lms_and_studio(settings: Any) -> None:
    assert api.course_page_url(COURSE) == PAGE
    settings.ROOT_URLCONF = "django.contrib.auth.urls"
    assert api.course_page_url(COURSE) == ""
    settings.LMS_ROOT_URL = "https://lms.example"
    assert api.course_page_url(COURSE) == f"https://lms.example{PAGE}"


def test_the_command_takes_what_is_due(capsys: pytest.CaptureFixture[str]) -> None:
    attempt(account("man"), block())
    for _ in range(2):
        call_command("digiskills_courses")
    assert capsys.readouterr().out == "figures of 1 courses taken\nfigures of 0 courses taken\n"
