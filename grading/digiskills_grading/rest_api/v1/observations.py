"""Observations, sent by whoever may observe the learner."""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from digiskills_grading import access, api
from digiskills_grading.data import LearnerRef
from digiskills_grading.days import day_of
from digiskills_grading.rest_api.v1.base import ApiView, now
from digiskills_grading.rest_api.v1.learners import LEARNER_ID, TAG
from digiskills_grading.rest_api.v1.observation_shapes import ObservationRequestSerializer, ObservationSerializer
from digiskills_grading.rest_api.v1.operations import WRITE, Operation
from digiskills_grading.rest_api.v1.permissions import InScope, IsSignedIn, caller_of
from digiskills_grading.rest_api.v1.queries import NoQuery
from digiskills_grading.rest_api.v1.writing import answer_once, idempotency_key


class ObservationRecord(ApiView):
    """One observation of one learner."""

    permission_classes = (IsSignedIn, InScope)
    operations: ClassVar = {
        "post": Operation(
            id="recordObservation",
            tag=TAG,
            summary="Record what you saw a learner do",
            about="For roles that a regulation of the learner names as observers, held in the learner's organisation or for their admin "
            "unit. 404 for a learner whose evidence you may not read, 403 for one whom you may not observe.",
            gives=ObservationSerializer,
            takes=ObservationRequestSerializer,
            query=NoQuery,
            path=(LEARNER_ID,),
            scope=WRITE,
        )
    }

    def post(self, request: Request, learner_id: str) -> Response:
        caller, moment, key = caller_of(request), now(), idempotency_key(request)
        given = ObservationRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(given.validated_data)
        access.readable_learner(caller, learner_id, "evidence", today=day_of(moment))
        text = json.dumps(["observations", learner_id, values], sort_keys=True)

        def work() -> dict[str, str]:
            # The key is the observer's reference too: done again after a crash, it records nothing new.
            recorded = api.record_observation(
                LearnerRef(public_id=learner_id), **values, reference=key, actor_id=caller.user_id, now=moment
            )
            return {"id": recorded}

        return answer_once(request, hashlib.sha256(text.encode()).hexdigest(), work, now=moment)
