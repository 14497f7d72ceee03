"""The platform's libraries that the rest of the suite does without; openedx-core needs Python 3.12."""

from __future__ import annotations

import sys

collect_ignore = ["test_taxonomy.py"] if sys.version_info < (3, 12) else []
