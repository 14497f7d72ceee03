"""Results from elsewhere, sent by a machine: the same import as the command's, for files that are done within one request.

There is no queue behind it. A request that is answered 200 is done; one that is broken off can be sent again, since importing the same
rows again changes nothing. Files that take longer than a request may go by ``digiskills_import_evidence``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from digiskills_framework.api import Assurance
from digiskills_grading import api, listings
from digiskills_grading.data import ImportOptions, ImportReport
from digiskills_grading.errors import ImportRefused
from digiskills_grading.rest_api.v1.base import ApiView, import_limit, now
from digiskills_grading.rest_api.v1.import_shapes import ImportBatchSerializer, ImportReportSerializer, ImportRequestSerializer
from digiskills_grading.rest_api.v1.operations import PUBLIC_ID, WRITE, Operation, PathPart
from digiskills_grading.rest_api.v1.permissions import IMPORT_ASSURED, InScope, IsSignedIn, MayImport, caller_of
from digiskills_grading.rest_api.v1.problems import ApiProblem, FieldProblem, invalid, not_found
from digiskills_grading.rest_api.v1.queries import NoQuery
from digiskills_grading.rest_api.v1.writing import answer_once, idempotency_key

TAG = "imports"
# Of a multipart body, beside the file itself.
_FRAME_BYTES = 16 * 1024


class ImportRun(ApiView):
    """One import, or its dry run."""

    permission_classes = (IsSignedIn, InScope, MayImport)
    parser_classes = (MultiPartParser,)
    operations: ClassVar = {
        "post": Operation(
            id="importEvidence",
            tag=TAG,
            summary="Import results from elsewhere, or look what would become of them",
            about="For accounts that may import results. The file is CSV or XLSX. Answered when it is done; rows that were rejected are "
            "listed without their values.",
            gives=ImportReportSerializer,
            takes=ImportRequestSerializer,
            query=NoQuery,
            scope=WRITE,
        )
    }

    def max_body(self) -> int:
        return import_limit() + _FRAME_BYTES

    def post(self, request: Request, **_: Any) -> Response:
        idempotency_key(request)
        moment = now()
        given = ImportRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(given.validated_data)
        file: UploadedFile[bytes] = values.pop("file")
        if (file.size or 0) > import_limit():
            raise invalid([FieldProblem("file", f"longer than {import_limit()} bytes; use the command digiskills_import_evidence")])
        _require_assurance(request, values)
        user_id = caller_of(request).user_id

        def work() -> dict[str, Any]:
            return dict(ImportReportSerializer(_run(file, values, user_id, moment)).data)

        return answer_once(request, _fingerprint(values, file), work, now=moment)


class ImportBatchDetail(ApiView):
    """What became of an import that was to write."""

    permission_classes = (IsSignedIn, InScope, MayImport)
    operations: ClassVar = {
        "get": Operation(
            id="getImport",
            tag=TAG,
            summary="An import that was to write, with its figures",
            about="For whoever asked for it.",
            gives=ImportBatchSerializer,
            query=NoQuery,
            path=(PathPart(name="batch_id", about="batch_id of the report", pattern=PUBLIC_ID),),
        )
    }

    def get(self, request: Request, batch_id: str) -> Response:
        batch = listings.import_batch(batch_id, actor_id=caller_of(request).user_id)
        if batch is None:
            raise not_found()
        return Response(ImportBatchSerializer(batch).data)


def _run(file: UploadedFile[bytes], values: Mapping[str, Any], user_id: int, moment: datetime) -> ImportReport:
    """The import itself.

    Raises:
        ApiProblem: the file as a whole is refused; nothing was written.
    """
    options = ImportOptions(**values)
    try:
        return api.import_evidence(BytesIO(file.read()), filename=file.name or "upload", options=options, now=moment, actor_id=user_id)
    except ImportRefused as error:
        # Without what the error quotes of the file.
        detail = f"{error.problem}. {error.remedy}"
        raise ApiProblem(HTTPStatus.UNPROCESSABLE_ENTITY, error.code, detail) from error


def _require_assurance(request: Request, values: Mapping[str, Any]) -> None:
    """Results that claim supervision need the permission that the admin asks for too."""
    claimed: Assurance = values["highest_assurance"]
    if claimed.rank > Assurance.IMPORTED.rank and not request.user.has_perm(IMPORT_ASSURED):
        raise ApiProblem(HTTPStatus.FORBIDDEN, "forbidden", f"Your account may import results as {Assurance.IMPORTED} at most.")


def _fingerprint(values: Mapping[str, Any], file: UploadedFile[bytes]) -> str:
    """Tells one import from another: its options, and the file byte by byte."""
    digest = hashlib.sha256(json.dumps(["imports", dict(values), file.name], sort_keys=True).encode())
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
