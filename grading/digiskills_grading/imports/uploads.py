"""Files that wait between being looked through and being confirmed; encrypted, of one person, and gone after a day."""

from __future__ import annotations

import base64
import io
import json
from datetime import datetime, timedelta
from typing import BinaryIO

from attrs import asdict

from digiskills_framework.api import Assurance
from digiskills_grading.data import ImportOptions
from digiskills_grading.ids import new_public_id
from digiskills_grading.models import ImportUpload

MAX_UPLOAD_BYTES = 2 * 1024 * 1024
KEPT = timedelta(days=1)


def keep(content: bytes, *, filename: str, options: ImportOptions, actor_id: int, now: datetime) -> str:
    """Keeps a file and the options it was uploaded with; gives its public id. Uploads that nobody confirmed in time go.

    Raises:
        ConfigurationError: there is no key to encrypt with.
    """
    ImportUpload.objects.filter(created_at__lt=now - KEPT).delete()
    upload = ImportUpload.objects.create(
        public_id=new_public_id(now),
        actor_id=actor_id,
        filename=filename[:255],
        options=json.dumps(asdict(options), ensure_ascii=False),
        body=base64.b64encode(content).decode("ascii"),
        created_at=now,
    )
    return upload.public_id


def find(public_id: str, *, actor_id: int, now: datetime) -> ImportUpload | None:
    """Somebody's own upload; None where there is none, or no longer."""
    return ImportUpload.objects.filter(public_id=public_id, actor_id=actor_id, created_at__gte=now - KEPT).first()


def content_of(upload: ImportUpload) -> BinaryIO:
    """The file as it was uploaded."""
    return io.BytesIO(base64.b64decode(upload.body))


def options_of(upload: ImportUpload) -> ImportOptions:
    """The options it was uploaded with."""
    stored = json.loads(upload.options)
    return ImportOptions(**{**stored, "highest_assurance": Assurance(stored["highest_assurance"])})
