"""Studio's pages of ours. The LMS has them too, in the namespace that grading's urls module gathers (see `urls`)."""

from __future__ import annotations

from django.urls import path

from digiskills_xblock.pages import course_builder, public_files

app_name = "digiskills"

urlpatterns = [
    path("course-builder/", course_builder.builder, name="course-builder"),
    path("course-builder/files/<str:version>/<path:name>", public_files.public_file, name="try-file"),
]
