# PostgreSQL 18 with pgvector, run by Patroni. Both versions are those the tests run with, or a later patch of them.
FROM pgvector/pgvector:0.8.6-pg18-trixie
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && python3 -m venv /opt/patroni \
    && /opt/patroni/bin/pip install --no-cache-dir "patroni[etcd3,psycopg3]==4.1.5" \
    && install -d -m 0700 -o postgres -g postgres /var/lib/postgresql/cluster
COPY patroni.yml /etc/patroni.yml
USER 999:999
ENTRYPOINT []
CMD ["/opt/patroni/bin/patroni", "/etc/patroni.yml"]
