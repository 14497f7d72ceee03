"""The bits of confirmations: given out when a confirmation is issued, set when it is withdrawn, published as signed lists."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials.key_ring import BadgeKey
from digiskills_integrations.credentials.models import StatusEntry, StatusList
from digiskills_integrations.credentials.status_list import (
    LIST_SIZE,
    ListFacts,
    encode_list,
    sign_status_list,
)
from digiskills_integrations.credentials.status_reference import PURPOSES, Purpose, StatusEntryRef, StatusRef
from digiskills_integrations.errors import IntegrationsError, InternalError

if TYPE_CHECKING:
    from digiskills_integrations.confirmations.models import Confirmation

# So many draws in a row that hit a taken bit mean a list that is about 80 % full.
_DRAWS = 8
# A list is signed anew every hour and is good for a day, so that verifiers may keep it while our server is down.
SIGNED_EVERY = timedelta(hours=1)
GOOD_FOR = timedelta(days=1)


class NoStatusEntryError(IntegrationsError, InternalError):
    """A confirmation has no bit of this purpose: it was issued without one."""

    code = "no_status_entry"

    def __init__(self, number: str, purpose: str) -> None:
        super().__init__(f"the confirmation {number} has no status entry for {purpose}; records issued before status lists have none")


def allocate(
    confirmation: Confirmation, *, url_of: Callable[[str], str], random_below: Callable[[int], int] = secrets.randbelow
) -> StatusRef:
    """Draw a bit of each purpose for a new confirmation, inside the transaction that issues it; asked again, the same bits.

    Args:
        confirmation: saved; its ``test_mark`` says which lists.
        url_of: absolute address of the list with this code.
        random_below: returns an unpredictable integer in ``[0, n)``.
    """
    entries = {entry.purpose: entry for entry in _entries(confirmation)}
    for purpose in PURPOSES:
        if purpose not in entries:
            entries[purpose] = _draw(confirmation, purpose, random_below)
    return _reference(entries, url_of)


def status_of(confirmation: Confirmation, *, url_of: Callable[[str], str]) -> StatusRef | None:
    """The bits that :func:`allocate` gave, for a further version of the record; None for a confirmation without."""
    entries = {entry.purpose: entry for entry in _entries(confirmation)}
    return _reference(entries, url_of) if entries else None


def set_status(confirmation: Confirmation, purpose: Purpose, value: bool) -> None:
    """Set or clear the bit of a confirmation, inside the transaction that withdraws or reinstates it.

    Raises:
        NoStatusEntryError: it has none.
    """
    if not StatusEntry.objects.filter(confirmation=confirmation, purpose=purpose).update(value=value):
        # MySQL counts changed rows only where the driver is not told otherwise; Django tells it, so none means none.
        raise NoStatusEntryError(confirmation.number, purpose)


def find_list(code: str) -> StatusList | None:
    """The list with this code, ``revocation-1`` or ``test-revocation-1``."""
    test_mark, rest = code.startswith("test-"), code.removeprefix("test-")
    purpose, _, number = rest.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10 and str(int(number)) == number):
        return None
    return StatusList.objects.filter(purpose=purpose, test_mark=test_mark, number=int(number)).first()


def signed_list(status_list: StatusList, *, url: str, issuer_did: str, key: BadgeKey, now: datetime) -> JsonObject:
    """The signed credential of a list. Within an hour, the same bits give the same credential on every server."""
    taken = StatusEntry.objects.filter(list=status_list, value=True).values_list("index", flat=True)
    begin = datetime.fromtimestamp(now.timestamp() // SIGNED_EVERY.total_seconds() * SIGNED_EVERY.total_seconds(), UTC)
    facts = ListFacts(
        url=url,
        purpose="revocation" if status_list.purpose == "revocation" else "suspension",
        encoded=encode_list(taken),
        issuer_did=issuer_did,
        valid_from=begin,
        valid_until=begin + GOOD_FOR,
    )
    return sign_status_list(facts, key)


def _entries(confirmation: Confirmation) -> list[StatusEntry]:
    return list(StatusEntry.objects.filter(confirmation=confirmation).select_related("list"))


def _reference(entries: dict[str, StatusEntry], url_of: Callable[[str], str]) -> StatusRef:
    found = [(purpose, entries[purpose]) for purpose in PURPOSES]
    return StatusRef(tuple(StatusEntryRef(purpose, url_of(entry.list.code), entry.index) for purpose, entry in found))


def _draw(confirmation: Confirmation, purpose: Purpose, random_below: Callable[[int], int]) -> StatusEntry:
    """A bit that nobody has, in the newest list, or in a new one when that is nearly full. No counter: it would be a hot row."""
    while True:
        status_list = _newest_list(purpose, test_mark=confirmation.test_mark)
        for _ in range(_DRAWS):
            entry = StatusEntry(list=status_list, purpose=purpose, index=random_below(LIST_SIZE), confirmation=confirmation)
            # A bit that another transaction took is no error that would break ours: the row is then simply not there.
            StatusEntry.objects.bulk_create([entry], ignore_conflicts=True)
            stored = StatusEntry.objects.filter(confirmation=confirmation, purpose=purpose).select_related("list").first()
            if stored is not None:
                return stored
        _add_list(purpose, test_mark=confirmation.test_mark, number=status_list.number + 1)


def _newest_list(purpose: Purpose, *, test_mark: bool) -> StatusList:
    lists = StatusList.objects.filter(purpose=purpose, test_mark=test_mark).order_by("-number")
    newest = lists.first()
    if newest is None:
        _add_list(purpose, test_mark=test_mark, number=1)
        newest = lists.get()
    return newest


def _add_list(purpose: Purpose, *, test_mark: bool, number: int) -> None:
    StatusList.objects.bulk_create([StatusList(purpose=purpose, test_mark=test_mark, number=number)], ignore_conflicts=True)
