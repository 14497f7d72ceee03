"""Where the demo keeps its files."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("DIGISKILLS_DEMO_VAR", ROOT / "var" / "demo"))
