"""URLs of the test suite: the pages of both apps where the demo mounts them, the admin, and the workbench's handlers."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("digiskills/", include("digiskills_grading.urls")),
    path("digiskills/", include("digiskills_integrations.urls")),
    path("", include("workbench.urls")),
]
