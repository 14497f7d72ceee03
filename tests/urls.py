"""URLs of the test suite: the pages of both apps where the demo mounts them; the workbench brings its handlers and the admin."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("digiskills/", include("digiskills_grading.urls")),
    path("digiskills/", include("digiskills_integrations.urls")),
    path("", include("workbench.urls")),
]
