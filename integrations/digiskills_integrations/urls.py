"""Pages of confirmations; grading's urls module takes them into the namespace ``digiskills``."""

from __future__ import annotations

from django.urls import path

from digiskills_integrations import credential_views, views

urlpatterns = [
    path("verify/", views.verify_form, name="verify-form"),
    path("verify/<str:number>/", views.verify, name="verify"),
    path("jwks.json", views.key_set, name="jwks"),
    path("did.json", credential_views.did, name="did"),
    path("test/did.json", credential_views.test_did, name="test-did"),
    path("status/<slug:code>/", credential_views.status_list, name="status-list"),
]
