"""What the pages show, as plain values: names instead of codes, sentences instead of reasons, in the language of the page."""

from __future__ import annotations

from digiskills_grading.presenters.my_skills import MySkillsPage, my_skills_page
from digiskills_grading.presenters.starting import StartPage, start_groups, start_page
from digiskills_grading.presenters.units import UnitsPage, units_page, units_table

__all__ = ["MySkillsPage", "StartPage", "UnitsPage", "my_skills_page", "start_groups", "start_page", "units_page", "units_table"]
