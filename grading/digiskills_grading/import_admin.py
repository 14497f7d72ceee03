"""Importing results in the admin: upload a file, check what would become of its rows, confirm; and the history of imports.

The views are not in the request's transaction, which the platform would open: an import opens its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import evolve
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digiskills_framework.api import Assurance, Audience
from digiskills_grading import imports, models
from digiskills_grading.csv_export import Cell, csv_lines
from digiskills_grading.data import ImportOptions, ImportReport, RowError
from digiskills_grading.errors import CallerError, ConfigurationError, RecordingStopped
from digiskills_grading.imports import uploads
from digiskills_grading.site_data import list_regulations

MAX_ROWS = 5000  # what a request can look through; more is for the command
RIGHT = "digiskills_grading.import_evidence"
RIGHT_TO_VOUCH = "digiskills_grading.import_assured_evidence"


class ImportForm(forms.Form):
    """The file and how to read it."""

    file = forms.FileField(label=_("File (CSV in UTF-8, or XLSX)"))
    source = forms.SlugField(label=_("Code of the system that sent the results"), max_length=64, help_text=_("For example: so-gddt-exam"))
    scale = forms.ChoiceField(
        label=_("Scale of the values"),
        required=False,
        choices=[("", _("in the column “scale”")), ("percent", "0 … 100"), ("ten", "0 … 10"), ("milli", "0 … 1000")],
    )
    dates = forms.ChoiceField(label=_("Form of the dates"), choices=[("iso", "2026-11-22"), ("day_first", "22/11/2026")])
    organisation = forms.ModelChoiceField(
        label=_("Organisation whose own numbers name the learners"),
        queryset=models.Organisation.objects.order_by("name"),
        to_field_name="code",
        required=False,
    )
    regulation = forms.ChoiceField(label=_("Learners join this regulation"), required=False)
    audience = forms.ChoiceField(label=_("… as this audience"), required=False, choices=[("", "–"), *((item, item) for item in Audience)])
    school_level = forms.CharField(label=_("… at this school level"), required=False, max_length=8)
    highest_assurance = forms.ChoiceField(label=_("Rows may claim at most this assurance"))
    practical = forms.BooleanField(label=_("Rows are practice, not knowledge, where they do not say"), required=False)
    all_or_nothing = forms.BooleanField(label=_("One rejected row keeps all others out"), required=False)

    def __init__(self, *args: Any, may_vouch: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices("regulation", ["", *list_regulations()])
        limit = max(item.rank for item in Assurance) if may_vouch else Assurance.IMPORTED.rank
        self._choices("highest_assurance", [item.value for item in Assurance if Assurance.IMPORTED.rank <= item.rank <= limit])

    def clean_file(self) -> Any:
        """Refuses what is too large for a request."""
        file = self.cleaned_data["file"]
        if file.size > uploads.MAX_UPLOAD_BYTES:
            raise forms.ValidationError(_("The file is too large for this page. Ask an operator to run digiskills_import_evidence."))
        return file

    def options(self) -> ImportOptions:
        """What was filled in."""
        given = self.cleaned_data
        organisation = given["organisation"]
        return ImportOptions(
            source=given["source"],
            scale=given["scale"] or None,
            dates=given["dates"],
            organisation=None if organisation is None else organisation.code,
            regulation=given["regulation"] or None,
            audience=given["audience"] or None,
            school_level=given["school_level"] or None,
            highest_assurance=Assurance(given["highest_assurance"]),
            practical=given["practical"],
            all_or_nothing=given["all_or_nothing"],
        )

    def _choices(self, name: str, values: list[str]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(value, value or "–") for value in values]


class ImportBatchAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # see ReadOnlyAdmin
    """The history; "add" leads to the upload."""

    list_display = ("filename", "source", "state", "rows", "added", "corrected", "unchanged", "rejected", "actor_id", "started_at")
    list_filter = ("state", "source")
    search_fields = ("=public_id", "filename")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RIGHT)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        """Ours first: they take the place of the form to add."""
        upload = transaction.non_atomic_requests(self.admin_site.admin_view(self.upload_view))
        check = transaction.non_atomic_requests(self.admin_site.admin_view(self.check_view))
        return [
            path("add/", upload, name="digiskills_grading_importbatch_add"),
            path("check/<str:public_id>/", check, name="digiskills_grading_importbatch_check"),
            *super().get_urls(),
        ]

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """The file and how to read it; then on to the check."""
        self._require_right(request)
        posted = request.POST if request.method == "POST" else None
        form = ImportForm(posted, request.FILES or None, may_vouch=request.user.has_perm(RIGHT_TO_VOUCH))
        if posted is not None and form.is_valid():
            public_id = self._kept(form, request)
            if public_id is not None:
                return HttpResponseRedirect(reverse("admin:digiskills_grading_importbatch_check", args=[public_id]))
        return self._page(request, "upload", title=_("Import results"), form=form)

    def check_view(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        """What would become of the rows; two buttons; and all errors as a file."""
        self._require_right(request)
        upload = uploads.find(public_id, actor_id=_account(request), now=timezone.now())
        if upload is None:
            raise Http404
        options = uploads.options_of(upload)
        if request.method == "POST":
            return self._settled(request, upload, options)
        errors: list[RowError] = []
        report = _run(upload, evolve(options, dry_run=True), request, errors)
        if "errors" in request.GET:
            response = StreamingHttpResponse(csv_lines(_error_rows(errors)), content_type="text/csv; charset=utf-8")
            response["Content-Disposition"] = 'attachment; filename="errors.csv"'
            return response
        return self._page(request, "check", title=_("Check before you import"), upload=upload, options=options, report=report)

    def _settled(self, request: HttpRequest, upload: models.ImportUpload, options: ImportOptions) -> HttpResponse:
        """Imports or discards, and lets the file go."""
        if "confirm" not in request.POST:
            upload.delete()
            messages.info(request, _("Nothing was imported; the file was deleted here."))
            return HttpResponseRedirect(reverse("admin:digiskills_grading_importbatch_changelist"))
        try:
            report = _run(upload, options, request, [])
        except RecordingStopped:
            messages.error(request, _("Recording is stopped at the moment. The file is kept for a day; try again later."))
            return HttpResponseRedirect(request.path)
        upload.delete()
        batch = models.ImportBatch.objects.get(public_id=report.batch_id or "")
        tell = messages.success if report.written else messages.error
        outcome = _("Imported: %(added)d added, %(corrected)d corrected, %(unchanged)d unchanged, %(rejected)d rejected.")
        refused = _("Nothing was imported, as %(rejected)d rows were rejected.")
        tell(request, (outcome if report.written else refused) % _figures(report))
        return HttpResponseRedirect(reverse("admin:digiskills_grading_importbatch_change", args=[batch.pk]))

    def _kept(self, form: ImportForm, request: HttpRequest) -> str | None:
        """Looks through the file and keeps it; None, and the form says why, if it cannot be imported."""
        file, options = form.cleaned_data["file"], form.options()
        try:
            report = imports.run(
                file, filename=file.name, options=evolve(options, dry_run=True), now=timezone.now(), actor_id=_account(request)
            )
            if report.rows > MAX_ROWS:
                form.add_error("file", _("The file has too many rows for this page. Ask an operator to run digiskills_import_evidence."))
                return None
            file.seek(0)
            return uploads.keep(file.read(), filename=file.name, options=options, actor_id=_account(request), now=timezone.now())
        except (CallerError, ConfigurationError) as error:
            form.add_error("file", str(error))
            return None

    def _require_right(self, request: HttpRequest) -> None:
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied

    def _page(self, request: HttpRequest, name: str, **context: Any) -> TemplateResponse:
        whole = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"digiskills_grading/admin_import_{name}.html", whole)


class LearnerReferenceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # see ReadOnlyAdmin
    """By which numbers organisations know learners."""

    list_display = ("external_id", "organisation", "learner")
    list_select_related = ("organisation", "learner")
    search_fields = ("=external_id", "=learner__public_id")
    raw_id_fields = ("learner", "organisation")


def _run(upload: models.ImportUpload, options: ImportOptions, request: HttpRequest, errors: list[RowError]) -> ImportReport:
    return imports.run(
        uploads.content_of(upload),
        filename=upload.filename,
        options=options,
        now=timezone.now(),
        actor_id=_account(request),
        on_error=errors.append,
    )


def _account(request: HttpRequest) -> int:
    """The platform account of who asks; the admin lets nobody in without one."""
    return int(request.user.pk or 0)


def _error_rows(errors: list[RowError]) -> Iterator[list[Cell]]:
    yield [str(_("Row")), str(_("Column")), str(_("Value")), str(_("What is wrong")), str(_("What to do"))]
    for error in errors:
        yield [error.row, error.field, error.value, error.problem, error.remedy]


def _figures(report: ImportReport) -> dict[str, int]:
    return {name: getattr(report, name) for name in ("rows", "added", "corrected", "unchanged", "rejected")}
