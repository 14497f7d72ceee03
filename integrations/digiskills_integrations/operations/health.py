"""Our part of `digiskills_doctor`: keys, settings, workers, deliveries. Reads only; no key is made here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from digiskills_framework.errors import FrameworkDataError
from digiskills_grading.api import worker_findings
from digiskills_grading.data import Finding
from digiskills_integrations import conf
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationStatus
from digiskills_integrations.credentials.key_ring import KeyRing, load_key_ring
from digiskills_integrations.credentials.key_store import list_keys
from digiskills_integrations.credentials.keys import public_key_set
from digiskills_integrations.errors import ConfigurationError
from digiskills_integrations.identity.index import index_keys
from digiskills_integrations.identity.models import VerifiedIdentity
from digiskills_integrations.outbox.models import DeliveryState, Destination
from digiskills_integrations.outbox.selectors import Backlog, backlogs
from digiskills_integrations.outbox.worker import destination_config
from digiskills_integrations.settings.common import BEAT_SECONDS

Check = Callable[[datetime], Iterable[Finding]]
_PROBE = b"digiskills_doctor"
# A day for the identity of one who has just completed, a month before somebody should ask why it does not come.
_PATIENCE = timedelta(days=30)


def signing_keys(_now: datetime) -> Iterator[Finding]:
    """Whether real keys sign, and what they sign verifies against what we publish."""
    todo = "see docs/reference/credentials.md#keys; nothing can be issued until then"
    try:
        places = conf.key_places()
        if not any(key.state == "active" for key in list_keys(places)):
            what = "there are no real keys: what is issued carries the mark TEST and is never delivered to a real registry"
            yield Finding(check="signing_keys", level="warn", what=what, todo="when this is no trial: digiskills_keys create")
            return
        keys = load_key_ring(places)
        published = {jwk["kid"] for jwk in public_key_set(places)["keys"]}
    except ConfigurationError as error:
        yield Finding(check="signing_keys", level="fail", what=str(error), todo=todo)
        return
    if _signs(keys) and keys.records.kid in published:
        yield Finding(check="signing_keys", level="ok", what=f"signs and verifies: {keys.records.kid}, {keys.badges.kid}")
    else:
        yield Finding(check="signing_keys", level="fail", what="what is signed does not verify against the published keys", todo=todo)


def issuer(_now: datetime) -> Iterator[Finding]:
    """What real records need: who issues them, and under which address they are verified."""
    if not any(key.state == "active" for key in list_keys(conf.key_places())):
        return
    for check, judge in (("issuer", lambda: conf.issuer(test=False)), ("public_url", lambda: conf.status_list_url("real"))):
        try:
            judge()
        except ConfigurationError as error:
            yield Finding(check=check, level="fail", what=str(error), todo="set it; real records cannot be issued until then")
        else:
            yield Finding(check=check, level="ok", what=f"{check} is set")


def identity_keys(_now: datetime) -> Iterator[Finding]:
    """Only a site that keeps numbers needs keys for them."""
    kept = VerifiedIdentity.objects.exists()
    if not kept and not conf.identity_index_keys():
        yield Finding(check="identity_keys", level="ok", what="no citizen's number is kept")
        return
    try:
        names = {key.name for key in index_keys()}
    except ConfigurationError as error:
        yield Finding(check="identity_keys", level="fail", what=str(error), todo="put the keys back: without them numbers are not found")
        return
    lost = VerifiedIdentity.objects.exclude(index_key__in=names).count()
    if lost:
        what = f"{lost} numbers are under a key that is not in DIGISKILLS_IDENTITY_INDEX_KEYS"
        yield Finding(check="identity_keys", level="fail", what=what, todo="put the old key back, then digiskills_identity rotate")
    else:
        yield Finding(check="identity_keys", level="ok", what="every number is under a key that is there")


def workers(now: datetime) -> Iterable[Finding]:
    """When our tasks ran last."""
    return worker_findings({f"digiskills_integrations.tasks.{name}": seconds for name, seconds in BEAT_SECONDS.items()}, now=now)


def registries(now: datetime) -> Iterator[Finding]:
    """Every destination: can it be spoken to, what is due, what is dead, who is waited for."""
    rows = {row.code: row for row in Destination.objects.order_by("code")}
    for backlog in backlogs(now=now):
        if backlog.enabled:
            yield _configured(rows[backlog.code])
        yield from _deliveries(backlog, now)


def reviews(_now: datetime) -> Iterator[Finding]:
    """Records that a registrar has to look at."""
    waiting = Confirmation.objects.filter(status=ConfirmationStatus.VALID).exclude(review="").count()
    if waiting:
        what = f"{waiting} records wait for a registrar: their decision has fallen back"
        yield Finding(check="reviews", level="warn", what=what, todo="look at them in the admin, by the filter 'review'")


CHECKS: tuple[Check, ...] = (signing_keys, issuer, identity_keys, workers, registries, reviews)


def _signs(keys: KeyRing) -> bool:
    """A round trip with each key."""
    ecdsa = ec.ECDSA(hashes.SHA256())
    try:
        keys.records.private_key.public_key().verify(keys.records.private_key.sign(_PROBE, ecdsa), _PROBE, ecdsa)
        keys.badges.public_key.verify(keys.badges.private_key.sign(_PROBE), _PROBE)
    except InvalidSignature:
        return False
    return True


def _configured(row: Destination) -> Finding:
    check = f"destination.{row.code}"
    try:
        destination_config(row)
    except (ConfigurationError, FrameworkDataError) as error:
        return Finding(check=check, level="fail", what=str(error), todo="correct the settings, then digiskills_destinations sync")
    return Finding(check=check, level="ok", what=f"{row.code} ({row.kind}, {row.environment}) is configured")


def _deliveries(backlog: Backlog, now: datetime) -> Iterator[Finding]:
    due = sum(backlog.states.get(state, 0) for state in (DeliveryState.READY, DeliveryState.LEASED, DeliveryState.AWAITING))
    todo = f"is the registry up, the switch destination:{backlog.code} on, and a worker running? digiskills_destinations list"
    of = f"deliveries to {backlog.code}"
    yield Finding.of_backlog(f"deliveries.{backlog.code}", of, todo, count=due, oldest=backlog.oldest_due_at, now=now)
    if backlog.paused_until is not None:
        until = backlog.paused_until.isoformat(timespec="seconds")
        what = f"nobody speaks to {backlog.code} until {until}: {backlog.failures} failures in a row"
        yield Finding(check=f"paused.{backlog.code}", level="warn", what=what, todo="ask the registry; redrive ends the pause")
    dead = backlog.states.get(DeliveryState.DEAD, 0)
    if dead:
        todo = f"see their last_error; then digiskills_destinations redrive {backlog.code}, or give-up {backlog.code} NUMBER"
        yield Finding(check=f"dead.{backlog.code}", level="warn", what=f"{dead} dead letters for {backlog.code}", todo=todo)
    nameless = backlog.states.get(DeliveryState.NEEDS_IDENTITY, 0)
    if nameless:
        what = f"{nameless} deliveries to {backlog.code} wait for a verified identity"
        since = backlog.waiting_identity_since or now
        todo = "digiskills_identity waiting; digiskills_identity import FILE"
        yield Finding.of_age(f"identity.{backlog.code}", what, todo, age=now - since, warn=_PATIENCE, fail=timedelta.max)
