"""Settings of the fault run: the tests' on MariaDB, with the keys and secrets of this run from its environment."""

from __future__ import annotations

import json
import os

from tests.settings import *  # noqa: F403 - a settings module is a copy of another one

_run = json.loads(os.environ["DIGISKILLS_FAULTS"])
DIGISKILLS_KEY_DIR = _run["key_dir"]
DIGISKILLS_PII_KEYS = _run["pii_keys"]
DIGISKILLS_DESTINATION_SECRETS = _run["secrets"]
# Thousands of failures are the point; nobody reads them. A worker that ends by an error still says so on standard error.
LOGGING = {"version": 1, "handlers": {"null": {"class": "logging.NullHandler"}}, "root": {"handlers": ["null"]}}
