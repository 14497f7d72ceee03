"""The registries of the mission from issuing to receipt: who is told, who is waited for, and that nobody's number gets out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from pytest_django import Settings

from digiskills_framework.library import SHIPPED
from digiskills_grading import api as grading
from digiskills_grading.data import LearnerRef
from digiskills_grading.models import AdminUnit, Learner
from digiskills_integrations import conf
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.lifecycle import withdraw
from digiskills_integrations.confirmations.models import Confirmation
from digiskills_integrations.credentials.keys import load_signing_key, public_key_set
from digiskills_integrations.destinations.webhook.secret import decode_secret
from digiskills_integrations.errors import ConfigurationError
from digiskills_integrations.identity.vault import record_identity
from digiskills_integrations.outbox.models import Delivery, DeliveryState
from digiskills_integrations.outbox.operations import cancel, sync_destinations
from digiskills_integrations.outbox.worker import DeliveryReport, deliver_due
from digiskills_integrations.sandbox.checks import Expectations
from digiskills_integrations.sandbox.server import SandboxServer, server_tls
from digiskills_integrations.sandbox.store import SandboxStore
from tests.integrations.certificates import Authority
from tests.integrations.conftest import NOW, SECRET, running
from tests.integrations.records import NAME, decide
from tests.integrations.registries import REAL_NUMBER, REGISTRY_SECRET, TEST_NUMBER, profiled

REGULATION = "vn-default/1"
LATER = NOW + timedelta(hours=1)


@attrs.frozen
class Sandbox:
    """The sandbox and its address."""

    server: SandboxServer
    base: str

    def held(self) -> list[tuple[str, str]]:
        """What it holds, oldest first: registry and operation."""
        return [(effect.registry, effect.operation) for effect in reversed(self.server.store.effects())]


def make_server(folder: Path, **options: Any) -> SandboxServer:
    load_signing_key(conf.key_places())
    expectations = Expectations(
        secret=decode_secret(SECRET), key_set=lambda: public_key_set(conf.key_places()), registry_secret=REGISTRY_SECRET
    )
    return SandboxServer(
        ("127.0.0.1", 0), store=SandboxStore(folder / "sandbox.sqlite3"), expectations=expectations, clock=lambda: LATER, **options
    )


@pytest.fixture
def sandbox(platform: Settings, tmp_path: Path) -> Iterator[Sandbox]:
    with running(make_server(tmp_path)) as server:
        assert isinstance(server, SandboxServer)
        yield Sandbox(server, f"http://127.0.0.1:{server.server_port}")


def learner(audience: str = "citizen", *, commune: str = "00004", province: str = "01") -> str:
    """Public id of a learner of a commune whose confirmation is due."""
    top, _ = AdminUnit.objects.get_or_create(code=province, defaults={"name": f"Tỉnh {province}", "level": "province"})
    values = {"name": f"Xã {commune}", "level": "commune", "parent": top, "valid_from": date(2025, 7, 1)}
    unit, _ = AdminUnit.objects.get_or_create(code=commune, defaults=values)
    public_id = grading.create_learner()
    ref = LearnerRef(public_id=public_id)
    grading.record_person(ref, name=NAME)
    grading.ensure_learner(ref, admin_unit=unit.code)
    level = "NC1" if audience == "student" else None
    grading.ensure_track(ref, regulation=REGULATION, audience=audience, school_level=level)
    decide(public_id, regulation=REGULATION)
    return public_id


def identify(public_id: str, number: str = TEST_NUMBER) -> None:
    record_identity(public_id, number, pack="vn", source="desk-check", now=NOW)


def issue() -> Confirmation:
    issue_pending(now=NOW, limit=10)
    return Confirmation.objects.latest("id")


def deliver() -> DeliveryReport:
    return deliver_due(now=LATER, owner="w", limit=50)


def states() -> dict[str, str]:
    return dict(Delivery.objects.order_by("id").values_list("destination__code", "state"))


@pytest.mark.parametrize(
    "key, audience, options",
    [
        ("vn/vneid/1", "citizen", {}),
        ("vn/education/1", "student", {}),
        ("vn/province/1", "enterprise_worker", {"territory": ["01"]}),
    ],
)
def test_a_record_reaches_its_registry(platform: Settings, sandbox: Sandbox, key: str, audience: str, options: dict[str, Any]) -> None:
    profiled(platform, key, sandbox.base, **options)
    identify(learner(audience))
    confirmation = issue()
    assert deliver().acknowledged == 1
    [effect] = sandbox.server.store.effects()
    assert (effect.registry, effect.number, effect.operation, effect.holder) == (key, confirmation.number, "issued", NAME)
    [delivery] = Delivery.objects.all()
    assert delivery.receipts.get().reference == effect.receipt


def test_personnel_records_go_over_mutual_tls(platform: Settings, tmp_path: Path) -> None:
    authority = Authority.make(tmp_path)
    server, client = authority.issue("registry"), authority.issue("platform")
    tls = server_tls(server.certificate, server.key, authority.certificate)
    auth = {
        "kind": "mtls",
        "certificate": str(client.certificate),
        "certificate_key": str(client.key),
        "ca_file": str(authority.certificate),
    }
    with running(make_server(tmp_path, tls=tls)) as registry:
        assert isinstance(registry, SandboxServer)
        base = f"https://127.0.0.1:{registry.server_port}"
        profiled(platform, "vn/civil_servants/1", base, auth=auth, legal_basis="personnel_records")
        for number in (TEST_NUMBER, "000000000025"):
            identify(learner("public_sector"), number)
        issue()
        assert deliver().acknowledged == 2
        assert [effect.registry for effect in registry.store.effects()] == ["vn/civil_servants/1"] * 2


def test_a_stranger_gets_no_connection_over_mutual_tls(platform: Settings, tmp_path: Path) -> None:
    authority = Authority.make(tmp_path)
    server = authority.issue("registry")
    strangers = tmp_path / "strangers"
    strangers.mkdir()
    client = Authority.make(strangers, "elsewhere").issue("platform")
    auth = {
        "kind": "mtls",
        "certificate": str(client.certificate),
        "certificate_key": str(client.key),
        "ca_file": str(authority.certificate),
    }
    with running(make_server(tmp_path, tls=server_tls(server.certificate, server.key, authority.certificate))) as registry:
        assert isinstance(registry, SandboxServer)
        profiled(platform, "vn/civil_servants/1", f"https://127.0.0.1:{registry.server_port}", auth=auth)
        identify(learner("public_sector"))
        issue()
        assert deliver().postponed == 1
        assert registry.store.effects() == []


def test_a_key_that_others_can_read_is_not_used(platform: Settings, sandbox: Sandbox, tmp_path: Path) -> None:
    pair = Authority.make(tmp_path).issue("platform")
    pair.key.chmod(0o644)
    auth = {"kind": "mtls", "certificate": str(pair.certificate), "certificate_key": str(pair.key)}
    profiled(platform, "vn/civil_servants/1", "https://127.0.0.1:9", auth=auth)
    identify(learner("public_sector"))
    issue()
    deliver()
    assert Delivery.objects.get().last_error == "misconfigured"


def test_who_is_told_is_a_rule_in_data(platform: Settings, sandbox: Sandbox) -> None:
    for code in ("vneid", "education"):
        profiled(platform, f"vn/{code}/1", sandbox.base, code=code)
    profiled(platform, "vn/province/1", sandbox.base, code="hanoi", territory=["01"])
    profiled(platform, "vn/province/1", sandbox.base, code="saigon", territory=["79"])
    identify(learner("citizen"))
    issue()
    assert set(states()) == {"vneid", "hanoi"}


def test_a_registry_that_was_told_is_told_of_the_withdrawal_after_a_move(platform: Settings, sandbox: Sandbox) -> None:
    profiled(platform, "vn/province/1", sandbox.base, territory=["01"])
    public_id = learner()
    confirmation = issue()
    deliver()
    elsewhere = AdminUnit.objects.create(code="79", name="Thành phố Hồ Chí Minh", level="province")
    Learner.objects.filter(public_id=public_id).update(admin_unit=elsewhere)
    withdraw(confirmation.number, reason="data_error", actor="user:1", now=LATER)
    assert deliver().acknowledged == 1
    assert sandbox.held() == [("vn/province/1", "issued"), ("vn/province/1", "withdrawn")]


def test_without_a_verified_identity_the_delivery_waits_and_then_goes_on_by_itself(platform: Settings, sandbox: Sandbox) -> None:
    profiled(platform, "vn/vneid/1", sandbox.base)
    public_id = learner()
    issue()
    assert states() == {"registry": DeliveryState.NEEDS_IDENTITY}
    assert deliver().attempts == 0
    identify(public_id)
    assert deliver().acknowledged == 1
    assert Delivery.objects.get().attempts == 1
    assert sandbox.held() == [("vn/vneid/1", "issued")]


def test_an_identity_that_is_deleted_while_the_record_is_due_stops_it(platform: Settings, sandbox: Sandbox) -> None:
    profiled(platform, "vn/vneid/1", sandbox.base)
    public_id = learner()
    identify(public_id)
    issue()
    grading.retire_learner(LearnerRef(public_id=public_id))
    report = deliver()
    assert (report.needs_identity, report.acknowledged) == (1, 0)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_error) == (DeliveryState.NEEDS_IDENTITY, 0, "needs_identity")
    assert deliver().attempts == 0
    assert sandbox.held() == []


def test_a_withdrawal_waits_behind_an_issue_that_waits_for_an_identity(platform: Settings, sandbox: Sandbox) -> None:
    profiled(platform, "vn/vneid/1", sandbox.base)
    public_id = learner()
    confirmation = issue()
    identify(public_id)
    deliver()
    withdraw(confirmation.number, reason="data_error", actor="user:1", now=LATER)
    deliver()
    assert sandbox.held() == [("vn/vneid/1", "issued"), ("vn/vneid/1", "withdrawn")]


def test_what_waits_for_an_identity_can_be_cancelled(platform: Settings, sandbox: Sandbox) -> None:
    profiled(platform, "vn/vneid/1", sandbox.base)
    public_id = learner()
    confirmation = issue()
    assert cancel("registry", confirmation.number, now=NOW) == 1
    identify(public_id)
    assert deliver().attempts == 0
    assert states() == {"registry": DeliveryState.CANCELLED}


def test_a_real_number_never_goes_to_a_sandbox(platform: Settings, sandbox: Sandbox) -> None:
    profiled(platform, "vn/vneid/1", sandbox.base)
    identify(learner(), REAL_NUMBER)
    issue()
    deliver()
    assert states() == {"registry": DeliveryState.NEEDS_IDENTITY}
    assert sandbox.held() == []


def test_no_number_gets_into_logs_errors_or_tables_in_the_clear(
    platform: Settings, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    profiled(platform, "vn/vneid/1", sandbox.base)
    identify(learner())
    issue()
    with caplog.at_level("DEBUG"):
        deliver()
    rows = [*Delivery.objects.values(), *Confirmation.objects.values(), *Delivery.objects.get().receipts.values()]
    assert TEST_NUMBER not in caplog.text + repr(rows)
    assert TEST_NUMBER.encode() not in Path(sandbox.server.store._path).read_bytes()


def test_a_registry_without_names_gets_none(platform: Settings, sandbox: Sandbox) -> None:
    profiled(platform, "vn/vneid/1", sandbox.base, share_name=False)
    identify(learner())
    issue()
    assert deliver().acknowledged == 1
    assert sandbox.server.store.effects()[0].holder == ""


def test_a_registry_takes_a_repeated_batch_once(platform: Settings, sandbox: Sandbox) -> None:
    profiled(platform, "vn/education/1", sandbox.base)
    for number in (TEST_NUMBER, "000000000025"):
        identify(learner("student"), number)
    issue()
    deliver()
    Delivery.objects.update(state=DeliveryState.READY, due_at=NOW)  # as if both answers had been lost
    for delivery in Delivery.objects.all():
        delivery.receipts.all().delete()
    assert deliver().acknowledged == 2
    assert [effect.arrivals for effect in sandbox.server.store.effects()] == [2, 2]


@pytest.mark.parametrize(
    "options, message",
    [
        ({"registry_profile": "vn/unheard/1"}, r"\[0\]\.registry_profile: .*vn/vneid/1"),
        ({"registry_profile": None}, r"\[0\]\.registry_profile"),
        ({"legal_basis": "habit"}, r"\[0\]\.legal_basis: 'habit'; .*agreement, state_sharing"),
        ({"legal_basis": None}, r"\[0\]\.legal_basis: None"),
        ({"territory": "01"}, r"\[0\]\.territory: '01'; use a list"),
        ({"territory": ["0,1"]}, r"\[0\]\.territory"),
        ({"auth": None}, r"\[0\]\.auth: expected a dict"),
        ({"auth": {"kind": "mtls"}}, r"\[0\]\.auth\.kind: 'mtls'; vn/vneid/1 accepts oauth2"),
        ({"kind": "webhook"}, r"\[0\]\.auth: only destinations of the kind http_json"),
    ],
)
def test_a_registry_that_is_set_up_wrongly_is_named(platform: Settings, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        profiled(platform, "vn/vneid/1", "http://127.0.0.1:9", **options)


def test_mutual_tls_needs_no_shared_secret(platform: Settings) -> None:
    spec = {
        "code": "civil",
        "kind": "http_json",
        "environment": "sandbox",
        "endpoint": "https://127.0.0.1:9/",
        "registry_profile": "vn/civil_servants/1",
        "legal_basis": "agreement",
        "auth": {"kind": "mtls", "certificate": "/c.pem", "certificate_key": "/k.pem"},
    }
    assert sync_destinations([spec]).created == ("civil",)


def test_an_operator_may_bring_a_country_of_its_own(platform: Settings, sandbox: Sandbox, tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "packs" / "xx", tmp_path / "data" / "packs" / "yy")
    for file in (tmp_path / "data").rglob("*.yaml"):
        file.write_text(
            file.read_text(encoding="utf-8").replace("pack: xx", "pack: yy").replace("code: xx\n", "code: yy\n"), encoding="utf-8"
        )
    platform.DIGISKILLS_DATA_DIRS = [str(tmp_path / "data")]
    profiled(platform, "vn/vneid/1", sandbox.base, registry_profile="yy/national/1", auth={"kind": "hmac", "key_id": "k"})
    record_identity(learner(commune="101", province="1"), "99000017", pack="yy", source="desk-check", now=NOW)
    issue()
    assert states() == {"registry": DeliveryState.READY}


def test_a_profile_that_is_gone_stops_its_registry_alone(platform: Settings, sandbox: Sandbox) -> None:
    row = profiled(platform, "vn/vneid/1", sandbox.base)
    profiled(platform, "vn/province/1", sandbox.base, code="hanoi", territory=["01"])
    identify(learner())
    issue()
    type(row).objects.filter(pk=row.pk).update(registry_profile="vn/gone/1")
    report = deliver()
    assert report.acknowledged == 1
    assert "vn/gone/1" in report.misconfigured["registry"]
