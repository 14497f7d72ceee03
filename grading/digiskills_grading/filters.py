"""Steps for the platform's filters (openedx-filters), named in ``OPEN_EDX_FILTERS_CONFIG``."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext
from openedx_filters import PipelineStep
from openedx_filters.learning.filters import CertificateCreationRequested

from digiskills_grading import certificates
from digiskills_grading.errors import DigiskillsError

log = logging.getLogger(__name__)


class HoldCertificate(PipelineStep):
    """Holds a course certificate until the learner has completed, where a rule says so (`certificates`).

    A failure of ours lets the certificate pass, unless ``DIGISKILLS_CERTIFICATE_ON_ERROR`` is ``hold``: other courses' certificates
    must not depend on our health.
    """

    def run_filter(self, user: Any, course_key: Any, **_: Any) -> dict[str, Any]:
        """Lets pass, changing nothing, or prevents.

        Raises:
            PreventCertificateCreation: a rule fits the course, and the learner has not completed; or we cannot know and are to hold.
        """
        try:
            missing = _missing(user.pk, str(course_key))
        except (DatabaseError, DigiskillsError):
            missing = getattr(settings, "DIGISKILLS_CERTIFICATE_ON_ERROR", "allow") == "hold"
            log.exception("whether a certificate in %s has to wait is not known; it %s", course_key, "waits" if missing else "passes")
        if missing:
            raise CertificateCreationRequested.PreventCertificateCreation(
                gettext("The certificate follows when all digital skills that this course asks for have been shown.")
            )
        return {}


def _missing(user_id: int, course_key: str) -> bool:
    rule = certificates.rule_for(course_key)
    if rule is None or certificates.has_completed(user_id, rule):
        return False
    certificates.hold(user_id, course_key, rule, now=timezone.now())
    return True
