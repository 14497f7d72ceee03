"""Pages of confirmations; grading's urls module takes them into the namespace ``digiskills``."""

from __future__ import annotations

from django.urls import path

from digiskills_integrations import views

urlpatterns = [
    path("verify/", views.verify_form, name="verify-form"),
    path("verify/<str:number>/", views.verify, name="verify"),
    path("jwks.json", views.key_set, name="jwks"),
]
