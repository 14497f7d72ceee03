"""Pages of the product under the one namespace ``digiskills``.

Django keeps only one of two includes with the same namespace, so the pages of the other apps of this product come in here: an installed
app names its URL module in ``digiskills_urls`` of its AppConfig.
"""

from __future__ import annotations

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from digiskills_grading import course_views, report_views, views

app_name = "digiskills"

urlpatterns: list[URLPattern | URLResolver] = [
    path("course/<str:course_key>/", course_views.course, name="course"),
    path("my-skills/", views.my_skills, name="my-skills"),
    path("my-skills/start/", views.start, name="start"),
    path("reports/households/", report_views.households, name="households-report"),
    path("reports/units/", report_views.units, name="units-report"),
]
urlpatterns.append(path("api/v1/", include("digiskills_grading.rest_api.v1.urls")))
_contributed = (getattr(config, "digiskills_urls", None) for config in apps.get_app_configs())
urlpatterns += [path("", include(module)) for module in _contributed if module is not None]
