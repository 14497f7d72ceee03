"""Whose a result is, from the cell that names the learner. An unknown person is an error of the row: nobody is created by a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _

from digiskills_grading import learners
from digiskills_grading.data import LearnerRef
from digiskills_grading.errors import NotPermitted, OrganisationNotFound
from digiskills_grading.ids import new_public_id
from digiskills_grading.imports.faults import Fault
from digiskills_grading.imports.spool import Owner
from digiskills_grading.models import Learner, LearnerReference, Organisation
from digiskills_grading.transactions import run_locked


def find_owners(column: str, cells: Collection[str], organisation: int | None) -> dict[str, Owner]:
    """The owners of the cells; who is not there is left out. At most two queries.

    Args:
        column: one of `columns.PERSON_COLUMNS`.
        organisation: row id of the one whose numbers ``external_id`` holds; None for other columns.
    """
    if column == "learner_id":
        rows = Learner.objects.filter(public_id__in=cells).values_list("public_id", "pk", "merged_into_id")
        return {public_id: Owner(learner=merged or pk) for public_id, pk, merged in rows}
    if column == "external_id":
        references = LearnerReference.objects.filter(organisation_id=organisation or 0, external_id__in=cells)
        found = references.values_list("external_id", "learner_id", "learner__merged_into_id")
        return {external_id: Owner(learner=merged or pk) for external_id, pk, merged in found}
    accounts = get_user_model().objects
    if column == "username":
        named = dict(accounts.filter(username__in=cells).values_list("username", "pk"))
    else:
        numbers = dict(accounts.filter(pk__in=[int(cell) for cell in cells]).values_list("pk", "pk"))
        named = {cell: numbers[int(cell)] for cell in cells if int(cell) in numbers}
    return _owners_of_accounts({cell: account for cell, account in named.items() if cell in cells})


def set_external_id(ref: LearnerRef, *, organisation: str, external_id: str) -> None:
    """Tells by which number an organisation knows a learner; an earlier one of the same organisation stays valid.

    Never a citizen's number or another one that the state gives: those belong into the identity vault.

    Raises:
        LearnerNotFound: no learner has the public id.
        OrganisationNotFound: there is no such organisation.
        NotPermitted: the organisation knows another learner by this number.
        RuntimeError: inside somebody else's transaction.
    """
    found = Organisation.objects.filter(code=organisation).first()
    if found is None:
        raise OrganisationNotFound(organisation)
    learner = learners.resolve(ref)

    def work() -> None:
        row, _created = LearnerReference.objects.get_or_create(
            organisation=found, external_id=external_id, defaults={"learner_id": learner.pk}
        )
        if row.learner_id != learner.pk:
            raise NotPermitted(f"{organisation} knows another learner by {external_id!r}; take that reference away first")

    run_locked(learner.pk, work)


def unknown(column: str, cell: str) -> Fault:
    """That nobody is there by this cell."""
    remedy = {
        "learner_id": _("Check the number, or register the learner first."),
        "external_id": _("Check the number, or tell us first whose number of this organisation it is."),
    }.get(column, _("Check the account, or have the person sign up first."))
    return Fault(column, cell, _("there is no such learner"), remedy)


def admit(accounts: Collection[int]) -> list[tuple[int, int]]:
    """Gives accounts that are seen for the first time their learner; pairs of account and row id of the learner."""
    now = timezone.now()
    known = set(Learner.objects.filter(user_id__in=accounts).values_list("user_id", flat=True))
    new = [Learner(user_id=account, public_id=new_public_id(now), created_at=now) for account in accounts if account not in known]
    Learner.objects.bulk_create(new, ignore_conflicts=True)  # another process may have met them in between
    rows = Learner.objects.filter(user_id__in=accounts).values_list("user_id", "pk", "merged_into_id")
    return [(account, merged or pk) for account, pk, merged in rows]


def _owners_of_accounts(accounts: Mapping[str, int]) -> dict[str, Owner]:
    rows = Learner.objects.filter(user_id__in=accounts.values()).values_list("user_id", "pk", "merged_into_id")
    known = {account: merged or pk for account, pk, merged in rows}
    return {cell: Owner(learner=known.get(account), account=account) for cell, account in accounts.items()}
