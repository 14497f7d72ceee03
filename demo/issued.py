"""The second half of the journey: the record is issued, delivered, checked by strangers, withdrawn and reinstated."""

from __future__ import annotations

import json
from pathlib import Path

from django.urls import reverse

from demo.browser import Browser, require
from demo.places import ROOT, VAR
from demo.walking import Clock, Say, Step, rows
from digiskills_integrations.confirmations import lifecycle
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.selectors import signed_badge, signed_record
from digiskills_integrations.credentials.verify import verify_vc_jwt
from digiskills_integrations.credentials.verify_badge import check_status, verify_badge
from digiskills_integrations.outbox.worker import DeliveryReport, deliver_due
from digiskills_integrations.sandbox.server import SandboxServer

WORKER = "journey"
REFUSALS = 2
LISTS = ("test-revocation-1", "test-suspension-1")


class IssuedRecord:
    """The record of one learner from its issue on; every step checks what it shows."""

    def __init__(self, browser: Browser, holder: str, server: SandboxServer, clock: Clock, say: Say) -> None:
        self._browser = browser
        self._holder = holder
        self._server = server
        self._clock = clock
        self._say = say
        self._number = ""

    def steps(self) -> tuple[Step, ...]:
        """Titles and what to do."""
        return (
            ("The confirmation is issued and signed, as a record for registries and as a badge", self._issue),
            ("The registry fails twice, and takes it on the third attempt", self._deliver),
            ("Anybody can check record and badge without network", self._verify_offline),
            ("Anybody can check it by its number", self._verify_by_number),
            ("It is withdrawn until further notice: registry, page and badge say so", self._withdraw),
            ("The review finds it right: it is reinstated, and everybody learns that too", self._reinstate),
        )

    def _issue(self) -> None:
        issued = issue_pending(now=self._clock.now(), limit=10)
        require(issued == 1, f"{issued} confirmations were issued instead of 1")
        require(issue_pending(now=self._clock.now(), limit=10) == 0, "a second run of the issuing worker issued again")
        self._number = str(rows("digiskills_integrations.Confirmation").get().number)
        self._say(f"    confirmation {self._number}, with the test mark: it was signed with keys of this computer")

    def _deliver(self) -> None:
        for _ in range(REFUSALS):
            report = self._run_worker()
            require((report.postponed, report.acknowledged) == (1, 0), f"the delivery was not refused and postponed: {report}")
            delivery = rows("digiskills_integrations.Delivery").select_related("destination").get()
            # The event has its schedule, and the registry may have asked to be left alone.
            again = max(filter(None, (delivery.due_at, delivery.destination.paused_until)))
            wait = (again - self._clock.now()).total_seconds()
            self._say(f"    refused on purpose ({delivery.last_error}); again in {wait:.0f} s")
            self._clock.wait_until(again)
        self._send("issued")
        effect = self._server.store.effects()[0]
        require(effect.holder == self._holder, "the registry holds another name")
        self._say(f"    the registry holds the record of {effect.holder} once")

    def _verify_offline(self) -> None:
        record, badge = signed_record(self._number), signed_badge(self._number)
        require(record is not None and badge is not None, "the signed record or its badge is missing")
        jwks = self._save("jwks.json", self._browser.get(reverse("digiskills:jwks")))
        self._save("did.json", self._browser.get(reverse("digiskills:did")))
        file = self._save("confirmation.jwt", str(record))
        self._save("badge.json", str(badge))
        key_set = json.loads(jwks.read_text(encoding="utf-8"))
        verified = verify_vc_jwt(file.read_text(encoding="utf-8"), key_set, now=self._clock.now())
        require(verified.is_test, "a record of the demo has no test mark")
        self._require_status("good")
        self._say(f"    genuine. Try it: digiskills credential verify {_short(file)} --jwks {_short(jwks)}")
        lists = " ".join(f"--status-list {_short(VAR / f'{code}.json')}" for code in LISTS)
        self._say(f"    digiskills credential verify {_short(VAR / 'badge.json')} --did {_short(VAR / 'did.json')} {lists}")

    def _verify_by_number(self) -> None:
        page = self._page()
        require("TEST" in page and "intact" in page, "the verification page does not show a valid record with the test mark")
        require("<svg" in page, "the verification page has no QR code")
        require(self._holder not in page, "the verification page shows the holder's full name")
        require("verify/" in self._browser.get(reverse("digiskills:my-skills"), lang="en"), "the learner's page misses the confirmation")
        self._say("    valid, test mark shown, no name; the learner's own page links to it")

    def _withdraw(self) -> None:
        lifecycle.withdraw(self._number, reason="under_review", actor="registrar", now=self._clock.now())
        self._send("withdrawn")
        require("was withdrawn" in self._page(), "the verification page does not say that the record was withdrawn")
        self._require_status("suspended")
        self._say("    the page says: withdrawn; the badge is genuine, its status list says: suspended")

    def _reinstate(self) -> None:
        lifecycle.reinstate(self._number, reason="review_ended", actor="registrar", now=self._clock.now())
        self._send("reinstated")
        require("intact" in self._page(), "the verification page does not show the reinstated record as valid")
        self._require_status("good")
        effects = [effect.operation for effect in reversed(self._server.store.effects())]
        require(effects == ["issued", "withdrawn", "reinstated"], f"the registry was told {effects}")
        self._say(f"    the registry was told, in this order: {', '.join(effects)}")

    def _send(self, operation: str) -> None:
        """One run of the worker, after which the newest event is acknowledged and its receipt is the registry's."""
        report = self._run_worker()
        require(report.acknowledged == 1, f"the event {operation} was not acknowledged: {report}")
        receipt = rows("digiskills_integrations.Receipt").latest("id")
        effect = self._server.store.effects()[0]
        require(
            (effect.receipt, effect.operation) == (receipt.reference, operation), "the registry holds something else than the receipt says"
        )
        self._say(f"    {operation}: receipt {receipt.reference}")

    def _run_worker(self) -> DeliveryReport:
        return deliver_due(now=self._clock.now(), owner=WORKER, limit=10)

    def _require_status(self, wanted: str) -> None:
        """The badge is genuine by the DID document, and the status lists of today say ``wanted``."""
        lists = [self._save(f"{code}.json", self._browser.get(reverse("digiskills:status-list", args=[code]))) for code in LISTS]
        texts = [path.read_text(encoding="utf-8") for path in lists]
        did_document = json.loads((VAR / "did.json").read_text(encoding="utf-8"))
        badge = verify_badge((VAR / "badge.json").read_text(encoding="utf-8"), did_document, now=self._clock.now())
        status = check_status(badge.credential, texts, did_document, now=self._clock.now())
        require(status == wanted, f"the status lists say {status} of the badge instead of {wanted}")

    def _page(self) -> str:
        return self._browser.get(reverse("digiskills:verify", args=[self._number]), lang="en")

    @staticmethod
    def _save(name: str, content: str) -> Path:
        path = VAR / name
        path.write_text(content, encoding="utf-8")
        return path


def _short(path: Path) -> str:
    """A path as one types it from the checkout."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
