"""Competency frameworks, requirement profiles, regulations, country packs and the task library as typed, immutable data."""

__version__ = "0.1.0"
