"""URLs of the demo: the course's pages and files, the blocks' handlers and files, the product's pages, the admin."""

from __future__ import annotations

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from django.views.i18n import set_language
from workbench.views import package_resource

from demo import unit_pages, views

urlpatterns = [
    path("", views.index, name="index"),
    path("favicon.ico", RedirectView.as_view(url=static("demo/icon.svg"))),
    path("person/", views.choose_person, name="person"),
    path("language/", set_language, name="set_language"),
    path("units/<slug:name>/", unit_pages.unit, name="unit"),
    path("units/<slug:name>/answer/", unit_pages.answer, name="answer"),
    path("tasks/<str:task_id>/", unit_pages.task, name="task"),
    path("tasks/<str:task_id>/guided/", unit_pages.task, {"run_kind": "guided"}, name="guided_task"),
    path("progress/", views.progress, name="progress"),
    path("pages/<slug:name>/", views.extra_page, name="extra_page"),
    path("course-files/<str:locale>/<path:path>", views.course_file, name="course_file"),
    # The workbench's script builds these addresses itself, with a slash and a query at the end.
    re_path(r"^handler/(?P<usage_id>[^/]+)/(?P<name>[a-z_]+)/?$", views.handler, name="handler"),
    path("resource/<str:block_type>/<path:resource>", package_resource, name="package_resource"),
    path("digiskills/", include("digiskills_grading.urls")),
    path("admin/", admin.site.urls),
]
