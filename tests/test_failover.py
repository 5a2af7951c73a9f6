"""A cluster under Patroni: a standby that lags behind, then a primary that dies. In full: tests/long/failover.py."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest
from pydantic import SecretStr

from indexer.postgres.opening import PostgresIndex
from tests.long.failover import DATABASE, Trial, trial
from tests.pg_server import CannotRun

pytestmark = pytest.mark.long
MANY = 20  # of the times that a standby is chosen by chance


@pytest.fixture(scope="module")
def running() -> Iterator[Trial]:
    with ExitStack() as stack:
        try:
            under_way = stack.enter_context(trial(hosts=1, rate=5))
        except CannotRun as error:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))
        yield under_way


def test_a_generation_is_never_opened_from_a_standby_that_does_not_have_it_yet(running: Trial) -> None:
    cluster, acknowledged = running.cluster, running.writer.acknowledged[-1].ended
    with psycopg.connect(cluster.url(), target_session_attrs="standby", autocommit=True) as standby:
        standby.execute("SELECT pg_wal_replay_pause()")
        try:
            running.writer.since(acknowledged)
            for _ in range(MANY):
                index = PostgresIndex(SecretStr(cluster.url("api_public", DATABASE)), "public")
                live = index.current()
                assert live is not None
                assert index.open().number >= live
        finally:
            standby.execute("SELECT pg_wal_replay_resume()")


def test_reads_go_on_and_nothing_acknowledged_is_lost_when_the_primary_dies(running: Trial) -> None:
    running.round(1, steady=0, rejoin=False)
    [(_, _, reads, *_)] = running.rows
    assert isinstance(reads, int)
    assert reads > MANY
    assert running.violations() == []
