"""Verified identities of learners: the one place that knows a citizen's number."""
