"""No request leaves for an address that a server's links, redirects or names smuggle in."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from indexer.errors import BadEndpoint, RefusedAddress, Unavailable
from indexer.harvest.addresses import Hosts, PinnedTransport, is_inside
from indexer.harvest.client import Client, Clock
from indexer.harvest.run import Order, harvest
from indexer.settings import Settings

ROOT = httpx.URL("https://ris.musterbach.example/oparl")


def names(**addresses: str) -> Callable[[str], list[str]]:
    return lambda host: [addresses[host.split(".")[0]]]


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.9.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::127.0.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b::10.0.0.1", "2002:0a00:0001::", "2001:db8::1", "64:ff9b:1::1"),
    ],
)
def test_addresses_inside_the_network_in_all_their_forms(address: str) -> None:
    assert is_inside(address)


@pytest.mark.parametrize("address", ["9.9.9.9", "185.1.2.3", "2a00:1450:4001::1", "::ffff:9.9.9.9", "64:ff9b::909:909"])
def test_addresses_of_the_internet(address: str) -> None:
    assert not is_inside(address)


def test_a_public_server_cannot_lead_inside() -> None:
    hosts = Hosts(ROOT, ["dateien.musterbach.example"], names(ris="9.9.9.9", dateien="10.0.0.5"))
    assert not hosts.inside
    url = hosts.checked("https://dateien.musterbach.example/a.pdf")
    with pytest.raises(RefusedAddress, match="eigenen Netz"):
        hosts.address(url)


def test_a_server_inside_may_be_asked_if_the_operator_names_it() -> None:
    hosts = Hosts(httpx.URL("http://ris.intern/oparl"), [], names(ris="10.0.0.5"))
    assert hosts.address(hosts.checked("http://ris.intern/oparl/paper/1")) == "10.0.0.5"
    with pytest.raises(RefusedAddress):
        hosts.checked("http://ris.intern:6379/")
    with pytest.raises(RefusedAddress):
        hosts.checked("http://10.0.0.6/")


def test_a_name_is_looked_up_once_and_the_connection_goes_to_what_was_checked() -> None:
    answers = [["9.9.9.9"], ["9.9.9.9"], ["127.0.0.1"]]  # a server that changes its answer
    hosts = Hosts(ROOT, [], lambda _: answers.pop(0))
    asked: list[httpx.Request] = []

    class Recorder(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            asked.append(request)
            return httpx.Response(200)

    transport = PinnedTransport(hosts)
    transport._inner["ris.musterbach.example"] = Recorder()
    with httpx.Client(transport=transport) as client:
        for _ in range(3):
            client.get(str(ROOT))
    assert [str(request.url) for request in asked] == ["https://9.9.9.9/oparl"] * 3
    assert {request.headers["Host"] for request in asked} == {"ris.musterbach.example"}
    assert {request.extensions["sni_hostname"] for request in asked} == {"ris.musterbach.example"}


def test_a_server_once_on_the_internet_that_moved_inside_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    order = Order(str(ROOT), tmp_path / "spiegel")
    settings = Settings(harvest_hours=1e-9)  # no request is made
    clock = Clock()
    with pytest.raises(Exception, match="Stunden"):
        harvest(settings, order, clock=clock, resolved=names(ris="9.9.9.9"))
    with pytest.raises(BadEndpoint, match="ins eigene Netz"):
        harvest(settings, order, clock=clock, resolved=names(ris="10.0.0.5"))


def test_a_name_that_leads_nowhere_is_told() -> None:
    def nowhere(_: str) -> list[str]:
        raise OSError("unbekannt")

    with pytest.raises(Unavailable, match="unbekannt"):
        Hosts(ROOT, [], nowhere)


@pytest.mark.parametrize("contact", ["rats-edv@musterbach.example", "x\r\nEvil: 1", "Bürgerbüro"])
def test_the_contact_cannot_break_the_header(contact: str) -> None:
    hosts = Hosts(ROOT, [], names(ris="9.9.9.9"))
    with Client(hosts, rate=5, contact=contact, hours=1, clock=Clock()) as client:
        agent = client._http.headers["User-Agent"]
    assert agent.startswith("Ratslotse/")
    assert agent.isprintable()
