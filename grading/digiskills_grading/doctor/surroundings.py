"""What is around us: the database's clock, kill switches, and what of the platform is switched on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from lxml.etree import LIBXML_VERSION

from digiskills_grading import certificates, platform, signals, switches
from digiskills_grading.data import Finding
from digiskills_grading.data.operations import age_in_words
from digiskills_grading.errors import ConfigurationError
from digiskills_grading.settings.hooks import FILTER, STEP

MUCH_SKEW = timedelta(seconds=2)
TOO_MUCH_SKEW = timedelta(seconds=60)
KNOWS_HTML5 = (2, 14, 0)  # libxml2, of lxml 6


def clock(_now: datetime) -> Iterator[Finding]:
    """This host and the database must agree on the time: due dates, leases and decisions are compared across hosts."""
    if connection.vendor != "mysql":
        yield Finding(check="clock", level="ok", what=f"{connection.vendor} has the clock of this host, or is not asked for its own")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT UTC_TIMESTAMP(6)")
        theirs: datetime = cursor.fetchone()[0]
    skew = abs(datetime.now(UTC) - theirs.replace(tzinfo=UTC))
    what = f"this host and the database differ by {skew.total_seconds():.3f} s"
    todo = "let both hosts keep their time by NTP"
    yield Finding.of_age("clock", what, todo, age=skew, warn=MUCH_SKEW, fail=TOO_MUCH_SKEW)


def switches_on(now: datetime) -> Iterator[Finding]:
    """What an operator has stopped, and why."""
    for state in switches.states():
        check = f"switch.{state.name}"
        if state.is_on or state.changed_at is None:
            yield Finding(check=check, level="ok", what=f"{state.name} is on")
        else:
            what = f"{state.name} is off since {age_in_words(now - state.changed_at)}: {state.reason}"
            yield Finding(
                check=check, level="warn", what=what, todo=f"when the cause is gone: digiskills_switch {state.name} on --reason …"
            )


def completion(_now: datetime) -> Iterator[Finding]:
    """Without the platform's switch nothing is ever completed, ours included."""
    tracked = platform.completion_tracked()
    if tracked is None:
        return
    if tracked:
        yield Finding(check="completion", level="ok", what="the platform tracks completion")
    else:
        todo = "./manage.py lms waffle_switch completion.enable_completion_tracking on --create"
        yield Finding(check="completion", level="warn", what="the platform does not track completion; blocks get no check mark", todo=todo)


def event_bus(_now: datetime) -> Iterator[Finding]:
    """Which of our events go to the platform's event bus. Off is the platform's default and no fault."""
    config: Mapping[str, Mapping[str, Any]] = getattr(settings, "EVENT_BUS_PRODUCER_CONFIG", None) or {}
    sent = [
        event.event_type
        for event in signals.PUBLIC_EVENTS
        if any(topic.get("enabled") for topic in config.get(event.event_type, {}).values())
    ]
    if not sent:
        yield Finding(check="event_bus", level="ok", what="no event of ours goes to the event bus")
    elif not getattr(settings, "EVENT_BUS_PRODUCER", None):
        todo = "name it, e.g. edx_event_bus_redis.create_producer"
        yield Finding(check="event_bus", level="fail", what="events are to be sent, but EVENT_BUS_PRODUCER is not set", todo=todo)
    else:
        yield Finding(check="event_bus", level="ok", what=f"on the event bus: {', '.join(sent)}")


def certificate_hold(_now: datetime) -> Iterator[Finding]:
    """Whether course certificates wait for "completed", and whether they can."""
    try:
        rules = certificates.rules()
    except ConfigurationError as error:
        yield Finding(check="certificates", level="fail", what=str(error), todo="correct the setting; until then no certificate waits")
        return
    if not rules:
        yield Finding(check="certificates", level="ok", what="course certificates do not wait for a decision")
    elif not certificates.is_hooked():
        todo = f"add {STEP} to OPEN_EDX_FILTERS_CONFIG[{FILTER!r}]"
        yield Finding(check="certificates", level="fail", what="DIGISKILLS_CERTIFICATE_RULES is set, but the filter is not", todo=todo)
    else:
        courses = ", ".join(rule.courses for rule in rules)
        yield Finding(check="certificates", level="ok", what=f"certificates wait in {courses}; {certificates.held()} wait now")


def course_import(_now: datetime) -> Iterator[Finding]:
    """Whether an importer that checks courses first would refuse the pages of ours.

    It is off unless the operator has switched it on. olxcleaner asks libxml2 what is HTML, and an older one knows HTML 4 alone.
    cms/djangoapps/contentstore/tasks.py (``validate_course_olx``)
    """
    if not getattr(settings, "FEATURES", {}).get("ENABLE_COURSE_OLX_VALIDATION"):
        return
    ignored = getattr(settings, "COURSE_OLX_VALIDATION_IGNORE_LIST", None) or ()
    if LIBXML_VERSION >= KNOWS_HTML5 or "InvalidHTML" in ignored:
        yield Finding(check="course_import", level="ok", what="Studio checks courses that are imported, and takes ours")
    else:
        what = f"Studio refuses courses with tags of HTML 5, ours too: libxml2 {'.'.join(map(str, LIBXML_VERSION))} does not know them"
        todo = 'COURSE_OLX_VALIDATION_IGNORE_LIST = ["InvalidHTML"] in the settings of Studio'
        yield Finding(check="course_import", level="warn", what=what, todo=todo)
