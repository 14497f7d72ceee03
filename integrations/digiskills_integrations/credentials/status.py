"""The bits of confirmations: given out when a confirmation is issued, set when it is withdrawn, published as signed lists."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from digiskills_grading.errors import InternalError
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
from digiskills_integrations.errors import IntegrationsError

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
    confirmation: Confirmation, version: int, *, url_of: Callable[[str], str], random_below: Callable[[int], int] = secrets.randbelow
) -> StatusRef:
    """Draw a bit of each purpose for a new version, inside the transaction that signs it, and revoke the versions before; asked again, the
    same bits.

    Args:
        confirmation: saved; its ``test_mark`` says which lists.
        version: the number of the version.
        url_of: absolute address of the list with this code.
        random_below: returns an unpredictable integer in ``[0, n)``.
    """
    StatusEntry.objects.filter(confirmation=confirmation, version__lt=version, purpose="revocation").update(value=True)
    return StatusRef(tuple(_entry_of(confirmation, version, purpose, url_of, random_below) for purpose in PURPOSES))


def set_status(confirmation: Confirmation, purpose: Purpose, value: bool) -> None:
    """Set or clear the bit of a confirmation's newest version, inside the transaction that withdraws or reinstates it.

    Raises:
        NoStatusEntryError: it has none.
    """
    newest = StatusEntry.objects.filter(confirmation=confirmation, purpose=purpose).order_by("-version").first()
    if newest is None:
        raise NoStatusEntryError(confirmation.number, purpose)
    newest.value = value
    newest.save(update_fields=["value"])


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


def _entry_of(
    confirmation: Confirmation, version: int, purpose: Purpose, url_of: Callable[[str], str], random_below: Callable[[int], int]
) -> StatusEntryRef:
    entry = _stored(confirmation, version, purpose) or _draw(confirmation, version, purpose, random_below)
    return StatusEntryRef(purpose, url_of(entry.list.code), entry.index)


def _stored(confirmation: Confirmation, version: int, purpose: Purpose) -> StatusEntry | None:
    return StatusEntry.objects.filter(confirmation=confirmation, version=version, purpose=purpose).select_related("list").first()


def _draw(confirmation: Confirmation, version: int, purpose: Purpose, random_below: Callable[[int], int]) -> StatusEntry:
    """A bit that nobody has, in the newest list, or in a new one when that is nearly full. No counter: it would be a hot row."""
    while True:
        status_list = _newest_list(purpose, test_mark=confirmation.test_mark)
        for _ in range(_DRAWS):
            index = random_below(LIST_SIZE)
            entry = StatusEntry(list=status_list, purpose=purpose, index=index, confirmation=confirmation, version=version)
            # A bit that another transaction took is no error that would break ours: the row is then simply not there.
            StatusEntry.objects.bulk_create([entry], ignore_conflicts=True)
            stored = _stored(confirmation, version, purpose)
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
