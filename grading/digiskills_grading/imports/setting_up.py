"""What the options of an import refer to: skills, time zone, organisation, and when the same file was imported before."""

from __future__ import annotations

import hashlib
import json
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import asdict
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from digiskills_framework.api import FrameworkDataError
from digiskills_grading.data import ImportOptions
from digiskills_grading.errors import ImportRefused
from digiskills_grading.models import ImportBatch, Organisation
from digiskills_grading.policies import load_policy
from digiskills_grading.site_data import list_frameworks, load_framework, load_regulation

# What of the options decides what a file says; the rest only decides what is done with it.
_READING = ("scale", "dates", "timezone", "organisation", "practical")


def skills_meant(options: ImportOptions, filename: str) -> dict[str, tuple[str, ...]]:
    """Facets by code of the skills that rows may name.

    Raises:
        ImportRefused: an audience is missing, or there is no such framework.
        UnknownContext: there is no such regulation, audience or school level.
    """
    if options.regulation is not None:
        if options.audience is None:
            remedy = _("Name the audience too, or leave out the regulation.")
            raise ImportRefused(filename, _("it is not said as which audience the learners join"), remedy, value=options.regulation)
        load_policy(options.regulation, options.audience, options.school_level)
        frameworks: tuple[str, ...] = (load_regulation(options.regulation).framework,)
    else:
        frameworks = list_frameworks() if options.framework is None else (options.framework,)
    try:
        return {skill.code: skill.facet_codes for key in frameworks for skill in load_framework(key).skills}
    except FrameworkDataError as error:
        remedy = _("Name one of: %s") % ", ".join(list_frameworks())
        raise ImportRefused(filename, _("the framework cannot be used"), remedy, value=str(options.framework)) from error


def zone_meant(options: ImportOptions, filename: str) -> tzinfo:
    """The zone of times without an offset.

    Raises:
        ImportRefused: there is none of this name.
    """
    if options.timezone is None:
        return timezone.get_default_timezone()
    try:
        return ZoneInfo(options.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        remedy = _("Give a name like Asia/Ho_Chi_Minh.")
        raise ImportRefused(filename, _("there is no such time zone"), remedy, value=options.timezone) from error


def organisation_pk(options: ImportOptions, filename: str) -> int | None:
    """Row id of the organisation whose numbers the file holds.

    Raises:
        ImportRefused: there is none of this code.
    """
    if options.organisation is None:
        return None
    found = Organisation.objects.filter(code=options.organisation).values_list("pk", flat=True).first()
    if found is None:
        raise ImportRefused(filename, _("there is no such organisation"), _("Check the code."), value=options.organisation)
    return found


def digest_of(file_digest: str, options: ImportOptions) -> str:
    """Digest of a file together with the options by which it is read: read otherwise, it says something else."""
    reading = {name: value for name, value in asdict(options).items() if name in _READING}
    return hashlib.sha256(json.dumps([file_digest, reading], sort_keys=True).encode()).hexdigest()


def first_batch(digest: str, options: ImportOptions) -> int | None:
    """Row id of the first batch that wrote from the same file; None for a file that is new."""
    batches = ImportBatch.objects.filter(file_digest=digest, source=options.source).exclude(state=ImportBatch.State.REFUSED)
    found: int | None = batches.aggregate(first=Min("pk"))["first"]
    return found
