"""URLs of our apps, for what signs addresses into records."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("digiskills/", include("digiskills_grading.urls"))]
