"""Graded evidence turned into mastery of each skill and into the decision, with its reasons.

Outsiders import ``api``, ``data``, ``signals``, ``errors`` and ``scoring``, nothing else.
"""
