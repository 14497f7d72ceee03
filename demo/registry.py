"""The sandbox registry beside the demo, in a thread of its own, and the destination that points to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Thread

from django.conf import settings

from demo.places import VAR
from digiskills_integrations import conf
from digiskills_integrations.credentials.keys import load_signing_key, public_key_set
from digiskills_integrations.destinations.webhook.secret import decode_secret
from digiskills_integrations.outbox.models import Destination
from digiskills_integrations.outbox.operations import sync_destinations
from digiskills_integrations.sandbox.checks import Expectations
from digiskills_integrations.sandbox.server import EVENTS_PATH, SandboxServer
from digiskills_integrations.sandbox.store import SandboxStore

CODE = "sandbox"
HOST = "127.0.0.1"
FILE_NAME = "sandbox.sqlite3"


def utc_now() -> datetime:
    """The sandbox's usual clock."""
    return datetime.now(UTC)


@contextmanager
def running_registry(port: int, *, fail_first: int = 0, clock: Callable[[], datetime] = utc_now) -> Iterator[SandboxServer]:
    """A sandbox registry that runs until the end of the block and is the demo's only destination meanwhile.

    Args:
        port: 0 takes a free one.
        fail_first: so many valid events are refused on purpose, to show that they are sent again.

    Raises:
        OSError: the port is taken.
    """
    load_signing_key(conf.key_places())  # made now if missing, so that the registry knows it before the first event
    expectations = Expectations(
        secret=decode_secret(settings.DIGISKILLS_DESTINATION_SECRETS[CODE]), key_set=lambda: public_key_set(conf.key_places())
    )
    store = SandboxStore(VAR / FILE_NAME)
    with SandboxServer((HOST, port), store=store, expectations=expectations, fail_first=fail_first, clock=clock) as server:
        thread = Thread(target=server.serve_forever, name="sandbox", daemon=True)
        thread.start()
        try:
            sync_destinations([_destination(server.server_port)])
            yield server
        finally:
            server.shutdown()
            thread.join()


def page_url() -> str:
    """Where the registry that ran last shows what it holds; empty if there was none yet."""
    endpoint = Destination.objects.filter(code=CODE).values_list("endpoint", flat=True).first()
    return "" if endpoint is None else endpoint.removesuffix(EVENTS_PATH) + "/"


def _destination(port: int) -> dict[str, object]:
    return {
        "code": CODE,
        "kind": "webhook",
        "environment": "sandbox",
        "endpoint": f"http://{HOST}:{port}{EVENTS_PATH}",
        "allowed_networks": ["127.0.0.0/8"],
        "share_name": True,
    }
