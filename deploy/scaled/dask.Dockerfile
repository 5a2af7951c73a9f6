# Ratslotse with Dask: for the scheduler, the workers and the host that indexes. First: docker build -t ratslotse .
# hadolint ignore=DL3006
FROM ratslotse
USER 0
RUN /venv/bin/python -m pip install --no-cache-dir "distributed==2026.8.0" # as requirements-dev.lock, which the tests run with
USER 10001:10001
