"""A new version of a regulation: what it would change, and bringing it into force."""

from __future__ import annotations

from digiskills_grading.regulations.adopting import adopt
from digiskills_grading.regulations.reviews import open_reviews, settle_review
from digiskills_grading.regulations.simulating import simulate

__all__ = ["adopt", "open_reviews", "settle_review", "simulate"]
