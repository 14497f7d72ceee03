"""Course certificates that wait until the learner has completed; see docs/how-to/operate.md. Off until the operator sets a rule.

The platform asks a filter before it makes a certificate, and does not ask again by itself when what was missing is there. So what is held
is noted, and the sweeper asks the platform again for those who have completed since.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from fnmatch import fnmatchcase

from attrs import frozen
from django.conf import settings
from django.db import transaction

from digiskills_grading import platform
from digiskills_grading.errors import ConfigurationError
from digiskills_grading.models import HeldCertificate, Track
from digiskills_grading.settings.hooks import FILTER, STEP
from digiskills_grading.succession import keys_since

log = logging.getLogger(__name__)

_FIELDS = frozenset({"courses", "regulation", "audience"})


@frozen
class CertificateRule:
    """In these courses a certificate waits for "completed" on this track.

    Attributes:
        courses: a course key in which ``*`` stands for any text.
        regulation: ``id/version``.
    """

    courses: str
    regulation: str
    audience: str


def rules() -> tuple[CertificateRule, ...]:
    """The setting ``DIGISKILLS_CERTIFICATE_RULES``, judged.

    Raises:
        ConfigurationError: naming entry, field, value and remedy.
    """
    given = getattr(settings, "DIGISKILLS_CERTIFICATE_RULES", None) or ()
    return tuple(_rule(f"DIGISKILLS_CERTIFICATE_RULES[{position}]", value) for position, value in enumerate(given))


def rule_for(course_key: str) -> CertificateRule | None:
    """The first rule whose pattern fits the course.

    Raises:
        ConfigurationError: as `rules`.
    """
    return next((rule for rule in rules() if fnmatchcase(course_key, rule.courses)), None)


def has_completed(user_id: int, rule: CertificateRule) -> bool:
    """Whether the account's decision on the rule's track is "completed" today; under a newer version too that was adopted in its place."""
    return Track.objects.filter(
        learner__user_id=user_id, regulation__key__in=keys_since(rule.regulation), audience=rule.audience, status=Track.Status.COMPLETED
    ).exists()


def hold(user_id: int, course_key: str, rule: CertificateRule, *, now: datetime) -> None:
    """Notes that a certificate waits. One row a person and course, in a savepoint of its own: legal inside the platform's transactions."""
    values = {"regulation": rule.regulation, "audience": rule.audience, "held_at": now}
    with transaction.atomic():
        HeldCertificate.objects.update_or_create(user_id=user_id, course_key=course_key, defaults=values)


def held() -> int:
    """How many certificates wait."""
    return HeldCertificate.objects.count()


def ask_again(*, now: datetime, limit: int) -> int:
    """Asks the platform for the certificates of those who have completed since; returns how many.

    Whether one is made, the platform decides by its own conditions. One that is held again meanwhile stays noted.
    """
    asked = 0
    for row in _ready(limit):
        if platform.request_certificate(row.user_id, row.course_key):
            asked += 1
        HeldCertificate.objects.filter(pk=row.pk, held_at=row.held_at).delete()
        log.info("certificate of account %s in %s asked for again at %s", row.user_id, row.course_key, now.isoformat(timespec="seconds"))
    return asked


def forget(user_id: int) -> None:
    """Deletes what waits for an account that is retired."""
    HeldCertificate.objects.filter(user_id=user_id).delete()


def is_hooked() -> bool:
    """Whether the platform's filter runs our step."""
    config = getattr(settings, "OPEN_EDX_FILTERS_CONFIG", None) or {}
    step = config.get(FILTER, [])
    pipeline = step.get("pipeline", []) if isinstance(step, Mapping) else step
    return STEP in ([pipeline] if isinstance(pipeline, str) else pipeline)


def _ready(limit: int) -> list[HeldCertificate]:
    """What waits of those who have completed, oldest first. Looked at pair by pair: a few regulations, and few who wait."""
    found: list[HeldCertificate] = []
    for regulation, audience in HeldCertificate.objects.order_by("regulation", "audience").values_list("regulation", "audience").distinct():
        done = Track.objects.filter(
            regulation__key__in=keys_since(regulation), audience=audience, status=Track.Status.COMPLETED, learner__user_id__isnull=False
        )
        waiting = HeldCertificate.objects.filter(regulation=regulation, audience=audience)
        found += waiting.filter(user_id__in=done.values("learner__user_id")).order_by("id")[: limit - len(found)]
    return found


def _rule(where: str, value: object) -> CertificateRule:
    if not isinstance(value, Mapping) or value.keys() != _FIELDS or not all(isinstance(text, str) and text for text in value.values()):
        raise ConfigurationError(f"{where} is {value!r}; it must be a dict of texts with exactly {', '.join(sorted(_FIELDS))}")
    return CertificateRule(**value)
