"""One record, the whole way: from the first task of a learner to the receipt of a registry. Every step checks what it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.html import escape

from demo import people
from demo.browser import Browser, StepFailed, hazard_witness, require, scenario_of
from demo.issued import IssuedRecord
from demo.outline import outline
from demo.questions import question_of
from demo.runtime import AUDIENCE, REGULATION
from demo.walking import Clock, Say, Step, rows
from digiskills_framework.api import load_regulation
from digiskills_framework.tasks import load_task
from digiskills_grading import api as grading
from digiskills_grading.data import DecisionData, LearnerRef
from digiskills_integrations.sandbox.server import SandboxServer
from digiskills_simulator import api as simulator

PASS_MILLI = 700
LEARNT = "K1"


class Journey:
    """The steps, in order. `steps` gives each with its title; a step raises `StepFailed` when something is not as it should be."""

    def __init__(self, server: SandboxServer, clock: Clock, say: Say) -> None:
        self._clock = clock
        self._say = say
        self._browser = Browser(people.learners()[0])
        self._record = IssuedRecord(self._browser, people.learners()[0].name, server, clock, say)

    def steps(self) -> tuple[Step, ...]:
        """Titles and what to do."""
        return (
            ("Reads a lesson of the course, answers a question wrong, reads why, and answers again", self._learn),
            ("Reads the first task and pays the right person", self._pay_well),
            ("Is asked for money by somebody who looks like family, and pays", self._fall_for_it),
            ("Tries again and rings the known number first", self._refuse),
            ("Acts fast when money has gone", self._recover),
            ("Sends an answer again that got lost on the way", self._send_again),
            *self._record.steps(),
            ("Every mastery and decision follows from the evidence", self._recompute),
            ("The official sees it in the table", self._read_table),
        )

    def summary(self) -> str:
        """What there is at the end, in counts."""
        counts = {
            "attempts": "digiskills_grading.Attempt",
            "evidence": "digiskills_grading.Evidence",
            "decisions": "digiskills_grading.Decision",
            "confirmations": "digiskills_integrations.Confirmation",
            "events": "digiskills_integrations.ConfirmationEvent",
            "deliveries": "digiskills_integrations.Delivery",
            "receipts": "digiskills_integrations.Receipt",
        }
        return ", ".join([*(f"{name} {rows(model).count()}" for name, model in counts.items()), "differences 0"])

    # Lesson and questions

    def _learn(self) -> None:
        units = next(one.children for chapter in outline("en").chapters for one in chapter.children if one.title.startswith(f"{LEARNT}. "))
        require("<h3>" in self._browser.get(reverse("unit", args=[units[0].name])), "the first page of the lesson is empty")
        check = units[-1]
        question = question_of(check.children[0])
        secrets = [choice.because for choice in question.choices] + list(question.why[1:])
        require(
            not self._shows(self._browser.get(reverse("unit", args=[check.name])), secrets), "the page tells the answer before it is given"
        )
        right = next(number for number, choice in enumerate(question.choices) if choice.right)
        for number in (right - 1 if right else right + 1, right):
            page = self._browser.send(reverse("answer", args=[check.name]), {question.name: number, "answer": question.name})
            require(self._shows(page, [question.choices[number].because]), "the page does not tell what the answer means")
            self._say(f"    “{question.choices[number].text}”: {question.choices[number].because}")
        report = grading.process_inbox(now=self._clock.now())
        require(report.evidence == 1, f"the answers became {report.evidence} pieces of evidence instead of 1")
        self._say("    the last answer is evidence of what she knows, beside what she does in practice")

    @staticmethod
    def _shows(page: str, texts: list[str]) -> bool:
        """Whether a page holds any of these texts."""
        return any(escape(text) in page for text in texts)

    # Practice

    def _pay_well(self) -> None:
        score = self._play("S3-01", lambda _: "solve")
        require(score == 1000, f"a perfect run scores {score} instead of 1000")
        self._require_not_yet()

    def _fall_for_it(self) -> None:
        score = self._play("A1-03", hazard_witness)
        require(score < PASS_MILLI, f"a run into a hazard scores {score}, which passes")
        self._require_not_yet()

    def _refuse(self) -> None:
        score = self._play("A1-03", lambda _: "solve")
        require(score == 1000, f"a perfect run scores {score} instead of 1000")
        self._require_not_yet()

    def _recover(self) -> None:
        self._play("A1-10", lambda _: "solve")
        decision = self._decision()
        require(decision.status == "completed", f"the decision is {decision.status}: {self._reasons(decision)}")
        self._say(f"    decision {decision.n}: COMPLETED – {load_regulation(REGULATION).label.en}")

    def _send_again(self) -> None:
        before = rows("digiskills_grading.Evidence").count()
        attempt = rows("digiskills_grading.Attempt").filter(state="scored").latest("id")
        trace = self._trace("A1-10", attempt.public_id, lambda _: "solve")
        first = self._browser.call("A1-10", "submit", {"attempt": attempt.public_id, "trace": trace, "language": "en"})
        empty = {"schema": "trace/1", "actions": []}
        other = self._browser.call("A1-10", "submit", {"attempt": attempt.public_id, "trace": empty, "language": "en"})
        require(first["feedback"] == other["feedback"], "the stored result changed when the attempt was sent again")
        require(rows("digiskills_grading.Evidence").count() == before, "an attempt that was sent again was counted again")
        self._say("    the same result, counted once")

    def _play(self, task_id: str, choose: Callable[[simulator.Scenario], str]) -> int:
        """Plays a task as one of its witnesses does; returns the score, 0 … 1000."""
        page = self._browser.get(reverse("task", args=[task_id]))
        require("DigiskillsPractice" in page, f"the page of {task_id} has no player")
        started = self._browser.call(task_id, "start", {"run_kind": "counted", "language": "en"})
        require(started["stored"], f"{task_id} is not recorded")
        trace = self._trace(task_id, started["attempt"], choose)
        answer = self._browser.call(task_id, "submit", {"attempt": started["attempt"], "trace": trace, "language": "en"})
        feedback = answer["feedback"]
        self._say(f"    {task_id} {load_task(task_id).title.en}: {len(trace['actions'])} actions, {feedback['score_milli'] / 10:g} of 100")
        for hazard in feedback["hazards"]:
            self._say(f"    what happened: {hazard['story']}")
        return int(feedback["score_milli"])

    def _trace(self, task_id: str, attempt_id: str, choose: Callable[[simulator.Scenario], str]) -> dict[str, Any]:
        """What the browser would record. The seed is read from the table: it never leaves the server."""
        attempt = rows("digiskills_grading.Attempt").get(public_id=attempt_id)
        scenario = scenario_of(task_id, attempt.seed, attempt.overlay)
        return simulator.trace_to_json(simulator.witness_trace(scenario, choose(scenario)))

    # Decisions

    def _require_not_yet(self) -> None:
        decision = self._decision()
        require(decision.status == "not_yet", f"the decision is {decision.status} before all skills are mastered")
        self._say(f"    decision {decision.n}: not yet, because")
        for reason in self._reasons(decision):
            self._say(f"      - {reason}")

    def _decision(self) -> DecisionData:
        tracks = grading.track_overviews(LearnerRef(user_id=self._browser.user.pk))
        for track in tracks:
            if (track.regulation, track.audience) == (REGULATION, AUDIENCE) and track.decision is not None:
                return track.decision
        raise StepFailed("there is no decision about the learner")

    @staticmethod
    def _reasons(decision: DecisionData) -> tuple[str, ...]:
        return grading.reason_sentences(decision, "en")

    # Proof and report

    def _recompute(self) -> None:
        report = grading.recompute(check=True)
        require(not report.differences, f"recomputing differs: {report.differences[:1]}")
        self._say(f"    {report.summary()}")

    def _read_table(self) -> None:
        report = grading.unit_report(REGULATION, now=self._clock.now())
        require(report.rows, "the table is empty")
        row = report.rows[0]
        require((row.tried, row.completed, row.confirmed) == (1, 1, 1), f"the first row of the table is wrong: {row}")
        official = Browser(next(person for person in people.PEOPLE if person.home is None))
        require(row.name in official.get(reverse("digiskills:units-report")), "the page of the table misses the row")
        figures = f"learners {row.learners}, tried {row.tried}, completed {row.completed}, confirmed {row.confirmed}"
        self._say(f"    {row.name}, {row.audience}: {figures}")


def run(server: SandboxServer, clock: Clock, say: Say) -> str:
    """Goes all steps and returns the counts.

    Raises:
        StepFailed: a step is not as it should be; its title has been said.
    """
    journey = Journey(server, clock, say)
    for number, (title, step) in enumerate(journey.steps(), start=1):
        say(f"{number:2}. {title}")
        step()
    say("")
    return journey.summary()
