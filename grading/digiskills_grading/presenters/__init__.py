"""What the pages show, as plain values: names instead of codes, sentences instead of reasons, in the language of the page."""

from __future__ import annotations

from digiskills_grading.presenters.course_page import CoursePage, CourseShown, course_page, group_keys, learner_rows
from digiskills_grading.presenters.my_skills import MySkillsPage, my_skills_page
from digiskills_grading.presenters.report_tables import ReportPage, Shown, report_page, report_rows
from digiskills_grading.presenters.starting import StartPage, start_groups, start_page

__all__ = [
    "CoursePage",
    "CourseShown",
    "MySkillsPage",
    "ReportPage",
    "Shown",
    "StartPage",
    "course_page",
    "group_keys",
    "learner_rows",
    "my_skills_page",
    "report_page",
    "report_rows",
    "start_groups",
    "start_page",
]
