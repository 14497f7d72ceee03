#!/usr/bin/env python
"""Django's entry for the demo: ``python demo/manage.py journey`` and ``serve``."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path


def main() -> None:
    # The folder of a script is put on the path, here demo/ itself; the package `demo` lies one above.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    # The workbench's file-system package warns at every start that it uses pkg_resources; nothing of ours depends on it.
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demo.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
