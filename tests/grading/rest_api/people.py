"""Who asks the API, and what there is to ask for."""

from __future__ import annotations

import json
import time
from datetime import date
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from jwt.algorithms import RSAAlgorithm

from digiskills_grading import api, learners
from digiskills_grading.data import LearnerRef
from digiskills_grading.models import AdminUnit, Learner, Membership, Organisation

BASE = "/digiskills/api/v1"
SINCE = date(2020, 1, 1)
NOBODY = "01M82CAW2Z8DTF4XEBW3J3Y8GN"


def user(name: str, *permissions: str) -> Any:
    """An account, with permissions by codename."""
    found, _ = get_user_model().objects.get_or_create(username=name)
    found.user_permissions.add(*Permission.objects.filter(content_type__app_label="digiskills_grading", codename__in=permissions))
    return found


def signed_in(name: str, *permissions: str, **options: Any) -> Client:
    """A browser in which the account is signed in."""
    client = Client(raise_request_exception=False, **options)
    client.force_login(user(name, *permissions))
    return client


def token(name: str, **claims: Any) -> str:
    """What goes into the header Authorization of a program that acts for the account."""
    now = int(time.time())
    content = {
        "iss": settings.JWT_AUTH["JWT_ISSUER"],
        "aud": settings.JWT_AUTH["JWT_AUDIENCE"],
        "preferred_username": name,
        "iat": now,
        "exp": now + 600,
        "version": "1.2.0",
        "scopes": [],
        "filters": [],
        "is_restricted": True,
    }
    return "JWT " + jwt.encode(content | claims, signing_key(), algorithm="RS512")


@cache
def signing_key() -> RSAPrivateKey:
    """The platform's key, made for this run."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def public_keys() -> str:
    """What the site tells everybody of it, as a JWK set."""
    return json.dumps({"keys": [json.loads(RSAAlgorithm.to_jwk(signing_key().public_key())) | {"kid": "tests", "alg": "RS512"}]})


def program(name: str, *permissions: str, **claims: Any) -> Client:
    """A program with a token for the account."""
    user(name, *permissions)
    return Client(raise_request_exception=False, headers={"Authorization": token(name, **claims)})


def public_id(name: str) -> str:
    """The learner that belongs to an account; created."""
    return api.ensure_learner(LearnerRef(user_id=user(name).pk))


def unit(code: str, parent: AdminUnit | None = None) -> AdminUnit:
    return AdminUnit.objects.get_or_create(code=code, defaults={"name": code, "level": "any", "parent": parent})[0]


def organisation(code: str, admin_unit: AdminUnit | None = None) -> Organisation:
    return Organisation.objects.get_or_create(code=code, defaults={"name": code, "kind": "team", "admin_unit": admin_unit})[0]


def belongs(name: str, to: Organisation, role: str, *, until: date | None = None) -> None:
    """The account's learner belongs to an organisation."""
    public_id(name)
    Membership.objects.create(learner=_learner(name), organisation=to, role=role, valid_from=SINCE, valid_to=until)


def lives_in(name: str, where: AdminUnit) -> None:
    api.ensure_learner(LearnerRef(user_id=user(name).pk), admin_unit=where.code)


def _learner(name: str) -> Learner:
    return learners.resolve(LearnerRef(user_id=user(name).pk))
