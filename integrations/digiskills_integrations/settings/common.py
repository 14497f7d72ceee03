"""Defaults for LMS and Studio alike."""

from __future__ import annotations

from typing import Any

DEFAULTS: dict[str, Any] = {
    # .. setting_name: DIGISKILLS_KEY_DIR
    # .. setting_default: None
    # .. setting_description: Directory of the keys of ``digiskills_keys``, of development keys and of retired public keys; only the
    #    platform's user may read it.
    "DIGISKILLS_KEY_DIR": None,
    # .. setting_name: DIGISKILLS_SIGNING_KEY_FILE
    # .. setting_default: None
    # .. setting_description: PEM files of the operator's P-256 and Ed25519 keys, for those who keep keys elsewhere. Without any real keys
    #    every confirmation carries the test mark.
    "DIGISKILLS_SIGNING_KEY_FILE": None,
    # .. setting_name: DIGISKILLS_BADGE_KEY_FILE
    # .. setting_default: None
    # .. setting_description: PEM files of the operator's P-256 and Ed25519 keys, for those who keep keys elsewhere. Without any real keys
    #    every confirmation carries the test mark.
    "DIGISKILLS_BADGE_KEY_FILE": None,
    # .. setting_name: DIGISKILLS_ISSUER
    # .. setting_default: None
    # .. setting_description: ``{"id": <https URL>, "name": <text>, "did": <did:web, optional>}`` of the organisation that confirms.
    "DIGISKILLS_ISSUER": None,
    # .. setting_name: DIGISKILLS_PUBLIC_URL
    # .. setting_default: ""
    # .. setting_description: Scheme and host for verification addresses.
    "DIGISKILLS_PUBLIC_URL": "",
    # .. setting_name: DIGISKILLS_DESTINATIONS
    # .. setting_default: []
    # .. setting_description: List of registries, put into force by ``digiskills_destinations sync``.
    "DIGISKILLS_DESTINATIONS": [],
    # .. setting_name: DIGISKILLS_DESTINATION_SECRETS
    # .. setting_default: {}
    # .. setting_description: Shared secrets by name; never stored in the database.
    "DIGISKILLS_DESTINATION_SECRETS": {},
    # .. setting_name: DIGISKILLS_IDENTITY_INDEX_KEYS
    # .. setting_default: []
    # .. setting_description: Keys of the index over citizens' numbers, newest first; base64 of 32 random bytes each.
    "DIGISKILLS_IDENTITY_INDEX_KEYS": [],
    # .. toggle_name: DIGISKILLS_CELERY_BEAT
    # .. toggle_implementation: DjangoSetting
    # .. toggle_default: True
    # .. toggle_description: False on a site that runs the commands from cron instead. Our entries are added to the LMS's schedule; Studio
    #    has none, so that nothing is started twice.
    # .. toggle_use_cases: open_edx
    # .. toggle_creation_date: 2026-11-22
    "DIGISKILLS_CELERY_BEAT": True,
}

# Seconds between two runs of a task of tasks.py.
BEAT_SECONDS = {"issue": 60.0, "deliver": 15.0, "sweep": 600.0}


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Entries for Celery beat. A message that nobody took before the next one expires, so that a dead worker leaves no heap."""
    return {
        f"digiskills-{name}": {
            "task": f"digiskills_integrations.tasks.{name}",
            "schedule": seconds,
            "options": {"expires": seconds},
        }
        for name, seconds in BEAT_SECONDS.items()
    }


def update_schedule(settings: Any) -> None:
    """Puts our entries into the schedule, or takes them out again where ``DIGISKILLS_CELERY_BEAT`` is off by now.

    Studio has no schedule, so that nothing is started twice. An entry of the operator's under one of our names stays.
    """
    schedule = getattr(settings, "CELERYBEAT_SCHEDULE", None)
    if schedule is None:
        return
    ours = beat_schedule()
    if getattr(settings, "DIGISKILLS_CELERY_BEAT", True):
        settings.CELERYBEAT_SCHEDULE = ours | schedule
    else:
        settings.CELERYBEAT_SCHEDULE = {name: entry for name, entry in schedule.items() if entry != ours.get(name)}


def plugin_settings(settings: Any) -> None:
    """Adds our defaults to the platform's settings; a value that is already there stays."""
    for name, value in DEFAULTS.items():
        if not hasattr(settings, name):
            setattr(settings, name, value)
    update_schedule(settings)
