"""Pages for everybody, for a course's team, and the course builder for its few; grading's urls module takes them into ``digiskills``."""

from __future__ import annotations

from django.urls import path

from digiskills_xblock.pages import course_builder, open_practice, public_files, replay

urlpatterns = [
    path("course-builder/", course_builder.builder, name="course-builder"),
    path("course/<str:course_key>/attempts/", replay.runs, name="runs"),
    path("attempts/<str:attempt_id>/", replay.run, name="run"),
    path("attempts/<str:attempt_id>/steps", replay.steps, name="run-steps"),
    path("try/", open_practice.tasks, name="try-list"),
    path("try/kiosk/", open_practice.kiosk, name="kiosk"),
    path("try/files/<str:version>/<path:name>", public_files.public_file, name="try-file"),
    path("try/<str:task_id>/", open_practice.task, name="try"),
    path("try/<str:task_id>/handler/<str:name>", open_practice.handler, name="try-handler"),
]
