"""The people of the demo: four learners and an official, with invented names."""

from __future__ import annotations

from attrs import frozen
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission, User

from digiskills_framework.api import load_units
from digiskills_grading import api as grading
from digiskills_grading.data import LearnerRef

PACK = "vn"


@frozen
class Person:
    """Somebody to be in the demo.

    Attributes:
        home: which of the first communes of the country pack the learner belongs to; None for the official.
    """

    username: str
    name: str
    about_vi: str
    about_en: str
    home: int | None


PEOPLE = (
    Person("man", "Lò Thị Mận", "68 tuổi, mượn điện thoại của con", "68, on her son's phone", 0),
    Person("tram", "Nguyễn Văn Tràm", "46 tuổi, bán hàng ở chợ", "46, sells at the market", 0),
    Person("gao", "Trần Thị Gạo", "31 tuổi, công nhân may ca đêm", "31, sews on the night shift", 1),
    Person("duoc", "Vi Văn Đước", "72 tuổi, mắt kém", "72, with weak sight", 1),
    Person("canbo", "Phạm Văn Bách", "Cán bộ xã, phụ trách khóa học", "Commune clerk, runs the course", None),
)


def learners() -> tuple[Person, ...]:
    """Those who practise."""
    return tuple(person for person in PEOPLE if person.home is not None)


def ensure_people() -> None:
    """Creates accounts, admin units and learners; running it again changes nothing."""
    grading.load_units(PACK)
    communes = _first_communes()
    for person in PEOPLE:
        user, _ = get_user_model().objects.get_or_create(username=person.username, defaults={"first_name": person.name})
        if person.home is None:
            user.user_permissions.add(*_permissions())
        else:
            _enrol(user, person, communes[person.home])


def account_of(username: str) -> User:
    """The account of one of the people."""
    return get_user_model().objects.get(username=username)


def _enrol(user: User, person: Person, unit: str) -> None:
    ref = LearnerRef(user_id=user.pk)
    grading.ensure_learner(ref, admin_unit=unit)
    grading.record_person(ref, name=person.name)


def _first_communes() -> list[str]:
    """Codes of the first communes of the country pack, in its order."""
    communes = [unit.code for unit in load_units(PACK) if unit.parent is not None]
    return communes[:2]


def _permissions() -> list[Permission]:
    """The reports with every figure: the demo's are of a handful of people."""
    codes = ("view_reports", "view_small_figures")
    return list(Permission.objects.filter(content_type__app_label="digiskills_grading", codename__in=codes))
