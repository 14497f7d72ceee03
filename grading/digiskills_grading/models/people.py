"""Who learns, and where they belong."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from digiskills_grading.fields import CodeField, EncryptedTextField, PublicIdField, user_key


class AdminUnit(models.Model):
    """A node of the country's tree of admin units, with the time in which it exists.

    Codes come from the country pack and are never used again for another unit.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    code = CodeField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    level = CodeField(max_length=32)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("admin unit")
        verbose_name_plural = _("admin units")

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Learner(models.Model):
    """One human being who learns, with or without a platform account.

    ``rev`` is the lock: every write about a learner begins by raising it (see `transactions`). It also tells a reader whether
    anything about the learner changed between two moments.

    .. pii: Links a platform account to the evidence of its owner.
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    id = models.BigAutoField(primary_key=True)
    public_id = PublicIdField(unique=True)
    user = user_key()
    admin_unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    rev = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("learner")
        verbose_name_plural = _("learners")

    def __str__(self) -> str:
        return self.public_id


class Person(models.Model):
    """What identifies a learner as a person, where the platform's profile does not (no account, or an assumed name).

    .. pii: Name and birth date, encrypted at rest.
    .. pii_types: name, birth_date
    .. pii_retirement: local_api
    """

    learner = models.OneToOneField(Learner, on_delete=models.CASCADE, primary_key=True, related_name="person")
    name = EncryptedTextField()
    birth_date = EncryptedTextField(null=True, blank=True, help_text=_("ISO 8601: year, year-month or full date, as far as it is known"))

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")

    def __str__(self) -> str:
        return f"person of learner {self.learner_id}"


class Organisation(models.Model):
    """An agency, school, class, enterprise, union or team that people belong to beside their admin unit.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    code = CodeField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    kind = CodeField(max_length=32)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    admin_unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Membership(models.Model):
    """A learner belongs to an organisation, from a day to a day. No row means: belongs to none that we know of.

    .. pii: Says where a learner works or studies.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    id = models.BigAutoField(primary_key=True)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = CodeField(max_length=32)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["learner", "organisation", "role", "valid_from"], name="dsg_membership_once"),
        ]

    def __str__(self) -> str:
        return f"learner {self.learner_id} in organisation {self.organisation_id} as {self.role}"


class ClassSession(models.Model):
    """One lesson or exam at a place on a day; evidence that was observed there points to it.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    public_id = PublicIdField(unique=True)
    kind = CodeField(max_length=16)
    title = models.CharField(max_length=200)
    venue = models.CharField(max_length=200, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    admin_unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("class session")
        verbose_name_plural = _("class sessions")

    def __str__(self) -> str:
        return f"{self.title} ({self.public_id})"
