"""The content of a record as a W3C Verifiable Credential. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from digiskills_framework.api import RecordType, Regulation
from digiskills_grading.data import RecordCase, SkillMastery
from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials.disclosure import Disclosure
from digiskills_integrations.credentials.status_reference import StatusRef
from digiskills_integrations.credentials.texts import vc_time
from digiskills_integrations.credentials.vc_jwt import VC_CONTEXT, VC_TYPE

# Our own terms, so that a JSON-LD reader drops none of them.
TERMS = {"@vocab": "https://digiskills.org/ns/confirmation/v1#"}
TYPES = {RecordType.CONFIRMATION: "DigitalSkillsConfirmation", RecordType.RESULT: "DigitalSkillsResult"}


@attrs.frozen(kw_only=True)
class RecordFacts:
    """What goes into one version of a record.

    Attributes:
        number: canonical form.
        version: from 1.
        issuer: ``id`` and ``name``.
        disclosure: the holder's name, of which the record carries a digest only; None when no name is known.
        valid_from, valid_until: aware times.
        status: the bits in which a withdrawal will show.
    """

    number: str
    version: int
    record_type: RecordType
    issuer: JsonObject
    test_mark: bool
    case: RecordCase
    regulation: Regulation
    disclosure: Disclosure | None
    valid_from: datetime
    valid_until: datetime | None
    status: StatusRef

    @property
    def name_commitment(self) -> str | None:
        """What the record carries of the name, if the regulation wants it."""
        wanted = "holder_name" in self.regulation.record_fields
        return self.disclosure.commitment if wanted and self.disclosure is not None else None


def build_credential(facts: RecordFacts) -> JsonObject:
    """The unsigned credential; which optional facts it holds is the regulation's ``record.fields``."""
    credential: JsonObject = {
        "@context": [VC_CONTEXT, TERMS],
        "id": f"urn:digiskills:confirmation:{facts.number}:{facts.version}",
        "type": [VC_TYPE, TYPES[facts.record_type]],
        "issuer": facts.issuer,
        "validFrom": vc_time(facts.valid_from),
        "credentialSubject": _subject(facts),
        "credentialStatus": facts.status.to_json(),
    }
    if facts.valid_until is not None:
        credential["validUntil"] = vc_time(facts.valid_until)
    if facts.test_mark:
        credential["testMark"] = True
    return credential


def valid_until(case: RecordCase, regulation: Regulation, record_type: RecordType, valid_from: datetime) -> datetime | None:
    """When a record ends: with the first mastery that expires, else after the regulation's ``validity_days``, else never.

    A mastery that is over already is not in the record and does not end it; an exemption never ends by itself.

    A result never ends: it says what was found on a day.
    """
    if record_type is RecordType.RESULT:
        return None
    ends = [mastery.expires_at for mastery in case.mastery if mastery.state == "mastered" and mastery.expires_at is not None]
    days = regulation.values(case.decision.audience, case.school_level).validity_days
    if days is not None:
        ends.append(valid_from + timedelta(days=days))
    return min(ends, default=None)


def _subject(facts: RecordFacts) -> JsonObject:
    decision, fields = facts.case.decision, facts.regulation.record_fields
    subject: JsonObject = {
        "id": f"urn:digiskills:learner:{decision.learner_public_id}",
        "confirmationNumber": facts.number,
        "recordType": facts.record_type.value,
        "regulation": facts.regulation.key,
        "regulationLabel": {"vi": facts.regulation.label.vi, "en": facts.regulation.label.en},
        "audience": decision.audience,
        "decision": {"n": decision.n, "status": decision.status, "digest": decision.digest},
    }
    if "framework" in fields:
        subject["framework"] = facts.regulation.framework
    if "school_level" in fields and facts.case.school_level is not None:
        subject["schoolLevel"] = facts.case.school_level
    if "decided_on" in fields:
        subject["decision"]["decidedAt"] = vc_time(decision.decided_at)
    if "skills" in fields:
        subject["skills"] = [_skill(mastery, facts.record_type) for mastery in facts.case.mastery if _belongs(mastery, facts.record_type)]
    if facts.name_commitment is not None:
        subject["nameCommitment"] = facts.name_commitment
    return subject


def _belongs(mastery: SkillMastery, record_type: RecordType) -> bool:
    """A confirmation names what was mastered, and no skill from which the learner is exempt; a result names every state there is."""
    return mastery.state == "mastered" if record_type is RecordType.CONFIRMATION else mastery.state != "not_assessed"


def _skill(mastery: SkillMastery, record_type: RecordType) -> JsonObject:
    skill: JsonObject = {"skill": mastery.skill, "valueMilli": mastery.value_milli}
    return skill if record_type is RecordType.CONFIRMATION else {**skill, "state": mastery.state}
