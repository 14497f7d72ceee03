"""Machines' way in. A version lives in a package of its own and keeps what it promised; see docs/reference/rest-api.md."""
