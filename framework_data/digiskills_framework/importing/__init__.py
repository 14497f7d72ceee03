"""Bring an official table of skills into the form of a framework, without losing what was recorded under the old codes."""
