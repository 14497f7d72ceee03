"""Receivers of the platform's signals. Thin, and never a write inside the platform's transaction."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from digiskills_grading import certificates, inbox
from digiskills_grading.data import LearnerRef
from digiskills_grading.learners import retire_learner

log = logging.getLogger(__name__)


def retire(user: Any, **_: Any) -> None:
    """The platform retires an account (USER_RETIRE_LMS_MISC): what we hold of the person goes, once the platform has committed.

    A failure surfaces in the retirement request, whose pipeline then repeats the step; doing it twice does no harm.
    """
    ref = LearnerRef(user_id=user.pk)
    transaction.on_commit(lambda: retire_learner(ref))
    transaction.on_commit(lambda: certificates.forget(user.pk))


def score_changed(**event: Any) -> None:
    """The platform set a score (PROBLEM_WEIGHTED_SCORE_CHANGED), in a request of somebody else's block: it is noted and nothing else.

    Nothing that fails here may fail there. The log names the block and the kind of error, and nobody.
    """
    try:
        inbox.receive(event, now=timezone.now())
    except Exception as error:  # noqa: BLE001 - an error would break the block whose score it is
        # Without the traceback, whose values name a person.
        log.error("a score of block %s was not noted: %s", event.get("usage_id"), type(error).__name__)  # noqa: TRY400
