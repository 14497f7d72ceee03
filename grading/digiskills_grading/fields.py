"""Field classes for the conventions of our tables: codes and keys, outward ids, digests, references to dimension rows.

Codes are compared byte by byte on every database. SQLite does so by itself; MySQL and MariaDB follow the collation of the column,
and their defaults take "Tổ 5" and "To 5" for equal. The collation is chosen when the column is created, from the vendor of the
connection, so that one migration serves all databases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from digiskills_grading import vault
from digiskills_grading.ids import LENGTH as PUBLIC_ID_LENGTH

DIGEST_LENGTH = 64


# What may be assigned to a field, and what is read from it; the type checker fills them in from `null`.
SetType_contra = TypeVar("SetType_contra", contravariant=True)
GetType_co = TypeVar("GetType_co", covariant=True)

if TYPE_CHECKING:

    class _TextColumn(models.CharField[SetType_contra, GetType_co]): ...

    class _LongTextColumn(models.TextField[SetType_contra, GetType_co]): ...

else:  # Django's own classes take no type arguments at run time

    class _TextColumn(models.CharField):
        def __class_getitem__(cls, _: object) -> type[_TextColumn]:
            return cls

    class _LongTextColumn(models.TextField):
        def __class_getitem__(cls, _: object) -> type[_LongTextColumn]:
            return cls


class CodeField(_TextColumn[SetType_contra, GetType_co]):
    """A code or a key: any text, compared code point by code point, case and accents included."""

    mysql_collation = "utf8mb4_bin"

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters: dict[str, Any] = dict(super().db_parameters(connection))
        if connection.vendor == "mysql":
            parameters["collation"] = self.mysql_collation
        return parameters


class _FixedAsciiField(CodeField[SetType_contra, GetType_co]):
    """ASCII of one fixed length, one byte a character."""

    mysql_collation = "ascii_bin"
    length = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = self.length
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_length", None)
        return name, path, args, kwargs

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return f"char({self.length})" if connection.vendor == "mysql" else super().db_type(connection)

    def get_prep_value(self, value: Any) -> Any:
        """Makes anything comparable: MySQL refuses to compare an ASCII column with other letters, and an id comes from the browser.

        What is not ASCII becomes question marks, which are in no id and no digest, so that it is equal to nothing.
        """
        prepared = super().get_prep_value(value)
        return prepared.encode("ascii", "replace").decode("ascii") if isinstance(prepared, str) else prepared

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """Refuses to store what could never be found again.

        Raises:
            ValueError: a letter outside ASCII.
        """
        if isinstance(value, str) and not value.isascii():
            raise ValueError(f"{self.name} takes ASCII only, not {value!r}")
        return super().get_db_prep_save(value, connection)


class PublicIdField(_FixedAsciiField[SetType_contra, GetType_co]):
    """An outward id, see `ids.new_public_id`."""

    length = PUBLIC_ID_LENGTH


class DigestField(_FixedAsciiField[SetType_contra, GetType_co]):
    """SHA-256 in lower-case hexadecimal."""

    length = DIGEST_LENGTH


class EncryptedTextField(_LongTextColumn[SetType_contra, GetType_co]):
    """Text that lies encrypted in the database (see `vault`). Cannot be searched or sorted by."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else vault.encrypt(str(value))

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return None if value is None else vault.decrypt(value)


def dimension_key(to: str, **options: Any) -> models.ForeignKey[Any, Any]:
    """A reference from a big table to a dimension row: no index and no constraint of its own.

    Dimension rows are never deleted, and a constraint costs an index (12 bytes a row of evidence) and a shared lock on the same few
    dimension rows from every writer.
    """
    return models.ForeignKey(to, on_delete=models.DO_NOTHING, db_index=False, db_constraint=False, related_name="+", **options)


def user_key(**options: Any) -> models.OneToOneField[Any, Any]:
    """The platform account of a learner, at most one learner an account.

    A foreign key and not a bare number, so that the database refuses an account that does not exist. SET_NULL, since what was
    assessed outlives the account: the platform retires users without deleting them, and where an operator does delete one, the
    learner stays as a learner without an account, with a confirmation that can still be verified.
    """
    return models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", **options)
