"""Helpers of the build: what `make` and `.ci/run` call. Not packaged."""
