"""Addresses of version 1. They end without a slash; whatever is not here is answered with a problem."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from digiskills_grading.rest_api.v1 import document, imports, learners, observations, rules
from digiskills_grading.rest_api.v1.base import Nowhere

urlpatterns: list[URLPattern] = [
    path("me", learners.OwnLearner.as_view()),
    path("me/evidence", learners.OwnEvidence.as_view()),
    path("me/mastery", learners.OwnMastery.as_view()),
    path("me/decisions", learners.OwnDecisions.as_view()),
    path("learners/<str:learner_id>", learners.LearnerDetail.as_view()),
    path("learners/<str:learner_id>/evidence", learners.EvidenceList.as_view()),
    path("learners/<str:learner_id>/mastery", learners.MasteryList.as_view()),
    path("learners/<str:learner_id>/decisions", learners.LearnerDecisions.as_view()),
    path("learners/<str:learner_id>/observations", observations.ObservationRecord.as_view()),
    path("decisions", learners.DecisionFeed.as_view()),
    path("regulations", rules.RegulationList.as_view()),
    path("regulations/<str:regulation_id>/<str:version>", rules.RegulationDetail.as_view()),
    path("frameworks", rules.FrameworkList.as_view()),
    path("frameworks/<str:framework_id>/<str:version>", rules.FrameworkDetail.as_view()),
    path("imports", imports.ImportRun.as_view()),
    path("imports/<str:batch_id>", imports.ImportBatchDetail.as_view()),
    path("openapi.json", document.OpenApiDocument.as_view()),
    re_path(r"^", Nowhere.as_view()),
]
