"""Citizens' numbers: stored encrypted, found by a keyed index, told only to the registries that need them.

Nothing here guesses: a number that is not there is not there. A number stands in no log, no address and no error.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError

from digiskills_framework.api import IdentityScheme, load_identity_scheme
from digiskills_grading import api as grading
from digiskills_grading.data import LearnerRef
from digiskills_grading.errors import LearnerNotFound
from digiskills_integrations import conf, sealing
from digiskills_integrations.errors import IdentityInUseError, IdentityRefusedError
from digiskills_integrations.identity.index import IndexKey, index_keys
from digiskills_integrations.identity.models import VerifiedIdentity
from digiskills_integrations.locking import in_own_transaction

logger = logging.getLogger(__name__)
_BATCH = 200


def record_identity(learner_public_id: str, number: str, *, pack: str, source: str, now: datetime) -> None:
    """Keep the verified number of a learner, in place of an earlier one. Deliveries that waited for it go on with the next run.

    Args:
        number: as the authority writes it; spaces at the ends are dropped.
        pack: country pack whose identity scheme it follows.
        source: how it was verified: a code such as ``vneid-login`` or ``desk-check``.

    Raises:
        IdentityRefusedError: not a number of the scheme.
        IdentityInUseError: another learner has it.
        LearnerNotFound: nobody has this outward id.
        ConfigurationError: no usable keys.
        FrameworkDataError: the pack has no identity scheme.
        RuntimeError: called inside a transaction.
    """
    scheme = load_identity_scheme(pack, conf.data_directories())
    number = well_formed(number, scheme)
    if not grading.learner_exists(LearnerRef(public_id=learner_public_id)):
        raise LearnerNotFound(learner_public_id)
    keys = index_keys()
    values = {
        "scheme": scheme.code,
        "number": sealing.seal({"number": number}),
        "number_index": keys[0].digest(scheme.code, number),
        "index_key": keys[0].name,
        "is_test": scheme.is_test(number),
        "source": source,
        "verified_at": now,
    }

    def work() -> None:
        other = _by_number(scheme.code, number, keys)
        if other is not None and other != learner_public_id:
            raise IdentityInUseError(other)
        VerifiedIdentity.objects.update_or_create(learner_public_id=learner_public_id, defaults=values)

    try:
        in_own_transaction(work)
    except IntegrityError as error:
        # Two learners were given one number in the same moment; the other transaction was the quicker one.
        other = _by_number(scheme.code, number, keys)
        if other is None or other == learner_public_id:
            raise
        raise IdentityInUseError(other) from error
    logger.info("learner %s has a verified identity (%s)", learner_public_id, source)


def well_formed(number: str, scheme: IdentityScheme) -> str:
    """The number without spaces at its ends.

    Raises:
        IdentityRefusedError: not exactly as many digits as the scheme demands.
    """
    stripped = number.strip()
    if not scheme.is_well_formed(stripped):
        raise IdentityRefusedError(f"not a number of {scheme.code}, which has exactly {scheme.digits} digits; read it again from the card")
    return stripped


def number_of(learner_public_id: str, scheme: IdentityScheme, *, is_test: bool) -> str | None:
    """The learner's number under this scheme; None when there is none, or when only the other kind (real, for tests) is there.

    Raises:
        ConfigurationError: no key opens it.
    """
    row = VerifiedIdentity.objects.filter(learner_public_id=learner_public_id, scheme=scheme.code, is_test=is_test).first()
    return None if row is None else str(sealing.unseal(row.number)["number"])


def learner_of(number: str, *, pack: str) -> str | None:
    """The learner who has this number.

    Raises:
        IdentityRefusedError: not a number of the scheme.
        ConfigurationError, FrameworkDataError: as for `record_identity`.
    """
    scheme = load_identity_scheme(pack, conf.data_directories())
    return _by_number(scheme.code, well_formed(number, scheme), index_keys())


def has_verified_identity(learner_public_id: str) -> bool:
    """Whether a real number of this learner is kept."""
    return VerifiedIdentity.objects.filter(learner_public_id=learner_public_id, is_test=False).exists()


def forget(learner_public_id: str) -> None:
    """Delete a learner's number. Doing it twice does no harm."""
    VerifiedIdentity.objects.filter(learner_public_id=learner_public_id).delete()


def rotate() -> int:
    """Put every number under the newest keys; returns how many. Afterwards the old keys may be dropped. May be broken off and repeated.

    Raises:
        ConfigurationError: no usable keys, or none that opens a number; those before it are done.
    """
    newest = index_keys()[0]
    done, last = 0, 0
    while rows := list(VerifiedIdentity.objects.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        for row in rows:
            number = str(sealing.unseal(row.number)["number"])
            changes = {
                "number": sealing.seal({"number": number}),
                "number_index": newest.digest(row.scheme, number),
                "index_key": newest.name,
            }
            # A number that was replaced meanwhile is under the newest keys already.
            done += VerifiedIdentity.objects.filter(pk=row.pk, number=row.number).update(**changes)
        last = rows[-1].pk
    return done


def _by_number(scheme: str, number: str, keys: Sequence[IndexKey]) -> str | None:
    found = VerifiedIdentity.objects.filter(number_index__in=[key.digest(scheme, number) for key in keys])
    return found.values_list("learner_public_id", flat=True).first()
