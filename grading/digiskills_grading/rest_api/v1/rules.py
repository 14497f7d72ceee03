"""The rules and the framework that are in force: anybody who is judged by them may read them."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from digiskills_grading.rest_api.v1.base import ApiView
from digiskills_grading.rest_api.v1.operations import Operation, PathPart
from digiskills_grading.rest_api.v1.permissions import InScope, IsSignedIn
from digiskills_grading.rest_api.v1.problems import not_found
from digiskills_grading.rest_api.v1.queries import NoQuery
from digiskills_grading.rest_api.v1.rule_shapes import (
    FrameworkListSerializer,
    FrameworkSerializer,
    RegulationListSerializer,
    RegulationSerializer,
)
from digiskills_grading.site_data import list_frameworks, list_regulations, load_framework, load_regulation

TAG = "rules"
ANYBODY = "For every account."
REGULATION = (
    PathPart(name="regulation_id", about="name of the regulation", pattern="^[a-z0-9-]{1,64}$"),
    PathPart(name="version", about="its version", pattern="^[1-9][0-9]{0,5}$"),
)
FRAMEWORK = (
    PathPart(name="framework_id", about="name of the framework", pattern="^[a-z0-9-]{1,64}$"),
    PathPart(name="version", about="its version", pattern="^[0-9]{1,4}(\\.[0-9]{1,4}){0,2}$"),
)


class RegulationList(ApiView):
    """Every version of every regulation."""

    permission_classes = (IsSignedIn, InScope)
    operations: ClassVar = {
        "get": Operation(
            id="listRegulations", tag=TAG, summary="All regulations", about=ANYBODY, gives=RegulationListSerializer, query=NoQuery
        )
    }

    def get(self, request: Request, **_: Any) -> Response:
        return Response(RegulationListSerializer({"items": [load_regulation(key) for key in list_regulations()]}).data)


class RegulationDetail(ApiView):
    """One version, whole."""

    permission_classes = (IsSignedIn, InScope)
    operations: ClassVar = {
        "get": Operation(
            id="getRegulation",
            tag=TAG,
            summary="A regulation: what each audience must master, and every rule with its basis and source",
            about=ANYBODY,
            gives=RegulationSerializer,
            query=NoQuery,
            path=REGULATION,
        )
    }

    def get(self, request: Request, regulation_id: str, version: str) -> Response:
        key = f"{regulation_id}/{version}"
        if key not in list_regulations():
            raise not_found()
        return Response(RegulationSerializer(load_regulation(key)).data)


class FrameworkList(ApiView):
    """Every version of every framework."""

    permission_classes = (IsSignedIn, InScope)
    operations: ClassVar = {
        "get": Operation(
            id="listFrameworks", tag=TAG, summary="All competency frameworks", about=ANYBODY, gives=FrameworkListSerializer, query=NoQuery
        )
    }

    def get(self, request: Request, **_: Any) -> Response:
        return Response(FrameworkListSerializer({"items": [load_framework(key) for key in list_frameworks()]}).data)


class FrameworkDetail(ApiView):
    """One version with its skills."""

    permission_classes = (IsSignedIn, InScope)
    operations: ClassVar = {
        "get": Operation(
            id="getFramework",
            tag=TAG,
            summary="A competency framework with its skill groups and skills",
            about=ANYBODY,
            gives=FrameworkSerializer,
            query=NoQuery,
            path=FRAMEWORK,
        )
    }

    def get(self, request: Request, framework_id: str, version: str) -> Response:
        key = f"{framework_id}/{version}"
        if key not in list_frameworks():
            raise not_found()
        return Response(FrameworkSerializer(load_framework(key)).data)
