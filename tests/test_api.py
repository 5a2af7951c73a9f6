"""The HTTP interface as an integrator meets it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from indexer.build import build
from service.app import create_app
from service.headers import HEADERS
from service.settings import ServiceSettings


@pytest.fixture(scope="module")
def client(sample_index: Path) -> TestClient:
    return TestClient(create_app(ServiceSettings(index=sample_index)))


def ask(client: TestClient, question: str, **fields: object) -> dict[str, object]:
    response = client.post("/api/v1/ask", json={"question": question, **fields})
    assert response.status_code == 200, response.text
    body: dict[str, object] = response.json()
    return body


def test_the_answer_has_the_fields_of_the_contract(client: TestClient) -> None:
    answer = ask(client, "Welche Handlungsfelder hat Konstanz priorisiert?")
    assert set(answer) == {
        *("id", "generation", "outcome", "mode", "language", "interpretation", "statements", "text", "citations"),
        *("near_misses", "coverage", "notice", "ai_notice"),
    }
    assert (answer["mode"], answer["language"], answer["outcome"]) == ("quotes", "de", "partly_answered")
    assert answer["interpretation"]["filters"]["body"] == ["Landkreis Konstanz"]
    citation = answer["citations"][0]
    assert citation["paper"]["reference"] == "2022/200"
    assert citation["paper"]["date"] == "2022-07-08"
    assert citation["page"] == 1


def test_a_citation_is_the_text_at_its_offsets_and_its_url_is_a_page(client: TestClient) -> None:
    citations = ask(client, "Was sagt die Sozialplanung zur Pflege in Norderbrook?")["citations"]
    assert citations
    for citation in citations:
        text = client.get(f"/api/v1/documents/{citation['document']['id']}/text").text
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert urlsplit(citation["url"]).path == f"/dokumente/{citation['document']['id']}"
        assert client.get(citation["url"]).status_code == 200


def test_near_misses_have_the_fields_of_a_citation_and_a_reason(client: TestClient) -> None:
    answer = ask(client, "Wie viele Straßenbahnen fahren im Landkreis Rotenburg (Wümme)?")
    assert answer["outcome"] == "not_in_documents"
    cited = ask(client, "Welche Handlungsfelder hat Konstanz priorisiert?")["citations"]
    assert answer["near_misses"]
    for miss in answer["near_misses"]:
        assert set(miss) == {*cited[0], "reason"}
        assert miss["reason"]


def test_filters_of_a_question(client: TestClient) -> None:
    answer = ask(client, "Welche Handlungsfelder gibt es?", filters={"body": "Landkreis Börde"}, language="en")
    assert answer["coverage"]["bodies"] == ["Landkreis Börde"]
    assert answer["language"] == "en"


def test_a_number_finds_its_paper_first(client: TestClient) -> None:
    for spelling in ("2024/117", "Drucksache 2024/117", "2024-117"):
        hits = client.get("/api/v1/search", params={"q": spelling}).json()["hits"]
        assert hits[0]["paper"]["reference"] == "2024/117"


def test_pages_of_a_search_are_complete_and_without_doubles(client: TestClient) -> None:
    found, cursor, total = [], None, None
    while True:
        page = client.get(
            "/api/v1/search", params={"q": "Sozialplanung", "limit": 7} | ({"cursor": cursor} if cursor else {})
        ).json()
        found += [hit["passage"]["id"] for hit in page["hits"]]
        total, cursor = page["total"], page["next"]
        if cursor is None:
            break
    assert len(found) == len(set(found)) == total


def test_facets_count_documents_and_filters_narrow(client: TestClient) -> None:
    everything = client.get("/api/v1/search", params={"q": "Pflege"}).json()
    counts = {facet["value"]: facet["count"] for facet in everything["facets"]["body"]}
    for body in counts:
        narrowed = client.get("/api/v1/search", params={"q": "Pflege", "body": body}).json()
        assert {hit["paper"]["body"] for hit in narrowed["hits"]} == {body}
        assert narrowed["facets"]["body"] == [{"value": body, "count": counts[body]}]


def test_sorted_by_date_the_newest_come_first(client: TestClient) -> None:
    hits = client.get("/api/v1/search", params={"q": "Beschluss", "sort": "date", "limit": 50}).json()["hits"]
    dates = [hit["paper"]["date"] or "" for hit in hits]
    assert dates == sorted(dates, reverse=True)
    assert dates[0]


def test_highlights_lie_on_words_of_the_query(client: TestClient) -> None:
    hit = client.get("/api/v1/search", params={"q": "Frauenhaus"}).json()["hits"][0]
    words = [hit["passage"]["text"][start:end] for start, end in hit["highlights"]]
    assert words
    assert all("frauenhaus" in word.lower() for word in words)


def test_a_paper_with_its_beratungsfolge(client: TestClient) -> None:
    (paper,) = client.get("/api/v1/papers", params={"reference": "DS 24/0466"}).json()
    again = client.get(f"/api/v1/papers/{paper['id']}").json()
    assert again == paper
    steps = {step["organization"]: step for step in paper["consultations"]}
    assert steps["Kreistag"]["result"] == "einstimmig beschlossen"
    assert steps["Hauptausschuss"]["public"] is False
    assert steps["Hauptausschuss"]["result"] is None
    assert paper["status"] == "decided"


def paper_with(client: TestClient, reference: str) -> dict[str, object]:
    (paper,) = client.get("/api/v1/papers", params={"reference": reference}).json()
    found: dict[str, object] = paper
    return found


def test_a_paper_has_its_minutes_and_the_results_they_tell(client: TestClient) -> None:
    paper = paper_with(client, "2024/117")
    assert "auszug-sga-2024-06-18-top-4.txt" in [document["file_name"] for document in paper["documents"]]
    outcomes = {step["organization"]: step["outcome"] for step in paper["consultations"]}
    assert outcomes == {"Sozial- und Gesundheitsausschuss": "recommended", "Kreistag": "decided"}


def test_papers_that_name_each_other_are_linked(client: TestClient) -> None:
    amendment = paper_with(client, "2024/131-1")
    motion = paper_with(client, "2024/131")
    named = {link["reference"]: link["paper"] and link["paper"]["id"] for link in amendment["references"]}
    assert named["2024/131"] == motion["id"]
    assert amendment["id"] in [paper["id"] for paper in motion["referenced_by"]]
    (link,) = paper_with(client, "2024/117")["references"]
    assert (link["reference"], link["paper"]["reference"]) == ("2022/064", "2022/064")  # by the head of its Anlage


def test_the_newest_version_of_a_plan_is_marked(client: TestClient) -> None:
    hits = client.get("/api/v1/search", params={"q": "Sozialplanung Aurental", "paper_type": "Sozialplanung"}).json()["hits"]
    versions = client.get(f"/api/v1/papers/{hits[0]['paper']['id']}").json()["versions"]
    assert [(one["date"], one["newest"]) for one in versions] == [("2022-05-30", False), ("2024-05-21", True)]


def test_no_link_leads_to_a_paper_that_is_not_public(client: TestClient) -> None:
    hidden = client.get("/api/v1/papers", params={"reference": "2024/150"}).json()
    assert hidden == []
    for number in ("2024/117", "2024/131", "DS 24/0457", "DS 24/0466"):
        paper = paper_with(client, number)
        ids = [link["paper"]["id"] for link in paper["references"] if link["paper"]]
        ids += [one["id"] for one in (*paper["referenced_by"], *paper["versions"])]
        assert ids
        assert all(client.get(f"/api/v1/papers/{identifier}").status_code == 200 for identifier in ids)


def test_bodies(client: TestClient) -> None:
    bodies = {body["name"]: body["documents"] for body in client.get("/api/v1/bodies").json()}
    assert len(bodies) == 7
    assert bodies["Kreis Norderbrook"] > 10


def test_the_original_is_a_download_of_the_same_bytes(client: TestClient) -> None:
    hit = client.get("/api/v1/search", params={"q": "DS 25/0118"}).json()["hits"][0]
    response = client.get(f"/api/v1/documents/{hit['document']['id']}/file")
    assert response.status_code == 200
    assert response.headers["content-disposition"].startswith("attachment")
    original = next(Path(__file__).resolve().parents[1].glob(f"corpus/sample/*/{hit['document']['file_name']}"))
    assert response.content == original.read_bytes()


def test_health(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"status": "live"}
    ask(client, "Pflege")  # waits until the encoder is loaded
    assert client.get("/health/ready").json()["status"] == "ready"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/api/v1/ask", {"question": ""}, 422, "question_empty"),
        ("POST", "/api/v1/ask", {"question": "a" * 5000}, 422, "question_too_long"),
        ("POST", "/api/v1/ask", {}, 422, "bad_parameter"),
        ("POST", "/api/v1/ask", {"question": "Pflege", "unknown": 1}, 422, "bad_parameter"),
        ("POST", "/api/v1/ask", {"question": "Pflege", "filters": {"date_from": "gestern"}}, 422, "bad_parameter"),
        ("GET", "/api/v1/search?q=", None, 422, "question_empty"),
        ("GET", "/api/v1/search?q=x&limit=0", None, 422, "bad_parameter"),
        ("GET", "/api/v1/search?q=x&cursor=%21", None, 422, "bad_parameter"),
        ("GET", "/api/v1/search?q=x&cursor=NSBwdWJsaWMvMDAwMDAw", None, 410, "cursor_expired"),
        ("GET", "/api/v1/documents/000000000000", None, 404, "not_found"),
        ("GET", "/api/v1/documents/..%2f..%2fetc%2fpasswd/file", None, 404, "not_found"),
        ("GET", "/api/v1/papers/nope", None, 404, "not_found"),
        ("GET", "/api/v1/nothing", None, 404, "not_found"),
    ],
)
def test_errors_are_problems_in_the_readers_language(
    method: str,
    path: str,
    body: dict[str, object] | None,
    status: int,
    code: str,
    client: TestClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    details = []
    for language in ("de", "en"):
        response = client.request(method, path, json=body, headers={"Accept-Language": language})
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        problem = response.json()
        assert problem["type"] == f"urn:ratslotse:problem:{code}"
        assert problem["status"] == status
        assert f"error {problem['id']} {code} {status} {method} " in caplog.text
        assert "Traceback" not in problem["detail"]
        details.append(problem["detail"])
    assert details[0] != details[1]


def test_a_filter_that_matches_nothing_is_no_error(client: TestClient) -> None:
    page = client.get("/api/v1/search", params={"q": "Pflege", "body": "Landkreis Nirgendwo"}).json()
    assert (page["total"], page["hits"], page["next"]) == (0, [], None)


def test_non_public_papers_are_not_there(client: TestClient, sample_index: Path) -> None:
    assert (sample_index / "internal" / "CURRENT").exists()
    for reference in ("DS 24/0499", "2024/150"):
        assert client.get("/api/v1/papers", params={"reference": reference}).json() == []
    hits = client.get("/api/v1/search", params={"q": "Silberreihernest Kranichwiese", "limit": 50}).json()["hits"]
    assert not [hit for hit in hits if "nichtoeffentlich" in hit["document"]["file_name"]]


def test_security_headers_on_every_kind_of_response(client: TestClient) -> None:
    for path in ("/", "/api/v1/bodies", "/health/live", "/api/v1/nothing", "/nothing", "/api/v1/openapi.json"):
        response = client.get(path)
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_a_new_generation_is_served_without_a_restart(tmp_path: Path) -> None:
    source = tmp_path / "papiere"
    source.mkdir()
    (source / "a.txt").write_text("Landkreis Musterbach\n\nDie Brücke am Mühlbach wird erneuert.", encoding="utf-8")
    settings = ServiceSettings(index=tmp_path / "index", encoder="hash")
    build(settings, [source])
    client = TestClient(create_app(settings))
    assert client.get("/api/v1/search", params={"q": "Brücke"}).json()["total"] == 1
    (source / "b.txt").write_text("Landkreis Musterbach\n\nDie zweite Brücke kostet 900.000 Euro.", encoding="utf-8")
    (source / "a.txt").unlink()
    build(settings, [source])
    page = client.get("/api/v1/search", params={"q": "Brücke"}).json()
    assert [hit["document"]["file_name"] for hit in page["hits"]] == ["b.txt"]
    assert page["generation"] == "public/000002"


def test_a_changed_original_is_not_served_as_the_one_that_was_read(tmp_path: Path) -> None:
    path = tmp_path / "papiere" / "a.txt"
    path.parent.mkdir()
    path.write_text("Landkreis Musterbach\n\nDie Brücke am Mühlbach wird erneuert.", encoding="utf-8")
    settings = ServiceSettings(index=tmp_path / "index", encoder="hash")
    build(settings, [path.parent])
    client = TestClient(create_app(settings))
    hit = client.get("/api/v1/search", params={"q": "Brücke"}).json()["hits"][0]
    path.write_text("etwas anderes", encoding="utf-8")
    response = client.get(f"/api/v1/documents/{hit['document']['id']}/file")
    assert response.status_code == 410
    assert "a.txt" in response.json()["detail"]


def test_an_unexpected_fault_is_a_problem_with_a_number_for_the_operator(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(ServiceSettings(index=sample_index))
    monkeypatch.setattr(app.state.runtime.public, "generation", lambda: 1 / 0)
    response = TestClient(app, raise_server_exceptions=False).get("/api/v1/bodies", headers={"Accept-Language": "de"})
    assert response.status_code == 500
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert f"error {response.json()['id']} unexpected 500 GET /api/v1/bodies" in caplog.text
    assert "ZeroDivisionError" not in response.text


def test_search_counts_what_tells_something(client: TestClient) -> None:
    everything = client.get("/api/v1/search", params={"q": "Bericht Kreis Sitzung Vorlage"}).json()["total"]
    assert client.get("/api/v1/search", params={"q": "Frauenhaus"}).json()["total"] < everything / 2


def test_an_unreadable_new_generation_stops_answers_rather_than_keeping_what_was_withdrawn(tmp_path: Path) -> None:
    source = tmp_path / "papiere"
    source.mkdir()
    for name in ("a", "b"):
        (source / f"{name}.txt").write_text(f"Landkreis Musterbach\n\nDie Brücke {name} wird erneuert.", encoding="utf-8")
    settings = ServiceSettings(index=tmp_path / "index", encoder="hash")
    build(settings, [source])
    client = TestClient(create_app(settings))
    assert client.get("/api/v1/search", params={"q": "Brücke"}).json()["total"] == 2
    (source / "a.txt").unlink()
    build(settings, [source])
    damaged = settings.index / "public" / "generations" / "000002" / "vectors.faiss"
    damaged.chmod(0o644)
    damaged.write_bytes(b"x")
    response = client.get("/api/v1/search", params={"q": "Brücke"})
    assert response.status_code == 503
    assert response.json()["type"] == "urn:ratslotse:problem:index_damaged"
    assert client.get("/health/ready").json() == {"status": "failed"}


def test_head_is_answered_like_get_without_a_body(client: TestClient) -> None:
    for path in ("/", "/api/v1/bodies", "/health/live", "/api/v1/nothing"):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert head.headers["content-length"] == get.headers["content-length"]


def test_a_request_of_a_megabyte_is_refused(client: TestClient) -> None:
    response = client.post("/api/v1/ask", content=b'{"question": "' + b"a" * 1_000_000 + b'"}')
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"question": "Wann \\ud800 tagte der Kreistag?"}', 200),
        (b'{"question": "Pflege", "filters": {"body": "\\ud800"}}', 422),
        (b'{"question": "Pflege", "filters": {"organization": "\\ud800"}}', 422),
        (b'{"question": "Pflege", "filters": {"body": [' + b'"x",' * 300 + b'"x"]}}', 422),
    ],
)
def test_odd_json_is_no_fault(body: bytes, status: int, client: TestClient) -> None:
    assert client.post("/api/v1/ask", content=body, headers={"Content-Type": "application/json"}).status_code == status


def test_a_follow_up_is_answered_as_the_question_that_it_means(client: TestClient) -> None:
    history = [{"question": "Welche Handlungsfelder hat Aurental?", "answer": "Acht. [1]"}]
    answer = ask(client, "Und in Börde?", history=history)
    assert answer["interpretation"]["question"] == "Welche Handlungsfelder hat Börde?"  # type: ignore[index]
    assert answer["interpretation"]["filters"]["body"] == ["Landkreis Börde"]  # type: ignore[index]


@pytest.mark.parametrize(
    "turn", [{"question": "?", "answer": ""}, {"question": "\x00", "answer": "x" * 10_000}, {"question": "", "answer": ""}]
)
def test_a_turn_that_asks_nothing_is_no_fault(turn: dict[str, str], client: TestClient) -> None:
    assert ask(client, "Welche Handlungsfelder hat Börde?", history=[turn] * 5)["outcome"] == "answered"


def test_a_number_is_found_however_rarely_its_digits_tell_something(tmp_path: Path) -> None:
    source = tmp_path / "papiere"
    source.mkdir()
    (source / "a.txt").write_text("Landkreis Musterbach\n\nVorlage Nr. 0123\n\nDie Brücke wird erneuert.", encoding="utf-8")
    for n in range(6):
        (source / f"{n}.txt").write_text(f"Landkreis Musterbach\n\nDer Zuschuss {n} beträgt 123 Euro.", encoding="utf-8")
    settings = ServiceSettings(index=tmp_path / "index", encoder="hash")
    build(settings, [source])
    hits = TestClient(create_app(settings)).get("/api/v1/search", params={"q": "DS 123"}).json()["hits"]
    assert hits[0]["document"]["file_name"] == "a.txt"


# What was understood

TOLD = (
    "Welche Beschlussvorlage 2024/017 des Jugendhilfeausschusses nennt Kitaplätze, die im Landkreis Musterbach zwischen 2021 und "
    "2024 fehlen?"
)


@pytest.fixture(scope="module")
def small(built) -> TestClient:
    return TestClient(create_app(ServiceSettings(index=built.settings.index, encoder="hash")))


def understood(client: TestClient, question: str, **fields: object) -> dict[str, object]:
    interpretation = ask(client, question, **fields)["interpretation"]
    assert isinstance(interpretation, dict)
    return interpretation


def test_an_answer_tells_how_the_question_was_understood(small: TestClient) -> None:
    found = understood(small, TOLD)
    assert found == {
        "question": TOLD,
        "filters": found["filters"],
        "terms_not_found": found["terms_not_found"],
        "references": ["2024/017"],
        "bodies": ["Landkreis Musterbach"],
        "period": {"start": "2021-01-01", "end": "2024-12-31", "said": "zwischen 2021 und 2024"},
        "paper_types": ["Beschlussvorlage"],
        "organizations": ["Jugendhilfeausschuss"],
        "wants": "list",
        "ignored": [],
    }
    assert found["filters"] == {
        **dict.fromkeys(("paper_type", "organization", "status", "date_from", "date_to")),
        "body": ["Landkreis Musterbach"],  # kind and Gremium narrow nothing, nor does the time
    }


def test_a_question_that_names_nothing_is_understood_as_such(small: TestClient) -> None:
    found = understood(small, "Kurzzeitpflege")
    for name in ("references", "bodies", "paper_types", "organizations", "ignored"):
        assert found[name] == [], name
    assert found["period"] is found["wants"] is None


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("Was geschah seit 2021?", ("2021-01-01", None, "seit 2021")),
        ("Was geschah bis 2021?", (None, "2021-12-31", "bis 2021")),
        ("Was geschah im Februar 2024?", ("2024-02-01", "2024-02-29", "Februar 2024")),
        ("Was geschah am 3. Mai 2024?", ("2024-05-03", "2024-05-03", "3. Mai 2024")),
        ("Wie hoch ist der Haushalt 2024?", None),
    ],
)
def test_a_time_has_a_start_an_end_and_the_words_that_name_it(
    question: str, period: tuple[str | None, str | None, str] | None, small: TestClient
) -> None:
    assert understood(small, question)["period"] == (period and dict(zip(("start", "end", "said"), period, strict=True)))


@pytest.mark.parametrize("ignore", [["body"], ["period"], ["period", "body"], ["body", "body"], []], ids=str)
def test_body_and_time_can_be_taken_away(ignore: list[str], small: TestClient) -> None:
    answer = ask(small, TOLD, ignore=ignore)
    found = answer["interpretation"]
    assert found["ignored"] == sorted(set(ignore))
    assert found["bodies"] == found["filters"]["body"] == ([] if "body" in ignore else ["Landkreis Musterbach"])
    assert (found["period"] is None) == ("period" in ignore)
    assert answer["coverage"]["bodies"] == ["Landkreis Beispielheim"] * ("body" in ignore) + ["Landkreis Musterbach"]
    assert answer["coverage"]["documents"] == (5 if "body" in ignore else 3)
    assert found["references"] == ["2024/017"]


def test_a_body_the_caller_chose_stays_whatever_the_question_names(small: TestClient) -> None:
    for ignore in ([], ["body"]):
        found = understood(small, TOLD, filters={"body": "Landkreis Beispielheim"}, ignore=ignore)
        assert (found["bodies"], found["filters"]["body"]) == ([], ["Landkreis Beispielheim"])


def test_a_named_body_leaves_out_answers_of_others_until_it_is_taken_away(small: TestClient) -> None:
    question = "Wie oft fährt die Buslinie 7 in Musterbach?"
    for ignore, bodies in ([], set()), (["body"], {"Landkreis Beispielheim"}):
        answer = ask(small, question, ignore=ignore)
        assert {citation["paper"]["body"] for citation in answer["citations"]} == bodies


@pytest.mark.parametrize("ignore", [["references"], ["body", "filters"], "body", [None], [1], {"body": True}], ids=str)
def test_what_cannot_be_taken_away_is_a_problem(ignore: object, small: TestClient) -> None:
    response = small.post("/api/v1/ask", json={"question": TOLD, "ignore": ignore})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (problem["type"], problem["status"]) == ("urn:ratslotse:problem:bad_parameter", 422)
    assert "„ignore" in problem["detail"]


# Near-duplicates

GRANT = (
    "Auf Ihren Antrag hin bewilligen wir für den Umbau des Gebäudes aus Mitteln der Dorferneuerung einen einmaligen "
    "Zuschuss von {sum} Euro. Die Auszahlung erfolgt nach Vorlage prüffähiger Rechnungen. Beginnen Sie bitte nicht vor Zugang "
    "dieses Bescheids."
)
GRANTS = [f"bescheid{n}.txt" for n in range(6)]


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """Six grants of one form in two counties, and three papers of other kinds with a word in common."""
    root = tmp_path_factory.mktemp("forms")
    for n, name in enumerate(GRANTS):
        folder = root / "papiere" / ("Landkreis Musterbach" if n % 3 else "Landkreis Beispielheim")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(GRANT.format(sum=1000 * (n + 1)), encoding="utf-8")
    for n, word in enumerate(("Sportverein", "Feuerwehr", "Bücherei")):
        (folder / f"{word}.txt").write_text(f"Der Zuschuss für {word} beträgt {n + 1} Euro.", encoding="utf-8")
    settings = ServiceSettings(index=root / "index", encoder="hash")
    build(settings, [root / "papiere"])
    return TestClient(create_app(settings))


def test_forms_that_differ_in_a_number_stand_behind_one_of_them(forms: TestClient) -> None:
    page = forms.get("/api/v1/search", params={"q": "Zuschuss"}).json()
    shown = {hit["document"]["file_name"]: hit for hit in page["hits"]}
    assert page["total"] == len(page["hits"]) == 4
    (best,) = set(shown) & set(GRANTS)
    assert shown[best]["alike_total"] == len(shown[best]["alike"]) == 5
    assert {other["document"]["file_name"] for other in shown[best]["alike"]} == set(GRANTS) - {best}
    assert all((hit["alike"], hit["alike_total"]) == ([], 0) for name, hit in shown.items() if name != best)


def test_the_address_of_a_near_duplicate_shows_its_words_marked(forms: TestClient) -> None:
    hits = forms.get("/api/v1/search", params={"q": "Zuschuss Dorferneuerung"}).json()["hits"]
    (alike,) = (hit["alike"] for hit in hits if hit["alike"])
    for other in alike:
        page = forms.get(other["url"])
        assert page.status_code == 200
        assert "<mark" in page.text
        assert other["document"]["id"] in other["url"]
        assert forms.get(f"/api/v1/documents/{other['document']['id']}").json()["paper"] == other["paper"]


def test_near_duplicates_outside_the_filters_stay_outside(forms: TestClient) -> None:
    for body, count in ("Landkreis Beispielheim", 2), ("Landkreis Musterbach", 4):
        hits = forms.get("/api/v1/search", params={"q": "Zuschuss", "body": body}).json()["hits"]
        papers = [one["paper"]["body"] for hit in hits if hit["alike"] for one in (hit, *hit["alike"])]
        assert papers == [body] * count


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_paging_visits_every_passage_once_or_as_a_near_duplicate(limit: int, sort: str, forms: TestClient) -> None:
    found: list[str] = []
    ranks, cursor, total = [], "", 0
    while cursor is not None:
        query = {"q": "Zuschuss", "limit": limit, "sort": sort} | ({"cursor": cursor} if cursor else {})
        page = forms.get("/api/v1/search", params=query).json()
        assert len(page["hits"]) <= limit
        for hit in page["hits"]:
            found += [one["document"]["file_name"] for one in (hit, *hit["alike"])]
            ranks.append(hit["rank"])
        cursor, total = page["next"], page["total"]
    assert sorted(found) == sorted([*GRANTS, "Bücherei.txt", "Feuerwehr.txt", "Sportverein.txt"])
    assert ranks == list(range(1, total + 1))


def test_of_many_near_duplicates_the_best_fifty_are_listed_and_all_are_counted(tmp_path: Path) -> None:
    (tmp_path / "papiere").mkdir()
    for n in range(53):
        (tmp_path / "papiere" / f"{n}.txt").write_text(GRANT.format(sum=100 + n), encoding="utf-8")
    settings = ServiceSettings(index=tmp_path / "index", encoder="hash")
    build(settings, [tmp_path / "papiere"])
    (hit,) = TestClient(create_app(settings)).get("/api/v1/search", params={"q": "Dorferneuerung"}).json()["hits"]
    names = {one["document"]["file_name"] for one in (hit, *hit["alike"])}
    assert (hit["alike_total"], len(hit["alike"]), len(names)) == (52, 50, 51)
