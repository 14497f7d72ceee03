"""Texts with the values of a scenario put in their places."""

from __future__ import annotations

from collections.abc import Mapping

from digiskills_simulator.scenario import Scenario
from digiskills_simulator.texts import Place, Text, shown


def segments(scenario: Scenario, text: Text, language: str) -> list[str | Place]:
    """The text with variables filled in and neighbours joined; places of state variables stay open."""
    result: list[str | Place] = []
    for segment in text.get(language, ()):
        filled = _filled(scenario, segment, language)
        if isinstance(filled, str) and result and isinstance(result[-1], str):
            result[-1] += filled
        else:
            result.append(filled)
    return result


def render(scenario: Scenario, text: Text, language: str) -> str:
    """A text over variables alone, as one string; a place of a state variable stays empty."""
    return "".join(segment for segment in segments(scenario, text, language) if isinstance(segment, str))


def _filled(scenario: Scenario, segment: str | Place, language: str) -> str | Place:
    if isinstance(segment, str) or segment.name not in scenario.drawn:
        return segment
    value = scenario.drawn[segment.name]
    return value[language] if isinstance(value, Mapping) else shown(value, segment.format)
