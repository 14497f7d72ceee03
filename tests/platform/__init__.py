"""Tests that run inside a real checkout of the LMS; see docs/how-to/run-the-platform-tests.md."""
