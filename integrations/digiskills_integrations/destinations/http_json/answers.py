"""Reading a registry's answer by its profile: one result for each record that was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from digiskills_framework.registry import AnswerForm, RegistryProfile
from digiskills_integrations.canonical import JsonObject, parse_object
from digiskills_integrations.destinations.base import ReceiptStatus, RegistryAnswer, TransportError
from digiskills_integrations.destinations.http_answers import REASON_LENGTH, REFERENCE_LENGTH, text_of

Result = RegistryAnswer | TransportError


def read_results(profile: RegistryProfile, body: bytes, keys: Sequence[str]) -> list[Result]:
    """What became of each record, in the order of ``keys``.

    A record that the answer does not mention, or mentions twice with different results, is asked for again: its key keeps that harmless.

    Raises:
        TransportError: the answer as a whole is not understood.
    """
    try:
        content = parse_object(body)
    except ValueError as error:
        raise TransportError("unreadable_receipt", permanent=False) from error
    if profile.batch is None:
        return [_result(profile.answer, content, keys[0])]
    members = content.get(profile.answer.results)
    if not isinstance(members, list):
        raise TransportError("unreadable_receipt", permanent=False)
    by_key = _by_key(profile.answer, members)
    return [_one_of(profile.answer, by_key.get(key, []), key) for key in keys]


def _by_key(form: AnswerForm, members: list[object]) -> Mapping[str, list[JsonObject]]:
    found: dict[str, list[JsonObject]] = {}
    for member in members:
        if isinstance(member, dict) and isinstance(member.get(form.key), str):
            found.setdefault(member[form.key], []).append(member)
    return found


def _one_of(form: AnswerForm, members: list[JsonObject], key: str) -> Result:
    if not members:
        return TransportError("no_result", permanent=False)
    if any(member != members[0] for member in members):
        return TransportError("unreadable_receipt", permanent=False)
    return _result(form, members[0], key)


def _result(form: AnswerForm, content: JsonObject, key: str) -> Result:
    if content.get(form.key) != key:
        return TransportError("unreadable_receipt", permanent=False)
    word = text_of(content, form.status)
    if word in form.again:
        return TransportError("again", permanent=False)
    status: ReceiptStatus | None = "acknowledged" if word in form.accepted else "rejected" if word in form.rejected else None
    if status is None:
        return TransportError("unreadable_receipt", permanent=False)
    return RegistryAnswer(
        status=status,
        reference=text_of(content, form.reference)[:REFERENCE_LENGTH],
        reason=text_of(content, form.reason)[:REASON_LENGTH] if status == "rejected" else "",
        raw=content,
    )
