"""Packaging of digiskills-xblock.

The generic top-level folders (``framework_data``, ``grading``, ``integrations``) are source roots: what is installed are the
uniquely named packages inside them, because two distributions that both ship a package called ``integrations`` overwrite
each other in silence in an LMS's site-packages. The package list is explicit, so that tests never reach site-packages.
"""

from __future__ import annotations

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent

SOURCE_ROOTS = {
    "digiskills_framework": "framework_data",
    "digiskills_simulator": "grading",
    "digiskills_grading": "grading",
    "digiskills_integrations": "integrations",
    "digiskills_xblock": ".",
}

# Loaded by the platform's plugin machinery, in the LMS and in Studio.
DJANGO_APPS = [
    "digiskills_grading = digiskills_grading.apps:DigiskillsGradingConfig",
    "digiskills_integrations = digiskills_integrations.apps:DigiskillsIntegrationsConfig",
    "digiskills_pages = digiskills_xblock.pages.apps:DigiskillsPagesConfig",
]


def _version() -> str:
    text = (HERE / "framework_data/digiskills_framework/__init__.py").read_text(encoding="utf-8")
    match = re.search(r'^__version__ = "([^"]+)"', text, re.MULTILINE)
    if match is None:
        raise RuntimeError("framework_data/digiskills_framework/__init__.py has no __version__")
    return match.group(1)


def _packages() -> list[str]:
    found: list[str] = []
    for name, root in SOURCE_ROOTS.items():
        found.append(name)
        found.extend(f"{name}.{sub}" for sub in find_packages(str(HERE / root / name)))
    return sorted(found)


setup(
    name="digiskills-xblock",
    version=_version(),
    description="Basic digital skills for Open edX: framework, simulated practice tasks graded on the server, signed confirmations",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="AGPL-3.0-or-later",
    python_requires=">=3.11,<3.13",
    packages=_packages(),
    package_dir={name: f"{root}/{name}" if root != "." else name for name, root in SOURCE_ROOTS.items()},
    include_package_data=True,
    zip_safe=False,
    # Ranges contain the pins of Teak and of Verawood: we install beside the platform without moving one of its packages.
    install_requires=[
        "Django>=4.2,<6",
        "XBlock>=5.2,<7",
        "attrs>=25",
        "click>=8.1,<9",
        "cryptography>=45,<47",
        "djangorestframework>=3.14,<4",
        "drf-spectacular>=0.28,<1",
        "edx-opaque-keys>=3.0,<5",
        "jsonschema>=4.24,<5",
        "lxml>=5.3.2,<7",
        "numpy>=1.26,<3",
        "openedx-events>=10.2,<12",
        "openedx-filters>=2.1,<4",
        "openpyxl>=3.1,<4",
        "PyJWT>=2.10,<3",
        "PyNaCl>=1.5,<2",
        "PyYAML>=6.0.2,<7",
        "pyoxigraph>=0.5,<0.6",
        "requests>=2.32.3,<3",
        "segno>=1.6,<2",
        "standardwebhooks>=1.0,<2",
        "vietnam-provinces>=2025,<2027",
        "web-fragments>=3.1,<5",
    ],
    extras_require={
        # `digiskills course lint` then makes the checks of Studio's importer too; the platform brings it.
        "course": ["olxcleaner>=0.3,<0.4"],
        # The tasks of digiskills_integrations.tasks; the platform brings its own Celery.
        "celery": ["celery>=5.5,<6"],
        # The workbench needs djpyfs (XBlock[django]); fs still imports pkg_resources, gone since setuptools 81.
        "workbench": ["xblock-sdk>=0.12", "XBlock[django]", "setuptools<81"],
    },
    entry_points={
        "console_scripts": ["digiskills = digiskills_framework.cli:main"],
        "xblock.v1": ["digiskills_practice = digiskills_xblock.practice:DigiskillsPracticeXBlock"],
        "lms.djangoapp": DJANGO_APPS,
        "cms.djangoapp": DJANGO_APPS,
        # Subcommands of `digiskills` and kinds of destination; other distributions may add their own.
        "digiskills.commands": [
            "course = digiskills_xblock.course.cli:course",
            "credential = digiskills_integrations.cli:credential",
            "lesson = digiskills_xblock.course.lesson_cli:lesson",
            "sandbox = digiskills_integrations.cli:sandbox",
            "task = digiskills_simulator.cli:task",
        ],
        "digiskills.destination": [
            "http_json = digiskills_integrations.destinations.http_json:HttpJsonTransport",
            "file = digiskills_integrations.destinations.file:FileTransport",
            "webhook = digiskills_integrations.destinations.webhook:WebhookTransport",
        ],
    },
)
