"""Receivers of the platform's signals. Thin, and never a write inside the platform's transaction."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from digiskills_grading.data import LearnerRef
from digiskills_grading.learners import retire_learner


def retire(user: Any, **_: Any) -> None:
    """The platform retires an account (USER_RETIRE_LMS_MISC): what we hold of the person goes, once the platform has committed.

    A failure surfaces in the retirement request, whose pipeline then repeats the step; doing it twice does no harm.
    """
    ref = LearnerRef(user_id=user.pk)
    transaction.on_commit(lambda: retire_learner(ref))
