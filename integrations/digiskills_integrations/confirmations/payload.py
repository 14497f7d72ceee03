"""The content of a confirmation as a W3C Verifiable Credential. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from digiskills_framework.api import Regulation
from digiskills_grading.data import IssueCase
from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials.disclosure import Disclosure
from digiskills_integrations.credentials.vc_jwt import VC_CONTEXT, VC_TYPE, vc_time

# Our own terms, so that a JSON-LD reader drops none of them.
TERMS = {"@vocab": "https://digiskills.org/ns/confirmation/v1#"}


@attrs.frozen(kw_only=True)
class RecordFacts:
    """What goes into one version of a confirmation.

    Attributes:
        number: canonical form.
        version: from 1.
        issuer: ``id`` and ``name``.
        disclosure: the holder's name, of which the record carries a digest only; None when no name is known.
        issued_at, valid_until: aware times.
    """

    number: str
    version: int
    issuer: JsonObject
    test_mark: bool
    case: IssueCase
    regulation: Regulation
    disclosure: Disclosure | None
    issued_at: datetime
    valid_until: datetime | None


def build_credential(facts: RecordFacts) -> JsonObject:
    """The unsigned credential; which optional facts it holds is the regulation's ``record.fields``."""
    credential: JsonObject = {
        "@context": [VC_CONTEXT, TERMS],
        "id": f"urn:digiskills:confirmation:{facts.number}:{facts.version}",
        "type": [VC_TYPE, "DigitalSkillsConfirmation"],
        "issuer": facts.issuer,
        "validFrom": vc_time(facts.issued_at),
        "credentialSubject": _subject(facts),
    }
    if facts.valid_until is not None:
        credential["validUntil"] = vc_time(facts.valid_until)
    if facts.test_mark:
        credential["testMark"] = True
    return credential


def valid_until(case: IssueCase, regulation: Regulation, issued_at: datetime) -> datetime | None:
    """When the confirmation ends: with the first mastery that expires, else after the regulation's ``validity_days``, else never."""
    ends = [mastery.expires_at for mastery in case.mastery if mastery.expires_at is not None]
    days = regulation.values(case.decision.audience).validity_days
    if days is not None:
        ends.append(issued_at + timedelta(days=days))
    return min(ends, default=None)


def _subject(facts: RecordFacts) -> JsonObject:
    decision, fields = facts.case.decision, facts.regulation.record_fields
    subject: JsonObject = {
        "id": f"urn:digiskills:learner:{decision.learner_public_id}",
        "confirmationNumber": facts.number,
        "regulation": facts.regulation.key,
        "regulationLabel": {"vi": facts.regulation.label.vi, "en": facts.regulation.label.en},
        "audience": decision.audience,
        "decision": {"n": decision.n, "digest": decision.digest},
    }
    if "framework" in fields:
        subject["framework"] = facts.regulation.framework
    if "decided_on" in fields:
        subject["decision"]["decidedAt"] = vc_time(decision.decided_at)
    if "skills" in fields:
        mastered = [mastery for mastery in facts.case.mastery if mastery.state == "mastered"]
        subject["skills"] = [{"skill": mastery.skill, "valueMilli": mastery.value_milli} for mastery in mastered]
    if "holder_name" in fields and facts.disclosure is not None:
        subject["nameCommitment"] = facts.disclosure.commitment
    return subject
