"""Pages of other sites and the interface: exactly the sites allowed may use it, with a key, never with cookies."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from test_widget import TRICKS

from service.app import create_app
from service.settings import ServiceSettings

SITE = "https://fachverfahren.musterbach.example"
WIDGET = "https://www.landkreis.example"


@pytest.fixture(scope="module")
def client(built) -> TestClient:
    settings = ServiceSettings(index=built.settings.index, encoder="hash", api_origins=SITE, widget_origins=WIDGET)
    return TestClient(create_app(settings))


def cors(response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name.startswith("access-control-")}


def paths(client: TestClient) -> list[str]:
    identifier = client.get("/api/v1/search", params={"q": "Kurzzeitpflege"}).json()["hits"][0]["document"]["id"]
    document = f"/api/v1/documents/{identifier}"
    listed = ["/api/v1/bodies", "/api/v1/about", "/api/v1/search?q=Pflege", "/api/v1/papers/none", "/api/v1/none"]
    return [*listed, document, f"{document}/text", f"{document}/file"]


def test_b22_an_allowed_site_reads_all_of_the_interface_and_its_headers(client: TestClient) -> None:
    for path in paths(client):
        response = client.get(path, headers={"Origin": SITE})
        assert response.headers["access-control-allow-origin"] == SITE
        assert "ETag" in response.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in response.headers
        assert "Origin" in response.headers["vary"]


def test_b22_it_may_send_a_key_the_widget_s_sites_may_not(client: TestClient) -> None:
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    told = client.options("/api/v1/search", headers={"Origin": SITE, **asked})
    assert (told.status_code, told.headers["access-control-allow-headers"]) == (204, "authorization, content-type")
    told = client.options("/api/v1/search", headers={"Origin": WIDGET, **asked})
    assert told.headers["access-control-allow-headers"] == "content-type"


@pytest.mark.parametrize("origin", [*TRICKS, SITE.replace("https", "http"), f"{SITE}.example", f"{SITE}:444"])
def test_b22_no_other_site_reads_anything(client: TestClient, origin: str) -> None:
    for path in paths(client):
        response = client.get(path, headers={"Origin": origin})
        assert set(cors(response)) <= ({"access-control-allow-origin"} if origin == WIDGET else set())
    asked = {"Access-Control-Request-Method": "GET"}
    refused = client.options("/api/v1/bodies", headers={"Origin": origin, **asked})
    assert (refused.status_code, cors(refused)) == (403, {})


def test_b22_the_operator_s_interface_and_the_pages_are_shared_with_nobody(built) -> None:
    settings = ServiceSettings(
        index=built.settings.index, encoder="hash", api_origins=SITE, operator_password="ein langes Kennwort"
    )
    client = TestClient(create_app(settings))
    for path in ("/api/v1/operator/books", "/betrieb", "/", "/suche?q=Pflege", "/health/ready"):
        assert cors(client.get(path, headers={"Origin": SITE})) == {}
