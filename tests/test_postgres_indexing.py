"""An indexing host and a real PostgreSQL server: what a run brings there, what it leaves alone, what is gone afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from indexer import forgetting, tombstones
from indexer.build import build
from indexer.errors import DatabaseUnusable, IndexBusy
from indexer.postgres import bringing, connecting, migrating, publishing
from indexer.settings import Settings
from indexer.store import Collection

pytestmark = pytest.mark.usefixtures("quick")

ROLES = {"verwaltung": frozenset({"public", "internal"})}


@dataclass
class Host:
    """A folder of papers, their index, and the server it is brought to."""

    root: Path
    url: str
    roles: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        database = SecretStr(self.url)
        return Settings(index=self.root / "index", encoder="hash", database=database, roles=self.roles)

    def write(self, name: str, text: str) -> None:
        (self.root / "amt").mkdir(exist_ok=True)
        (self.root / "amt" / name).write_text(text, encoding="utf-8")

    def run(self) -> None:
        build(self.settings, [self.root / "amt"])

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def live(self) -> dict[str, str]:
        return dict(self.ask("SELECT name, g.schema FROM ratslotse.indexes JOIN ratslotse.generations g ON number = live"))

    def generations(self) -> list[str]:
        return [schema for (schema,) in self.ask("SELECT schema FROM ratslotse.generations ORDER BY number")]

    def names(self, index: str = "public") -> set[str]:
        with psycopg.connect(self.url) as connection:
            query = sql.SQL("SELECT name FROM {}").format(sql.Identifier(self.live()[index], "documents"))
            return {name for (name,) in connection.execute(query)}

    def vectors(self, index: str = "public") -> set[bytes]:
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename ~ '^vectors_[0-9]+$'"
        with psycopg.connect(self.url) as connection:
            found: set[bytes] = set()
            for (table,) in self.ask(tables, f"ratslotse/{index}"):
                query = sql.SQL("SELECT key FROM {}").format(sql.Identifier(f"ratslotse/{index}", table))
                found |= {key for (key,) in connection.execute(query)}
        return found


@pytest.fixture
def host(tmp_path: Path, database_url: str) -> Host:
    made = Host(tmp_path, database_url)
    made.write("bus.md", "# Buslinie 7\n\nDie Buslinie 7 hält am Klinikum.")
    made.write("rad.md", "# Radweg\n\nDer Radweg nach Aurental wird breiter.")
    return made


def state(host: Host) -> object:
    """Of every row that says what is published, and of every table, which transaction made it."""
    rows = "SELECT xmin::text FROM ratslotse.{} ORDER BY 1"
    tables = ("indexes", "generations", "version", "tombstones")
    return [host.ask(rows.format(table)) for table in tables], host.ask("SELECT oid, xmin::text FROM pg_class ORDER BY 1")


def test_a_run_brings_what_changed_and_sends_only_new_vectors(host: Host, monkeypatch) -> None:
    sent: list[int] = []
    publish = publishing.publish

    def counting(*arguments) -> object:
        sent.append(publish(*arguments).vectors)

    monkeypatch.setattr(bringing, "publish", counting)
    host.run()
    assert host.names() == {"bus.md", "rad.md"}
    for number in range(12):
        host.write(f"weg{number}.md", f"# Weg {number}\n\nDer Weg Nummer {number} wird neu geteert.")
    host.run()
    host.write("bad.md", "# Freibad\n\nDas Freibad öffnet im Mai.")
    host.run()
    assert host.names() == {"bus.md", "rad.md", "bad.md", *(f"weg{number}.md" for number in range(12))}
    assert sent == [2, 14, 1]  # a table made anew where most of it is new


def test_a_run_without_change_writes_nothing(host: Host) -> None:
    host.run()
    before = state(host)
    host.run()
    assert state(host) == before


def test_what_a_failed_run_did_not_bring_the_next_one_does_though_nothing_changed(host: Host, monkeypatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(bringing, "publish", _failing)
        with pytest.raises(DatabaseUnusable, match="disk full"):
            host.run()
    assert host.live() == {}
    host.run()
    assert host.names() == {"bus.md", "rad.md"}


def _failing(*_: object) -> None:
    raise psycopg.errors.DiskFull("disk full")


def test_joint_indexes_come_and_go_with_the_roles(host: Host) -> None:
    host.roles = ROLES
    host.write("kauf.md", "Status: nichtöffentlich\n\nDer Ankauf des Grundstücks am Mühlbach.")
    host.run()
    assert set(host.live()) == {"public", "internal", "internal+public"}
    assert host.names("internal+public") == {"bus.md", "rad.md", "kauf.md"}
    host.roles = {}
    host.run()
    assert set(host.live()) == {"public", "internal"}
    assert host.ask("SELECT nspname FROM pg_namespace WHERE nspname LIKE '%%internal+public%%'") == []


def test_the_index_that_loses_a_paper_is_brought_first(host: Host, monkeypatch) -> None:
    host.roles = ROLES
    host.write("kauf.md", "Der Ankauf des Grundstücks am Mühlbach.")
    host.run()
    host.write("kauf.md", "Status: nichtöffentlich\n\nDer Ankauf des Grundstücks am Mühlbach.")
    order: list[str] = []
    publish = publishing.publish

    def noting(connection, index, folder) -> None:
        order.append(index)
        publish(connection, index, folder)

    monkeypatch.setattr(bringing, "publish", noting)
    host.run()
    assert order[0] == "public"
    assert host.names() == {"bus.md", "rad.md"}


def test_a_replaced_generation_goes_after_a_while_and_what_no_other_needs_of_vectors(host: Host) -> None:
    host.run()
    host.write("rad.md", "# Radweg\n\nDer Radweg nach Aurental wird schmaler.")
    host.write("bad.md", "# Freibad\n\nDas Freibad öffnet im Mai.")
    host.run()
    assert len(host.generations()) == 2
    assert host.ask("SELECT number FROM ratslotse.generations WHERE retired IS NULL") == [("000002",)]
    host.ask("UPDATE ratslotse.generations SET retired = retired - interval '16 minutes' RETURNING 1")
    host.run()
    assert host.generations() == ["ratslotse/public/000002"]
    assert host.ask("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'ratslotse/public/%%'") == [(1,)]
    assert len(host.vectors()) == 3


@pytest.mark.parametrize("place", ["_copy_tables", "_place_passages", "_send_vectors", "grant"])
def test_a_killed_run_leaves_nothing(host: Host, monkeypatch, place: str) -> None:
    host.run()
    before = state(host), host.vectors()
    host.write("bad.md", "# Freibad\n\nDas Freibad öffnet im Mai.")
    work = getattr(publishing, place)

    def killed(connection, *arguments) -> None:
        work(connection, *arguments)
        connection.pgconn.finish()  # as when the process dies
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publishing, place, killed)
        with pytest.raises(KeyboardInterrupt):
            host.run()
    assert (state(host), host.vectors()) == before
    host.run()
    assert host.names() == {"bus.md", "rad.md", "bad.md"}


def test_a_connection_lost_on_the_way_is_taken_up_again(host: Host, monkeypatch) -> None:
    """As when the primary dies: before the commit; and after it, when nobody can tell whether it came to that."""
    monkeypatch.setattr(bringing, "_PAUSE", 0.01)
    work, calls = bringing.publish_live, []

    def losing(index, connection) -> None:
        calls.append(index.name)
        if len(calls) == 1:
            with connecting.alone(connection):
                bringing.publish(connection, index.name, index.folder / "generations" / "000001")
                end(connection)
                connection.execute("SELECT 1")
        work(index, connection)
        if len(calls) == 2:
            end(connection)
            connection.execute("SELECT 1")

    def end(connection) -> None:
        host.ask("SELECT pg_terminate_backend(%s, 5000)", connection.info.backend_pid)

    monkeypatch.setattr(bringing, "publish_live", losing)
    host.run()
    assert calls == ["public"] * 3
    assert (host.names(), len(host.generations())) == ({"bus.md", "rad.md"}, 1)


def test_a_server_that_stays_away_is_told_and_the_work_is_kept(host: Host, monkeypatch) -> None:
    there, host.url = host.url, "postgresql://nobody:geheim@127.0.0.1:1/none"
    with monkeypatch.context() as patch:
        patch.setattr(bringing, "PATIENCE", 0.0)
        patch.setattr(bringing, "migrate", lambda _: None)
        patch.setattr(bringing, "prepare", lambda _: None)
        with pytest.raises(DatabaseUnusable, match="none") as caught:
            host.run()
    assert "geheim" not in caught.value.message("de") + caught.value.message("en")
    assert Collection(host.settings.index, "public").passages() == 2
    host.url = there
    host.run()
    assert host.names() == {"bus.md", "rad.md"}


def test_two_hosts_do_not_write_at_once(host: Host, monkeypatch) -> None:
    monkeypatch.setattr(connecting, "_SESSION", "SET lock_timeout = '50ms'")
    migrating.migrate(host.url)
    with connecting.connect(host.url) as other, connecting.alone(other), pytest.raises(IndexBusy):
        host.run()
    host.run()
    assert host.names() == {"bus.md", "rad.md"}


def test_zeros_in_names_and_metadata_do_not_stop_it(host: Host) -> None:
    host.write(
        "bus.toml",
        r"""name = "Linie\u00007 \\u0000"
body = "Kreis\u0000"
""",
    )
    host.run()
    query = sql.SQL("SELECT title, body, record -> 'paper' ->> 'name' FROM {} WHERE name = 'bus.md'")
    with psycopg.connect(host.url) as connection:
        found = connection.execute(query.format(sql.Identifier(host.live()["public"], "documents"))).fetchall()
    assert found == [("Linie\ufffd7 \\u0000", "Kreis\ufffd", "Linie\ufffd7 \\u0000")]


def every_text(host: Host) -> str:
    """All that stands in any table below our schemas."""
    query = (
        "SELECT table_schema, table_name FROM information_schema.tables "
        "WHERE table_schema LIKE 'ratslotse%%' AND table_type = 'BASE TABLE'"
    )
    found = []
    with psycopg.connect(host.url) as connection:
        for names in host.ask(query):
            rows = connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(*names))).fetchall()
            found += [f"{names}: {row}" for (row,) in rows]
    return "\n".join(found)


def test_what_is_forgotten_is_in_no_table_any_more(host: Host) -> None:
    host.roles = ROLES
    host.write("brief.md", "# Brief von Frau Zwetschgenbaum\n\nFrau Zwetschgenbaum beschwert sich über den Lärm.")
    host.run()
    host.write("bus.md", "# Buslinie 7\n\nDie Buslinie 7 hält jetzt auch am Bahnhof.")
    host.run()
    (target,) = forgetting.meant(forgetting.known_files(host.settings), "amt/brief.md")
    before = every_text(host)
    gone, _ = forgetting.forget(host.settings, target, lambda: None)
    texts = ["Zwetschgenbaum", "brief.md", b"zwetschg".hex(), gone[0].sha256]
    assert [text in before for text in texts] == [True] * 4
    after = every_text(host)
    tombstone = host.ask("SELECT t::text FROM ratslotse.tombstones t")[0][0]
    assert [text in after.replace(tombstone, "") for text in texts] == [False] * 4
    assert host.names() == host.names("internal+public") == {"bus.md", "rad.md"}
    assert len(host.vectors()) == len(host.vectors("internal+public")) == 2
    assert host.ask("SELECT id FROM ratslotse.tombstones") == [(gone[0].id,)]
    host.run()
    assert host.names() == {"bus.md", "rad.md"}


def test_what_was_forgotten_stays_so_where_one_of_both_lists_was_lost(host: Host) -> None:
    host.run()
    (target,) = forgetting.meant(forgetting.known_files(host.settings), "amt/bus.md")
    forgetting.forget(host.settings, target, lambda: None)
    (host.settings.state_folder / tombstones.FILE).unlink()
    host.run()
    assert host.names() == {"rad.md"}
    host.ask("DELETE FROM ratslotse.tombstones RETURNING 1")
    host.run()
    (stone,) = tombstones.load(host.settings.state_folder).tombstones
    assert host.ask("SELECT id FROM ratslotse.tombstones") == [(stone.id,)]
    assert forgetting.take_back(host.settings, stone.id)
    host.run()
    assert host.names() == {"bus.md", "rad.md"}
