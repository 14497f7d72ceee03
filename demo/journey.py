"""One record, the whole way: from the first task of a learner to the receipt of a registry. Every step checks what it shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from demo import people
from demo.browser import Browser, StepFailed, hazard_witness, require, scenario_of
from demo.places import ROOT, VAR
from demo.runtime import AUDIENCE, REGULATION
from digiskills_framework.api import load_regulation
from digiskills_framework.tasks import load_task
from digiskills_grading import api as grading
from digiskills_grading.data import DecisionData, LearnerRef
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.selectors import signed_record
from digiskills_integrations.credentials.verify import verify_vc_jwt
from digiskills_integrations.outbox.worker import deliver_due
from digiskills_integrations.sandbox.server import SandboxServer
from digiskills_simulator import api as simulator

Say = Callable[[str], object]
Step = tuple[str, Callable[[], None]]
PASS_MILLI = 700
WORKER = "journey"


class Clock:
    """The time of the workers and of the registry: the real one, moved on where the journey would have to wait."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return timezone.now() + self._ahead

    def wait_until(self, moment: datetime) -> None:
        self._ahead = max(self._ahead, moment - timezone.now())


class Journey:
    """The steps, in order. `steps` gives each with its title; a step raises `StepFailed` when something is not as it should be."""

    def __init__(self, server: SandboxServer, clock: Clock, say: Say) -> None:
        self._server = server
        self._clock = clock
        self._say = say
        self._person = people.learners()[0]
        self._browser = Browser(self._person)
        self._number = ""

    def steps(self) -> tuple[Step, ...]:
        """Titles and what to do."""
        return (
            ("Reads the first task and pays the right person", self._pay_well),
            ("Is asked for money by somebody who looks like family, and pays", self._fall_for_it),
            ("Tries again and rings the known number first", self._refuse),
            ("Acts fast when money has gone", self._recover),
            ("Sends an answer again that got lost on the way", self._send_again),
            ("The confirmation is issued and signed", self._issue),
            ("The registry refuses once, and takes it on the next attempt", self._deliver),
            ("Anybody can check it without network", self._verify_offline),
            ("Anybody can check it by its number", self._verify_by_number),
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
            "deliveries": "digiskills_integrations.Delivery",
            "receipts": "digiskills_integrations.Receipt",
        }
        return ", ".join([*(f"{name} {_rows(model).count()}" for name, model in counts.items()), "differences 0"])

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
        before = _rows("digiskills_grading.Evidence").count()
        attempt = _rows("digiskills_grading.Attempt").filter(state="scored").latest("id")
        trace = self._trace("A1-10", attempt.public_id, lambda _: "solve")
        first = self._browser.call("A1-10", "submit", {"attempt": attempt.public_id, "trace": trace, "language": "en"})
        empty = {"schema": "trace/1", "actions": []}
        other = self._browser.call("A1-10", "submit", {"attempt": attempt.public_id, "trace": empty, "language": "en"})
        require(first["feedback"] == other["feedback"], "the stored result changed when the attempt was sent again")
        require(_rows("digiskills_grading.Evidence").count() == before, "an attempt that was sent again was counted again")
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
        scenario = scenario_of(task_id, _rows("digiskills_grading.Attempt").get(public_id=attempt_id).seed)
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

    # Confirmation and delivery

    def _issue(self) -> None:
        issued = issue_pending(now=self._clock.now(), limit=10)
        require(issued == 1, f"{issued} confirmations were issued instead of 1")
        require(issue_pending(now=self._clock.now(), limit=10) == 0, "a second run of the issuing worker issued again")
        self._number = str(_rows("digiskills_integrations.Confirmation").get().number)
        self._say(f"    confirmation {self._number}, with the test mark: it was signed with a key of this computer")

    def _deliver(self) -> None:
        first = deliver_due(now=self._clock.now(), owner=WORKER, limit=10)
        require((first.postponed, first.acknowledged) == (1, 0), f"the first delivery was not refused and postponed: {first}")
        delivery = _rows("digiskills_integrations.Delivery").get()
        self._say(f"    refused on purpose ({delivery.last_error}); again in {(delivery.due_at - self._clock.now()).total_seconds():.0f} s")
        self._clock.wait_until(delivery.due_at)
        second = deliver_due(now=self._clock.now(), owner=WORKER, limit=10)
        require(second.acknowledged == 1, f"the second delivery was not acknowledged: {second}")
        receipt = _rows("digiskills_integrations.Receipt").get()
        effects = self._server.store.effects()
        require([effect.receipt for effect in effects] == [receipt.reference], "the registry holds something else than the receipt says")
        self._say(f"    receipt {receipt.reference}; the registry holds the record of {effects[0].holder} once")

    def _verify_offline(self) -> None:
        key_set = self._browser.get(reverse("digiskills:jwks"))
        record = signed_record(self._number)
        require(record is not None, "the signed record is missing")
        jwks, file = VAR / "jwks.json", VAR / "confirmation.jwt"
        jwks.write_text(key_set, encoding="utf-8")
        file.write_text(str(record), encoding="utf-8")
        verified = verify_vc_jwt(file.read_text(encoding="utf-8"), json.loads(jwks.read_text(encoding="utf-8")), now=self._clock.now())
        require(verified.is_test, "a record of the demo has no test mark")
        self._say("    genuine. Try it: digiskills credential verify " + f"{_short(file)} --jwks {_short(jwks)}")

    def _verify_by_number(self) -> None:
        page = self._browser.get(reverse("digiskills:verify", args=[self._number]), lang="en")
        require("TEST" in page, "the verification page does not show the test mark")
        require(self._person.name not in page, "the verification page shows the holder's full name")
        page = self._browser.get(reverse("digiskills:my-skills"), lang="en")
        require("verify/" in page, "the learner's page does not show the confirmation")
        self._say("    valid, test mark shown, no name; the learner's own page links to it")

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


def _rows(model: str) -> Any:
    """Rows of a table, for counting and for what never leaves the server."""
    return apps.get_model(model).objects.all()


def _short(path: Any) -> str:
    """A path as one types it from the checkout."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


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
