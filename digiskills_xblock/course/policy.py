"""The course's settings and its grading, which says in the platform's words what the regulation demands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from digiskills_xblock.course.model import PRACTICE
from digiskills_xblock.course.own_pages import title, to_learners
from digiskills_xblock.course.plan import CoursePlan
from digiskills_xblock.course.rules import fewest_skills, skills_named
from digiskills_xblock.course.texts import say

COVER = "digiskills-cover.svg"
GLOSSARY_TAB = "digiskills-glossary"
CERTIFICATE_ID = 757
"""Any number from 100 on: Studio makes one up for each (openedx/edx-platform: contentstore/views/certificates.py)."""
SKILLS_WEIGHT = 0.5
"""The rest is the final's. No regulation says how to weigh lessons against a final; teachers change it in Studio."""


def skills_type(plan: CoursePlan) -> str:
    """Assignment type of the sequences of required skills."""
    return say("skills_type", plan.request.locale)


def final_type(plan: CoursePlan) -> str:
    """Assignment type of the final assessment."""
    return say("final", plan.request.locale)


def grading_policy(plan: CoursePlan) -> dict[str, Any]:
    """``grading_policy.json``: every required skill weighs the same, those that the regulation can do without may be dropped, and the
    pass mark is the threshold from which a skill is mastered."""
    locale = plan.request.locale
    graded = [skill.code for skill in plan.skills if skill.is_graded]
    shares = {"skills": SKILLS_WEIGHT, "final": 1 - SKILLS_WEIGHT}
    if not graded or not plan.final.strata:
        shares = {"skills": float(bool(graded)), "final": float(bool(plan.final.strata))}
    graders = [
        _grader(skills_type(plan), say("skills_short", locale), len(graded), _dropped(plan, graded), shares["skills"]),
        _grader(final_type(plan), say("final_short", locale), 1, 0, shares["final"]),
    ]
    values = plan.regulation.values(plan.request.audience, plan.request.school_level)
    return {"GRADER": [one for one in graders if one["weight"]], "GRADE_CUTOFFS": {"Pass": values.mastery_threshold_milli / 1000}}


def _grader(kind: str, short: str, number: int, dropped: int, weight: float) -> dict[str, Any]:
    return {"type": kind, "short_label": short, "min_count": number, "drop_count": dropped, "weight": weight}


def _dropped(plan: CoursePlan, graded: list[str]) -> int:
    """How many of the graded skills a learner may leave out and still meet the regulation."""
    tree = plan.regulation.requires(plan.request.audience, plan.request.school_level)
    needed = fewest_skills(tree) | (set(graded) - skills_named(tree))
    return len(set(graded) - needed)


def course_policy(plan: CoursePlan, *, glossary: bool) -> dict[str, Any]:
    """Settings of the course for ``policy.json``, as Studio's advanced settings have them.

    Args:
        glossary: whether the course has one, which then is a tab.
    """
    request, locale = plan.request, plan.request.locale
    return {
        "advanced_modules": [PRACTICE],
        "cert_html_view_enabled": True,
        "certificates": {"certificates": [_certificate(plan)]},
        "certificates_display_behavior": "early_no_info",
        "course_image": COVER,
        "display_name": title(plan),
        "end": request.end,
        "language": locale,
        "mobile_available": True,
        "self_paced": True,
        "start": request.start,
        "tabs": [
            _tab("courseware", "Course"),
            _tab("progress", "Progress"),
            _tab("dates", "Dates"),
            *([_glossary_tab(plan)] if glossary else []),
        ],
    }


def _glossary_tab(plan: CoursePlan) -> dict[str, Any]:
    return {**_tab("static_tab", say("glossary", plan.request.locale)), "url_slug": GLOSSARY_TAB}


def _tab(kind: str, name: str) -> dict[str, Any]:
    return {"course_staff_only": False, "name": name, "type": kind}


def _certificate(plan: CoursePlan) -> Mapping[str, Any]:
    """As Studio stores one (openedx/edx-platform: contentstore/views/certificates.py, CertificateManager)."""
    locale = plan.request.locale
    return {
        "course_title": title(plan),
        "description": to_learners(plan, "certificate_about"),
        "editing": False,
        "id": CERTIFICATE_ID,
        "is_active": True,
        "name": say("certificate", locale),
        "signatories": [],
        "version": 1,
    }
