"""The step of the platform's filters that holds certificates, where the operator has set a rule for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FILTER = "org.openedx.learning.certificate.creation.requested.v1"
STEP = "digiskills_grading.filters.HoldCertificate"


def hook_certificates(settings: Any) -> None:
    """Adds our step behind the operator's own, once, if ``DIGISKILLS_CERTIFICATE_RULES`` has an entry."""
    if not getattr(settings, "DIGISKILLS_CERTIFICATE_RULES", None):
        return
    config = dict(getattr(settings, "OPEN_EDX_FILTERS_CONFIG", None) or {})
    config[FILTER] = _with_step(config.get(FILTER))
    settings.OPEN_EDX_FILTERS_CONFIG = config


def _with_step(given: object) -> dict[str, Any]:
    """One filter's configuration with our step; it may be a path, a list of paths, or a dict with ``pipeline``."""
    options: dict[str, Any] = (
        dict(given) if isinstance(given, Mapping) else {"pipeline": [given] if isinstance(given, str) else given or []}
    )
    steps = list(options.get("pipeline", []))
    return {"fail_silently": True} | options | {"pipeline": [*steps, *([] if STEP in steps else [STEP])]}
